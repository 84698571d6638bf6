"""What a hold, a return and the calendar do to a tier, and what an activity score is made of."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.policy import activity, tiers
from loyalty.policy.parameters import TierParameters
from loyalty.policy.tiers import Figures, Standing, Why

POLICY = TierParameters()
TODAY = date(2026, 11, 22)
FIGURES = st.builds(Figures, st.integers(0, 3_000_000), st.integers(0, 120), st.integers(0, 120))
CODES = st.sampled_from(["normal", "silver", "gold", "platinum"])
DAYS = st.dates(date(2025, 1, 1), date(2029, 12, 31))


def test_the_score_adds_up_each_activity_to_its_cap_and_ignores_what_the_policy_does_not_know() -> None:
    done = {"log-in": 7, "use": 100, "renewal": 1, "singing": 9}
    assert activity.score(done, signals=POLICY.signals) == 7 + 40 + 10
    assert activity.score({}, signals=POLICY.signals) == 0
    assert activity.score(done, signals=()) == 0


@given(st.dictionaries(st.sampled_from([s.code for s in POLICY.signals]), st.integers(0, 10_000)))
def test_the_score_never_passes_the_sum_of_its_caps(done: dict[str, int]) -> None:
    assert 0 <= activity.score(done, signals=POLICY.signals) <= sum(signal.cap for signal in POLICY.signals) == 100


def test_a_hold_raises_at_once_and_is_promised_as_long_as_it_lasts() -> None:
    through = date(2027, 2, 14)
    verdict = tiers.judge(Standing("normal", None, "gold", through), Figures(), on=TODAY, parameters=POLICY)
    assert (verdict.tier, verdict.promised_through, verdict.why) == ("gold", through, Why.HELD)


def test_who_earns_more_than_the_hold_gives_has_it_by_her_own_right() -> None:
    verdict = tiers.judge(Standing("normal", None, "silver", TODAY), Figures(800_000), on=TODAY, parameters=POLICY)
    assert (verdict.tier, verdict.why) == ("gold", Why.REACHED)


@given(st.one_of(st.none(), DAYS), DAYS)
def test_the_next_look_lies_ahead_or_is_not_needed(promised: date | None, on: date) -> None:
    review = tiers.review_on(promised, on=on, parameters=POLICY)
    assert (review is None) == (promised is None)
    assert review is None or review > on


@given(CODES, DAYS, FIGURES, st.integers(0, 400))
def test_between_two_looks_nothing_happens_by_itself(code: str, promised: date, figures: Figures, later: int) -> None:
    """What the night does not look at could not have moved: the reason why only what is due is looked at."""
    standing = Standing(code, None if code == "normal" else promised)
    first = tiers.judge(standing, figures, on=promised, parameters=POLICY)
    review = tiers.review_on(first.promised_through, on=promised, parameters=POLICY)
    day = promised + timedelta(days=later)
    if review is None or day < review:
        now = Standing(first.tier, first.promised_through)
        again = tiers.judge(now, figures, on=day, parameters=POLICY)
        assert (again.tier, again.promised_through, again.changed) == (first.tier, first.promised_through, False)


WON = [(Standing("gold", date(2027, 11, 30)), "platinum"), (Standing("silver", date(2027, 5, 31)), "gold")]


@pytest.mark.parametrize(("left", "tier"), [(2_000_000, None), (1_999_999, "gold"), (800_000, "gold"),
    (799_999, "silver"), (0, "silver")])  # fmt: skip
def test_a_return_undoes_as_many_tiers_as_the_rest_does_not_meet(left: int, tier: str | None) -> None:
    verdict = tiers.undo(WON, Figures(left), on=TODAY, parameters=POLICY)
    assert (verdict.tier if verdict else None) == tier
    assert verdict is None or (verdict.why, verdict.changed) == (Why.RETURNED, True)


def test_what_was_promised_before_is_promised_again_after_a_return() -> None:
    verdict = tiers.undo(WON, Figures(0), on=TODAY, parameters=POLICY)
    assert verdict is not None
    assert verdict.promised_through == date(2027, 5, 31)
    held = [(Standing("normal", None, "gold", date(2026, 12, 31)), "gold")]
    assert tiers.undo(held, Figures(0), on=TODAY, parameters=POLICY) is None
    assert tiers.undo([], Figures(0), on=TODAY, parameters=POLICY) is None


@pytest.mark.parametrize(("days", "may"), [(0, True), (30, True), (31, False)])
def test_goods_take_the_tier_along_within_the_days_of_the_policy(days: int, may: bool) -> None:
    assert tiers.may_undo(TODAY, on=TODAY + timedelta(days=days), parameters=POLICY) is may


@given(DAYS)
def test_what_was_done_counts_through_the_day_before_it_leaves_the_window(day: date) -> None:
    last = tiers.counts_through(day, parameters=POLICY)
    assert last is not None
    assert (
        tiers.window(last, parameters=POLICY)[0] <= day < tiers.window(last + timedelta(days=3), parameters=POLICY)[0]
    )
