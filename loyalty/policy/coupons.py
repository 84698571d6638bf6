"""LOY-13 · E2.6 — what a coupon takes off a purchase, or why it takes nothing.

Its minimum spend and its percentage count over the goods that it is for, after every other discount; a percentage is
rounded once over their sum, never line by line. An amount never takes off more than these goods cost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core import money
from core.rules import RuleBroken


class CouponRefused(RuleBroken):
    """`coupon_void`, `coupon_used`, `coupon_of_another_member`, `coupon_not_yet`, `coupon_lapsed`, `coupon_not_here`,
    `coupon_other_goods`, `coupon_below_minimum`, `coupon_other_currency`."""


class Effect(StrEnum):
    AMOUNT = "amount"
    PERCENT = "percent"


@dataclass(frozen=True)
class Coupon:
    """What a coupon promises. No stores: good everywhere. No categories: for all goods. No member: for its bearer."""

    effect: Effect
    minor: int = 0
    bps: int = 0
    most_minor: int | None = None
    min_minor: int = 0
    categories: frozenset[str] = frozenset()
    stores: frozenset[str] = frozenset()
    valid_from: date | None = None
    valid_through: date | None = None
    member: int | None = None
    currency: str = ""
    is_used: bool = False
    is_void: bool = False


@dataclass(frozen=True)
class Basket:
    """What is bought where and by whom: (category, net amount) of each line."""

    lines: Sequence[tuple[str, int]]
    on: date
    store: str = ""
    member: int | None = None
    currency: str = ""


def takes_off(coupon: Coupon, basket: Basket) -> int:
    """LOY-13 · E2.6 — what the coupon takes off in minor units; good from its first through its last day."""
    _refuse_unfit(coupon, basket)
    goods = sum(minor for category, minor in basket.lines if _takes(coupon, category))
    if goods <= 0:
        raise CouponRefused("coupon_other_goods")
    if goods < coupon.min_minor:
        raise CouponRefused("coupon_below_minimum", minimum=coupon.min_minor, missing=coupon.min_minor - goods)
    off = money.percentage(goods, coupon.bps) if coupon.effect is Effect.PERCENT else coupon.minor
    return min(off, goods if coupon.most_minor is None else min(goods, coupon.most_minor))


def spread(off: int, lines: Sequence[tuple[str, int]], *, of: Coupon | None = None) -> list[int]:
    """LOY-13 · E2.6 — the discount of each line, exact in sum; of a coupon on the lines that it is for alone."""
    weights = [minor if of is None or _takes(of, category) else 0 for category, minor in lines]
    return money.allocate(off, weights) if off else [0] * len(weights)


def _takes(coupon: Coupon, category: str) -> bool:
    return not coupon.categories or category in coupon.categories


def _refuse_unfit(coupon: Coupon, basket: Basket) -> None:
    if coupon.is_void:
        raise CouponRefused("coupon_void")
    if coupon.is_used:
        raise CouponRefused("coupon_used")
    if coupon.member is not None and coupon.member != basket.member:
        raise CouponRefused("coupon_of_another_member")
    if coupon.currency and coupon.currency != basket.currency:
        raise CouponRefused("coupon_other_currency")
    if coupon.valid_from is not None and basket.on < coupon.valid_from:
        raise CouponRefused("coupon_not_yet", day=coupon.valid_from)
    if coupon.valid_through is not None and basket.on > coupon.valid_through:
        raise CouponRefused("coupon_lapsed", day=coupon.valid_through)
    if coupon.stores and basket.store not in coupon.stores:
        raise CouponRefused("coupon_not_here")
