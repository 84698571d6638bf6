"""Rewards and coupons under concurrency, on a server database, each with its negative control (LOY-06, LOY-13)."""

from typing import Any

import pytest
from django.db import IntegrityError

from core.models import Store
from core.rules import RuleBroken
from loyalty.models import Coupon, PointAccount, PointHold, Purchase, Reward, RewardOrder, RewardStock
from loyalty.operations import ledger, nightly, rewards, till
from loyalty.operations.till import Bill
from members.models import Member
from tests import factories
from tests.loyalty.conftest import balances, broken
from tests.loyalty.shelf import coupon, gift, key, reserve, rich
from tests.racing import at_once, unlocked

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def crowd(count: int) -> list[Member]:
    return [rich(member) for member in factories.MemberFactory.create_batch(count)]


def try_for(reward: Reward, store: Store, members: list[Member]) -> list[Any]:
    return at_once(lambda turn: reserve(members[turn % len(members)], reward, store), range(200))


def placed(answers: list[Any]) -> int:
    assert all(isinstance(one, RuleBroken | RewardOrder) for one in answers), answers[:3]
    return sum(isinstance(one, RewardOrder) for one in answers)


def test_two_hundred_reach_for_the_last_three_gifts_and_three_have_one() -> None:
    store: Store = factories.StoreFactory.create()
    reward, members = gift(store=store, stock=3), crowd(40)
    answers = try_for(reward, store, members)
    codes = {one.code for one in answers if isinstance(one, RuleBroken)}
    assert (placed(answers), codes) == (3, {"reward_sold_out"})
    assert (RewardStock.objects.get().quantity, broken()) == (0, [])


def test_without_the_lock_on_the_shelf_more_are_promised_than_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    store: Store = factories.StoreFactory.create()
    reward, members = gift(store=store, stock=3), crowd(40)
    with unlocked(monkeypatch, RewardStock.objects):
        answers = try_for(reward, store, members)
    assert sum(isinstance(one, RewardOrder) for one in answers) > 3 or broken()


def test_one_click_that_arrives_fifty_times_is_one_order() -> None:
    store: Store = factories.StoreFactory.create()
    reward, (member,), once = gift(store=store, stock=50), crowd(1), key()
    answers = at_once(lambda _: reserve(member, reward, store, key=once), range(50))
    assert (placed(answers), len({one.pk for one in answers})) == (50, 1)
    assert (balances(member), RewardStock.objects.get().quantity) == ((900, 0, 100, 0), 49)


def test_without_the_lock_on_the_account_the_click_is_not_recognised_every_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store: Store = factories.StoreFactory.create()
    reward, (member,), once = gift(store=store, stock=50), crowd(1), key()
    monkeypatch.setattr(ledger, "account_of", lambda of: PointAccount.objects.get(pk=of.pk))
    answers = at_once(lambda _: reserve(member, reward, store, key=once), range(50))
    assert any(not isinstance(one, RewardOrder) for one in answers) or broken()


def test_handing_over_cancelling_and_expiring_at_once_end_the_order_once() -> None:
    store: Store = factories.StoreFactory.create()
    clerk = factories.StaffFactory.create(roles={"clerk": store})
    reward, (member,) = gift(store=store, stock=5), crowd(1)
    order = reserve(member, reward, store)
    PointHold.objects.update(expires_at=order.placed_at)

    def end(turn: int) -> Any:
        fresh = RewardOrder.objects.select_related("member__user").get(pk=order.pk)
        match turn % 3:
            case 0:
                return rewards.collect(fresh, clerk=clerk, store=store)
            case 1:
                return rewards.cancel(fresh, by=member.user)
            case _:
                return nightly.expire([fresh.hold_id])

    answers = at_once(end, range(60))
    assert all(isinstance(one, RuleBroken | RewardOrder | int) for one in answers), answers[:5]
    order.refresh_from_db()
    kept = order.state == "collected"
    assert balances(member) == ((900, 0, 0, 0) if kept else (1_000, 0, 0, 0))
    assert (RewardStock.objects.get().quantity, broken()) == (4 if kept else 5, [])


def test_fifty_customers_show_one_coupon_at_once_and_one_of_them_has_it() -> None:
    answers = _fifty_with(coupon())
    done = [one for one in answers if isinstance(one, Purchase)]
    assert (len(done), {one.code for one in answers if isinstance(one, RuleBroken)}) == (1, {"coupon_used"})
    assert (Coupon.objects.get().state, Purchase.objects.count(), broken()) == ("used", 1, [])


def test_without_the_lock_on_the_coupon_only_the_constraint_stands_in_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = coupon()
    with unlocked(monkeypatch, Coupon.objects):
        answers = _fifty_with(shared)
    assert any(isinstance(one, IntegrityError) for one in answers)
    assert Purchase.objects.count() == 1


def _fifty_with(shared: Coupon) -> list[Any]:
    store: Store = factories.StoreFactory.create()
    clerk = factories.StaffFactory.create(roles={"clerk": store})
    members = crowd(50)
    return at_once(
        lambda turn: till.record(
            members[turn], Bill(10_000, coupon=shared.code), receipt=f"R{turn}", store=store, clerk=clerk
        ),
        range(50),
    )
