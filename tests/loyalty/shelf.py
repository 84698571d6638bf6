"""Rewards on a shelf, coupons in a drawer: what the tests of redeeming stand on."""

import itertools
from typing import Any

from core.models import Store
from loyalty.models import Coupon, CouponOffer, Reward, RewardStock, RewardStockMove
from loyalty.operations import coupons, points, rewards
from members.models import Member
from tests.loyalty.conftest import cause

_keys = itertools.count(1)


def key() -> str:
    return f"try-{next(_keys)}"


def gift(code: str = "cup", *, price: int = 100, stock: int = 3, store: Store | None = None, **terms: Any) -> Reward:
    """A gift on offer, so many of it at a store (or in the warehouse)."""
    terms = {"name": "Jade cup", "name_zh_hans": "翡翠杯", "state": Reward.State.ON_SALE, **terms}
    reward = Reward.objects.create(code=code, points=price, **terms)
    place(reward, stock, store)
    return reward


def place(reward: Reward, count: int, store: Store | None) -> RewardStock:
    stock = RewardStock.objects.create(reward=reward, store=store, quantity=count)
    if count:
        RewardStockMove.objects.create(stock=stock, change=count, reason="first delivery")
    return stock


def offer(code: str = "ten-off", **terms: Any) -> CouponOffer:
    made: CouponOffer = CouponOffer.objects.create(
        code=code, **{"name": "¥10 off", "effect": "amount", "value_minor": 1_000, **terms}
    )
    return made


def coupon(member: Member | None = None, **terms: Any) -> Coupon:
    """A code of an offer of its own."""
    made = offer(key(), **terms)
    if member is not None:
        return coupons.issue(made, member=member)
    return Coupon.objects.create(code="C" + f"{next(_keys):011d}".translate(str.maketrans("01", "XY")), offer=made)


def rich(member: Member, amount: int = 1_000) -> Member:
    points.accrue(member, amount, cause=cause(), waits=False)
    return member


def reserve(member: Member, reward: Reward, store: Store, **more: Any) -> Any:
    return rewards.order(member, reward, **{"key": key(), "way": "pick-up", "store": store, **more})
