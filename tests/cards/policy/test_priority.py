"""From which day on what is new is there for whom (LOY-15 · B8.3)."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cards.policy.priority import HeadStart, opening

DAY = date(2026, 12, 4)
STARTS = [HeadStart("normal", 0), HeadStart("silver", 1), HeadStart("gold", 2), HeadStart("platinum", 3)]


def test_each_tier_has_its_day_and_everybody_else_the_launch_day():
    found = opening(DAY, head_starts=STARTS)
    assert found.days == [("platinum", date(2026, 12, 1)), ("gold", date(2026, 12, 2)), ("silver", date(2026, 12, 3))]
    assert [found.of_tier(tier) for tier in ("normal", "", "abolished")] == [DAY] * 3
    assert found.first_on == date(2026, 12, 1)


def test_without_head_starts_there_is_one_day_for_all():
    found = opening(DAY, head_starts=[HeadStart("gold", 0)])
    assert (found.first_on, found.days, found.of_tier("gold")) == (DAY, [], DAY)


@given(days=st.lists(st.integers(0, 60), max_size=5))
def test_nobody_comes_later_than_everybody_nor_earlier_than_her_head_start(days: list[int]) -> None:
    starts = [HeadStart(f"t{place}", count) for place, count in enumerate(days)]
    found = opening(DAY, head_starts=starts)
    for one in starts:
        assert found.of_tier(one.tier) == DAY - timedelta(days=one.days)
        assert found.first_on <= found.of_tier(one.tier) <= DAY
