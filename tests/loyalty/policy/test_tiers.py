from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.policy import tiers
from loyalty.policy.parameters import TierParameters
from loyalty.policy.tiers import Figures, Standing, Why

POLICY = TierParameters()
TODAY = date(2026, 11, 22)
SILVER, GOLD = POLICY.ladder[1], POLICY.ladder[2]
FIGURES = st.builds(Figures, st.integers(-100_000, 3_000_000), st.integers(0, 120), st.integers(0, 120))


def judge(tier: str, figures: Figures, *, through: date | None = None, on: date = TODAY, floor: str = ""):
    return tiers.judge(Standing(tier, through, floor), figures, on=on, parameters=POLICY)


@pytest.mark.parametrize(("spend", "tier"), [(199_999, "normal"), (200_000, "silver"), (200_001, "silver"),
    (799_999, "silver"), (800_000, "gold"), (1_999_999, "gold"), (2_000_000, "platinum"), (-5, "normal")])  # fmt: skip
def test_thresholds_are_inclusive(spend, tier):
    assert tiers.reached(Figures(spend), ladder=POLICY.ladder) == tier


def test_visits_count_only_together_with_activity():
    assert tiers.reached(Figures(0, 12, 30), ladder=POLICY.ladder) == "silver"
    assert tiers.reached(Figures(0, 12, 29), ladder=POLICY.ladder) == "normal"
    assert tiers.reached(Figures(0, 500, 0), ladder=POLICY.ladder) == "normal"


def test_a_higher_tier_is_given_at_once_for_twelve_months_to_the_month_end():
    assert judge("silver", Figures(800_000), through=date(2027, 1, 31)) == tiers.Verdict(
        "gold", date(2027, 11, 30), Why.REACHED, changed=True
    )


def test_nobody_goes_down_before_the_promised_day_is_over_nor_within_the_grace():
    last = date(2026, 11, 30)
    assert not judge("gold", Figures(), through=last, on=last).changed
    assert not judge("gold", Figures(), through=last, on=last + timedelta(days=30)).changed
    assert judge("gold", Figures(), through=last, on=last + timedelta(days=31)).tier == "silver"


def test_four_fifths_of_the_standard_keep_a_tier_and_a_fen_less_does_not():
    last = date(2026, 10, 1)
    kept = judge("gold", Figures(640_000), through=last)
    assert (kept.tier, kept.promised_through, kept.why) == ("gold", date(2027, 11, 30), Why.KEPT)
    assert judge("gold", Figures(639_999), through=last).tier == "silver"


def test_one_level_down_and_never_below_what_the_figures_give():
    last = date(2026, 10, 1)
    assert judge("platinum", Figures(), through=last).tier == "gold"
    two = TierParameters(levels_down=3)
    fallen = tiers.judge(Standing("platinum", last), Figures(200_000), on=TODAY, parameters=two)
    assert fallen.tier == "silver"


def test_a_manual_hold_is_a_floor_and_never_a_ceiling():
    last = date(2026, 10, 1)
    assert judge("gold", Figures(), through=last, floor="gold").why is Why.HELD
    assert judge("normal", Figures(), floor="silver").tier == "silver"
    assert judge("silver", Figures(2_000_000), through=last, floor="silver").tier == "platinum"


def test_the_window_of_a_year_has_no_day_twice():
    assert tiers.window(date(2026, 3, 5), parameters=POLICY) == (date(2025, 3, 6), date(2026, 3, 5))
    assert tiers.window(date(2028, 2, 29), parameters=POLICY) == (date(2027, 3, 1), date(2028, 2, 29))


def test_what_is_missing_is_said_on_both_ways():
    assert tiers.missing(GOLD, Figures(757_000, 34, 60)) == tiers.Missing("gold", 43_000, 2, 0)
    assert tiers.missing(SILVER, Figures(200_000)) == tiers.Missing("silver", 0, 0, 0)


@given(FIGURES, st.sampled_from(tiers.codes(POLICY)), st.dates(date(2025, 1, 1), date(2028, 1, 1)))
def test_whatever_the_figures_no_downgrade_comes_before_the_promise_ends(figures, tier, through):
    verdict = judge(tier, figures, through=through)
    order = tiers.codes(POLICY)
    if through >= TODAY:
        assert order.index(verdict.tier) >= order.index(tier)
    assert order.index(verdict.tier) >= order.index(tiers.reached(figures, ladder=POLICY.ladder))
    assert verdict.changed == (verdict.tier != tier)


@given(FIGURES, st.sampled_from(tiers.codes(POLICY)), st.dates(date(2025, 1, 1), date(2028, 1, 1)))
def test_judging_twice_changes_nothing_more_on_the_same_day(figures, tier, through):
    once = judge(tier, figures, through=through)
    again = judge(once.tier, figures, through=once.promised_through)
    assert (again.tier, again.changed) == (once.tier, False)
