"""The pure rules of redeeming: money off, coupons, who may have which reward (LOY-06, LOY-13)."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.policy.priority import HeadStart, Opening
from core.rules import RuleBroken
from loyalty.policy import coupons, redeeming, rewards, spoken_codes
from loyalty.policy.coupons import Basket, Coupon, Effect
from loyalty.policy.parameters import PointsParameters
from loyalty.policy.rewards import Asking, State, Terms

T = TypeVar("T")
TODAY = date(2026, 11, 23)
EARLIER = Opening(date(2026, 11, 25), (HeadStart("gold", 2), HeadStart("silver", 1)))
LADDER = ("normal", "silver", "gold", "platinum")
amounts = st.integers(0, 10**9)
policies = st.builds(
    PointsParameters,
    value_points=st.integers(1, 1_000),
    value_minor=st.integers(0, 1_000),
    money_share_bps=st.integers(0, 10_000),
)


def _or_none(rule: Callable[[], T]) -> T | None:
    try:
        return rule()
    except RuleBroken:
        return None


@given(available=amounts, of_minor=amounts, policy=policies, leave=st.integers(0, 1))
def test_the_most_is_within_the_balance_and_the_share_and_is_always_accepted(
    available: int, of_minor: int, policy: PointsParameters, leave: int
) -> None:
    most = redeeming.most(available, of_minor=of_minor, parameters=policy, leave_minor=leave)
    assert 0 <= most.points <= available
    assert most.minor * 10_000 <= of_minor * policy.money_share_bps
    if most.minor:
        assert most.minor <= of_minor - leave
        asked = redeeming.money_off(
            most.points, available=available, of_minor=of_minor, parameters=policy, leave_minor=leave
        )
        assert asked == most


@given(points=st.integers(1, 10**9), policy=policies)
def test_no_point_is_taken_that_buys_nothing(points: int, policy: PointsParameters) -> None:
    off = _or_none(lambda: redeeming.money_off(points, available=points, of_minor=10**13, parameters=policy))
    if off is None:
        return
    assert off.minor == redeeming.worth(points, parameters=policy)
    assert (
        redeeming.worth(off.points - 1, parameters=policy) < off.minor <= redeeming.worth(off.points, parameters=policy)
    )


@pytest.mark.parametrize("points", [0, -1])
def test_none_and_fewer_are_no_points(points: int) -> None:
    with pytest.raises(RuleBroken, match="points_not_positive"):
        redeeming.money_off(points, available=5, of_minor=100, parameters=PointsParameters())


def test_half_of_an_order_at_a_hundred_points_for_one_yuan() -> None:
    policy = PointsParameters()
    assert redeeming.most(10**6, of_minor=9_999, parameters=policy) == redeeming.MoneyOff(4_999, 4_999)
    with pytest.raises(RuleBroken) as refused:
        redeeming.money_off(5_000, available=10**6, of_minor=9_999, parameters=policy)
    assert (refused.value.code, refused.value.params) == ("points_above_share", {"most": 4_999})


@given(
    lines=st.lists(st.tuples(st.sampled_from(["wine", "food", ""]), amounts), min_size=1, max_size=8),
    value=st.integers(1, 10**9),
    bps=st.integers(1, 10_000),
    is_percent=st.booleans(),
    goods=st.frozensets(st.sampled_from(["wine", "food"])),
)
def test_a_coupon_takes_off_no_more_than_its_goods_cost_and_its_shares_sum_up(
    lines: list[tuple[str, int]], value: int, bps: int, is_percent: bool, goods: frozenset[str]
) -> None:
    coupon = (
        Coupon(Effect.PERCENT, bps=bps, categories=goods)
        if is_percent
        else Coupon(Effect.AMOUNT, minor=value, categories=goods)
    )
    off = _or_none(lambda: coupons.takes_off(coupon, Basket(lines, TODAY)))
    if off is None:
        assert not any(minor for kind, minor in lines if not goods or kind in goods)
        return
    parts = coupons.spread(off, lines, of=coupon)
    assert sum(parts) == off
    assert all(0 <= part <= minor for part, (_, minor) in zip(parts, lines, strict=True))
    assert all(part == 0 for part, (kind, _) in zip(parts, lines, strict=True) if goods and kind not in goods)


def test_a_percentage_has_its_cap_and_a_minimum_is_inclusive() -> None:
    coupon = Coupon(Effect.PERCENT, bps=2_000, most_minor=5_000, min_minor=10_000)
    assert coupons.takes_off(coupon, Basket([("", 10_000)], TODAY)) == 2_000
    assert coupons.takes_off(coupon, Basket([("", 90_000)], TODAY)) == 5_000
    with pytest.raises(RuleBroken) as refused:
        coupons.takes_off(coupon, Basket([("", 9_999)], TODAY))
    assert refused.value.params == {"minimum": 10_000, "missing": 1}


@pytest.mark.parametrize(
    ("terms", "asking", "code"),
    [
        (Terms(100), Asking("normal", 100), None),
        (Terms(100), Asking("normal", 99), "reward_points_missing"),
        (Terms(100, stock=1), Asking("normal", 100), None),
        (Terms(100, stock=0), Asking("normal", 0), "reward_sold_out"),
        (Terms(100, per_member=2), Asking("normal", 100, had=1), None),
        (Terms(100, per_member=2), Asking("normal", 100, had=2), "reward_limit"),
        (Terms(100, min_tier="gold"), Asking("silver", 100), "reward_tier"),
        (Terms(100, min_tier="gold"), Asking("gold", 100), None),
        (Terms(100, min_tier="gold"), Asking("platinum", 100), None),
        (Terms(100, min_tier="abolished"), Asking("normal", 100), None),
        (Terms(100, last_on=TODAY), Asking("normal", 100), None),
        (Terms(100, last_on=date(2026, 11, 22)), Asking("normal", 100), "reward_not_offered"),
        (Terms(100, opening=Opening(TODAY)), Asking("normal", 100), None),
        (Terms(100, opening=Opening(date(2026, 11, 24))), Asking("normal", 100), "reward_not_yet"),
        (Terms(100, opening=EARLIER), Asking("gold", 100), None),
        (Terms(100, opening=EARLIER), Asking("silver", 100), "reward_not_yet"),
        (Terms(100, on_sale=False), Asking("normal", 100), "reward_not_offered"),
    ],
)
def test_who_may_have_a_reward(terms: Terms, asking: Asking, code: str | None) -> None:
    found = rewards.refusal(terms, asking, on=TODAY, ladder=LADDER)
    assert (found.code if found else None) == code


def test_an_order_ends_once_and_only_what_was_handed_over_is_given_back() -> None:
    listed = {(a, b) for a in State for b in State if rewards.may(a, b)}
    ends = {State.COLLECTED, State.SENT, State.CANCELLED, State.EXPIRED}
    assert listed == {(State.RESERVED, end) for end in ends} | {
        (State.COLLECTED, State.GIVEN_BACK), (State.SENT, State.GIVEN_BACK)
    }  # fmt: skip


@pytest.mark.parametrize("typed", ["G2AB34CD", "g2ab-34cd", " G2AB 34CD ", "Ｇ２ＡＢ－３４ＣＤ"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert spoken_codes.read(typed) == "G2AB34CD"
    assert spoken_codes.spell("G2AB34CD") == "G2AB-34CD"


@pytest.mark.parametrize("typed", ["", "G2AB34C", "G2AB34CDE", "G2AB34C0", "X2AB34CD", "\x00", "G" * 10_000_000])
def test_what_is_no_code_of_ours_is_none(typed: str) -> None:
    assert spoken_codes.read(typed) == ""
