from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.policy import instalments
from cards.policy.instalments import Standing
from cards.policy.parameters import InstalmentParameters

POLICY = InstalmentParameters()
BOUGHT = date(2026, 10, 31)


def plan(total: int = 29_900, parts: int = 3, first: date = BOUGHT):
    return instalments.plan(total, parts=parts, first_due_on=first, parameters=POLICY)


def standing(day: date, unpaid):
    return instalments.standing_on(day, unpaid=unpaid, parameters=POLICY)


@given(st.integers(60, 10**9), st.sampled_from([3, 6, 12]), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_parts_sum_to_the_total_and_differ_by_at_most_one(total, parts, first):
    found = plan(total, parts, first)
    amounts = [part.amount_minor for part in found]
    assert sum(amounts) == total
    assert max(amounts) - min(amounts) <= 1
    assert [part.number for part in found] == list(range(1, parts + 1))


def test_the_first_part_is_due_now_and_the_others_on_the_original_day():
    days = [part.due_on.isoformat() for part in plan(parts=6)]
    assert days == ["2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]


def test_a_plan_that_is_not_on_offer_is_refused():
    with pytest.raises(instalments.PlanRefused, match="instalment_plan_unknown"):
        plan(parts=4)
    with pytest.raises(instalments.PlanRefused, match="instalment_too_small"):
        plan(total=2)


@pytest.mark.parametrize(
    ("days_late", "expected"),
    [(-1, Standing.CURRENT), (0, Standing.CURRENT), (1, Standing.LATE), (14, Standing.LATE), (15, Standing.SUSPENDED)],
)
def test_a_missed_part_is_late_from_the_next_day_and_suspends_on_day_15(days_late, expected):
    _, *unpaid = plan()
    assert standing(unpaid[0].due_on + timedelta(days=days_late), unpaid).standing is expected


def test_paying_what_is_late_restores_the_card_the_same_day():
    _, second, third = plan()
    day = second.due_on + timedelta(days=20)
    late = standing(day, [third, second])
    assert (late.standing, late.days_late, late.owed_minor, late.oldest) == (Standing.SUSPENDED, 20, 9_967, second)
    assert standing(day, [third]).standing is Standing.CURRENT
    assert standing(day, []).standing is Standing.SETTLED


def test_two_missed_parts_are_owed_together():
    _, second, third = plan()
    assert standing(third.due_on + timedelta(days=1), [second, third]).owed_minor == 9_967 + 9_966
