from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.policy import lapse, lots
from loyalty.policy.lots import Lot, Take
from loyalty.policy.parameters import PointsParameters

DAY = date(2026, 11, 22)
AMOUNTS = st.integers(1, 5_000)
ENDS = st.none() | st.dates(min_value=date(2026, 11, 1), max_value=date(2028, 12, 31))
HELD = st.lists(st.tuples(AMOUNTS, ENDS), max_size=12).map(
    lambda rows: [Lot(key, points, end) for key, (points, end) in enumerate(rows)]
)


def test_the_lot_that_lapses_first_is_spent_first_and_what_never_lapses_last():
    held = [Lot(1, 100, date(2027, 6, 1)), Lot(2, 100, date(2027, 1, 1)), Lot(3, 100)]
    assert lots.take(held, 250, on=DAY) == (Take(2, 100), Take(1, 100), Take(3, 50))


def test_of_lots_with_one_last_day_the_older_is_spent_first():
    held = [Lot(9, 10, date(2027, 1, 1)), Lot(4, 10, date(2027, 1, 1))]
    assert lots.take(held, 10, on=DAY) == (Take(4, 10),)


def test_a_lot_is_good_through_its_last_day_and_not_a_day_longer():
    assert lots.take([Lot(1, 5, DAY)], 5, on=DAY) == (Take(1, 5),)
    with pytest.raises(lots.PointsRefused, match="points_too_few"):
        lots.take([Lot(1, 5, DAY - timedelta(days=1))], 5, on=DAY)


@pytest.mark.parametrize("points", [0, -1])
def test_nothing_and_less_than_nothing_cannot_be_spent(points):
    with pytest.raises(lots.PointsRefused, match="points_not_positive"):
        lots.take([Lot(1, 5)], points, on=DAY)


def test_too_few_says_how_many_there_are():
    with pytest.raises(lots.PointsRefused) as refused:
        lots.take([Lot(1, 5), Lot(2, 6)], 12, on=DAY)
    assert refused.value.params == {"available": 11, "asked": 12}


@given(HELD, AMOUNTS)
def test_a_spend_is_whole_or_nothing_and_never_takes_more_from_a_lot_than_it_has(held, points):
    there = sum(lot.remaining for lot in lots.usable(held, on=DAY))
    if points > there:
        with pytest.raises(lots.PointsRefused):
            lots.take(held, points, on=DAY)
        return
    after = lots.apply(held, lots.take(held, points, on=DAY))
    assert sum(lot.remaining for lot in after) == sum(lot.remaining for lot in held) - points
    assert all(lot.remaining >= 0 for lot in after)


@given(HELD, AMOUNTS, st.data())
def test_what_is_given_back_returns_to_the_same_lots_in_one_go_or_in_parts(held, points, data):
    takes, short = lots.take_up_to(held, points, on=DAY)
    whole = lots.apply(lots.apply(held, takes), lots.give_back(takes))
    assert whole == held
    part = data.draw(st.integers(0, points - short))
    first = lots.give_back(takes, part)
    assert sum(one.points for one in first) == -part
    assert all(
        lot.remaining <= was.remaining for lot, was in zip(lots.apply(held, (*takes, *first)), held, strict=True)
    )


def test_points_of_a_month_lapse_together_at_the_end_of_the_month_two_years_on():
    policy = PointsParameters()
    assert lapse.last_valid_on(date(2026, 12, 31), parameters=policy) == date(2028, 12, 31)
    assert lapse.last_valid_on(date(2026, 2, 1), parameters=policy) == date(2028, 2, 29)
    assert lapse.last_valid_on(date(2026, 1, 31), parameters=PointsParameters(lapse_months=1)) == date(2026, 2, 28)
