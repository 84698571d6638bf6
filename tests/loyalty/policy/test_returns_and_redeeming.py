import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.policy import redeeming, returns
from loyalty.policy.parameters import PointsParameters
from loyalty.policy.returns import TakenBack

POLICY = PointsParameters()


def test_half_of_a_purchase_takes_back_half_of_its_points():
    assert returns.share(1_000, of_minor=20_000, returned_minor=10_000) == 500


@given(st.integers(0, 100_000), st.lists(st.integers(1, 50_000), min_size=1, max_size=12))
def test_many_small_returns_take_back_exactly_what_one_large_one_takes(earned, parts):
    whole, gone, taken = sum(parts), 0, 0
    for part in parts:
        back = returns.share(earned, of_minor=whole, returned_minor=part, already_minor=gone, already_points=taken)
        assert back >= 0
        gone, taken = gone + part, taken + back
        assert taken <= earned
    assert taken == earned


@pytest.mark.parametrize(
    ("points", "available", "owed", "expected"),
    [
        (150, 200, 0, TakenBack(150, 0, 0)),
        (150, 50, 0, TakenBack(50, 100, 0)),
        (150, 0, 1_900, TakenBack(0, 100, 50)),
        (150, -5, 2_000, TakenBack(0, 0, 150)),
    ],
)
def test_points_already_spent_are_owed_down_to_the_limit_and_then_written_off(points, available, owed, expected):
    assert returns.meet(points, available=available, owed=owed, parameters=POLICY) == expected


def test_a_hundred_points_are_a_yuan_and_a_part_of_a_fen_is_worth_nothing():
    assert redeeming.worth(777, parameters=POLICY) == 777
    assert redeeming.worth(100, parameters=PointsParameters(value_points=3, value_minor=1)) == 33
