"""Which cases are drawn and who reviews them (SVC-12 · D9): repeatable, within the rule, never by whoever worked on it."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from service_desk.quality.policy import sampling
from service_desk.quality.policy.sampling import Closed, Reason, Rule

FRAMES = st.dictionaries(
    st.integers(1, 10**6), st.tuples(st.integers(1, 6), st.booleans(), st.booleans(), st.booleans()), max_size=60
).map(lambda found: [Closed(case, *more) for case, more in found.items()])
RULES = st.builds(Rule, st.integers(0, 4), st.integers(0, 10_000), st.booleans(), st.booleans(), st.booleans())
SEEDS = st.text("0123456789abcdef", min_size=1, max_size=32)
MONDAY = dt.date(2026, 11, 16)


@given(FRAMES, RULES, SEEDS, st.randoms())
def test_the_same_seed_draws_the_same_in_whatever_order_cases_come(frame, rule, seed, shuffle) -> None:
    drawn = sampling.draw(frame, rule=rule, seed=seed)
    other = list(frame)
    shuffle.shuffle(other)
    assert sampling.draw(other, rule=rule, seed=seed) == drawn
    assert list(drawn) == sorted(drawn)


@given(FRAMES, RULES, SEEDS)
def test_a_draw_keeps_its_rule(frame: list[Closed], rule: Rule, seed: str) -> None:
    drawn = sampling.draw(frame, rule=rule, seed=seed)
    assert set(drawn) <= {one.case for one in frame}
    by_lot = sum(why is Reason.SHARE for why in drawn.values())
    assert (
        by_lot * 10_000 >= len(frame) * rule.share_bps > (by_lot - 1) * 10_000
        or by_lot == 0 == len(frame) * rule.share_bps
    )
    for agent in {one.agent for one in frame}:
        his = [one.case for one in frame if one.agent == agent]
        chance = [case for case in his if drawn.get(case) in sampling.BY_CHANCE]
        assert len(chance) >= min(rule.least_per_agent, len(his))
    for one in frame:
        if (rule.severe and one.severe) or (rule.breached and one.breached) or (rule.unhappy and one.unhappy):
            assert one.case in drawn


@given(FRAMES, SEEDS, st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_larger_share_takes_in_what_a_smaller_one_did(frame: list[Closed], seed: str, one: int, two: int) -> None:
    small, large = (
        set(sampling.draw(frame, rule=Rule(0, bps, False, False, False), seed=seed)) for bps in sorted((one, two))
    )
    assert small <= large


def test_a_case_draws_the_lot_that_anybody_can_work_out() -> None:
    # printf 'seed:42' | sha256sum
    assert f"{sampling.lot('seed', 42):016x}" == "f6ef7999c7631f78"


@given(
    st.dictionaries(st.integers(1, 99), st.sets(st.integers(1, 8)), max_size=40),
    st.sets(st.integers(1, 8)).map(sorted),
    st.dictionaries(st.integers(1, 8), st.integers(0, 9)),
)
def test_nobody_is_given_what_he_worked_on(
    worked: dict[int, set[int]], reviewers: list[int], load: dict[int, int]
) -> None:
    given_ = sampling.spread(worked, reviewers=reviewers, load=load)
    assert set(given_) == set(worked)
    for case, reviewer in given_.items():
        assert (reviewer is None) == (not set(reviewers) - worked[case])
        assert reviewer not in worked[case]


@given(st.sets(st.integers(1, 999), max_size=40), st.sets(st.integers(1, 8), min_size=1).map(sorted))
def test_reviews_are_spread_evenly(cases: set[int], reviewers: list[int]) -> None:
    given_ = sampling.spread(dict.fromkeys(cases, ()), reviewers=reviewers, load={})
    counts = [list(given_.values()).count(one) for one in reviewers]
    assert max(counts) - min(counts) <= 1


def test_whoever_has_fewer_open_ones_is_given_the_odd_one() -> None:
    assert sampling.spread({1: ()}, reviewers=[5, 6], load={5: 3}) == {1: 6}


def test_weeks_that_are_over_are_due_and_missed_ones_caught_up() -> None:
    sunday, week = MONDAY - dt.timedelta(days=1), dt.timedelta(days=7)
    assert sampling.due_weeks(None, today=MONDAY) == [MONDAY - week]
    assert sampling.due_weeks(None, today=sunday) == [MONDAY - 2 * week]
    assert sampling.due_weeks(MONDAY - week, today=MONDAY + dt.timedelta(days=6)) == []
    assert sampling.due_weeks(MONDAY - 4 * week, today=MONDAY) == [MONDAY - 3 * week, MONDAY - 2 * week, MONDAY - week]
    assert sampling.due_weeks(MONDAY + week, today=MONDAY) == []


def test_a_fresh_sample_is_the_lowest_lots() -> None:
    cases = list(range(1, 50))
    drawn = sampling.lowest(cases, count=5, seed="a")
    assert drawn == sorted(sorted(cases, key=lambda case: sampling.lot("a", case))[:5])
    assert sampling.lowest([3, 1], count=5, seed="a") == [1, 3]
