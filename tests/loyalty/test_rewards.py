"""Points redeemed for gifts: reserved, handed over, given up, given back (LOY-06 · B7.2)."""

import datetime as dt
from typing import Any

import pytest

from core import clock
from core.models import Store, User
from core.refusals import Refusal
from core.rules import RuleBroken
from loyalty.models import PointHold, PointLot, Reward, RewardOrder, RewardStock, RewardStockMove
from loyalty.operations import catalogue, nightly, rewards
from members.models import Member
from tests.loyalty.benefits_cast import on_tier
from tests.loyalty.conftest import balances, broken
from tests.loyalty.shelf import gift, key, offer, place, reserve, rich

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]


def refused(act: Any, *args: Any, **named: Any) -> str:
    with pytest.raises(RuleBroken) as error:
        act(*args, **named)
    return error.value.code


def left(reward: Reward) -> int:
    return sum(RewardStock.objects.filter(reward=reward).values_list("quantity", flat=True))


def test_ordering_a_gift_reserves_the_points_and_takes_one_off_the_shelf(wanqing: Member, store: Store) -> None:
    reward = gift(store=store)
    placed = reserve(rich(wanqing), reward, store)
    assert (placed.state, balances(wanqing), left(reward)) == ("reserved", (900, 0, 100, 0), 2)
    assert placed.hold.state == PointHold.State.OPEN
    assert placed.hold.expires_at == clock.now() + dt.timedelta(days=30)
    assert broken() == []


def test_a_double_click_is_one_order_and_the_same_key_for_anything_else_is_refused(
    wanqing: Member, store: Store
) -> None:
    cup, lamp = gift(store=store), gift("lamp", store=store)
    rich(wanqing)
    first = reserve(wanqing, cup, store, key="same")
    assert reserve(wanqing, cup, store, key="same") == first
    assert refused(reserve, wanqing, lamp, store, key="same") == "key_reused"
    assert (balances(wanqing)[2], left(cup), left(lamp)) == (100, 2, 3)


def test_handing_it_over_redeems_the_points_once(wanqing: Member, store: Store, clerk: User) -> None:
    reward = gift(store=store)
    placed = reserve(rich(wanqing), reward, store)
    for _ in range(2):
        done = rewards.collect(placed, clerk=clerk, store=store)
        assert (done.state, balances(wanqing), left(reward)) == ("collected", (900, 0, 0, 0), 2)
    assert refused(rewards.cancel, placed, by=wanqing.user) == "reward_order_ended"
    assert broken() == []


def test_a_gift_is_handed_over_only_where_it_waits(
    wanqing: Member, store: Store, other_store: Store, other_clerk: User
) -> None:
    placed = reserve(rich(wanqing), gift(store=store), store)
    assert refused(rewards.collect, placed, clerk=other_clerk, store=other_store) == "reward_waits_elsewhere"
    assert refused(rewards.collect, placed, clerk=other_clerk, store=store) == "not_permitted"


def test_giving_it_up_returns_the_points_to_their_lots_with_their_old_last_day_and_the_gift_to_its_shelf(
    wanqing: Member, store: Store
) -> None:
    reward = gift(store=store)
    rich(wanqing)
    before = list(PointLot.objects.values_list("pk", "remaining", "last_valid_on"))
    placed = reserve(wanqing, reward, store)
    for _ in range(2):
        assert rewards.cancel(placed, by=wanqing.user).state == "cancelled"
    assert list(PointLot.objects.values_list("pk", "remaining", "last_valid_on")) == before
    assert (balances(wanqing), left(reward)) == ((1_000, 0, 0, 0), 3)
    assert broken() == []


def test_staff_give_it_up_only_with_the_right_and_a_reason(
    wanqing: Member, store: Store, clerk: User, service_agent: User
) -> None:
    placed = reserve(rich(wanqing), gift(store=store), store)
    assert refused(rewards.cancel, placed, by=clerk) == "not_permitted"
    assert refused(rewards.cancel, placed, by=service_agent, reason=" ") == "reason_needed"
    assert rewards.cancel(placed, by=service_agent, reason="Asked by phone.").state == "cancelled"


def test_what_nobody_collected_ends_with_its_reservation_that_night(wanqing: Member, store: Store) -> None:
    reward = gift(store=store)
    placed = reserve(rich(wanqing), reward, store)
    with clock.stopped(clock.now() + dt.timedelta(days=30, minutes=1)):
        assert nightly.expire([placed.hold.pk]) == 1
        assert nightly.expire([placed.hold.pk]) == 0
    placed.refresh_from_db()
    assert (placed.state, placed.hold.state, left(reward)) == ("expired", "expired", 3)
    assert balances(wanqing) == (1_000, 0, 0, 0)
    assert broken() == []


def test_a_gift_to_an_address_comes_out_of_the_warehouse_and_is_redeemed_when_it_is_sent(
    wanqing: Member, store: Store, service_agent: User
) -> None:
    reward = gift(store=store, can_deliver=True)
    rich(wanqing)
    home = rewards.Address("林婉清", "+8613812340001", "南京东路 100 号")
    asked: dict[str, Any] = {"key": key(), "way": "delivery", "to": home}
    assert refused(rewards.order, wanqing, reward, **asked) == "reward_sold_out"
    place(reward, 1, None)
    placed = rewards.order(wanqing, reward, **asked)
    assert placed.stock is not None
    assert (placed.stock.store, balances(wanqing)) == (None, (900, 0, 100, 0))
    sent = rewards.send(placed, by=service_agent, note="SF 12345")
    assert (sent.state, sent.note, balances(wanqing)) == ("sent", "SF 12345", (900, 0, 0, 0))
    assert rewards.send(placed, by=service_agent, note="again").note == "SF 12345"
    assert broken() == []


def test_a_gift_redeemed_at_the_counter_is_undone_within_minutes_and_by_service_later(
    wanqing: Member, store: Store, clerk: User, service_agent: User
) -> None:
    reward = gift(store=store)
    rich(wanqing)
    done = [reserve(wanqing, reward, store, way="at-once", clerk=clerk) for _ in range(2)]
    assert {one.state for one in done} == {"collected"}
    assert (balances(wanqing), left(reward)) == ((800, 0, 0, 0), 1)
    assert rewards.give_back(done[0], by=clerk, reason="wrong colour").state == "given-back"
    assert (balances(wanqing), left(reward)) == ((900, 0, 0, 0), 2)
    with clock.stopped(clock.now() + dt.timedelta(minutes=16)):
        assert refused(rewards.give_back, done[1], by=clerk, reason="late") == "reward_too_old_to_undo"
        rewards.give_back(done[1], by=service_agent, reason="broken")
        rewards.give_back(done[1], by=service_agent, reason="broken")
    assert (balances(wanqing), left(reward)) == ((1_000, 0, 0, 0), 3)
    assert broken() == []


def test_a_coupon_for_points_is_hers_at_once_and_void_when_it_is_given_back(
    wanqing: Member, service_agent: User
) -> None:
    reward = gift(kind="coupon", offer=offer(days=30), stock=0)
    RewardStock.objects.all().delete()
    placed = rewards.order(rich(wanqing), reward, key=key(), way="at-once")
    assert placed.coupon is not None
    assert (placed.state, placed.coupon.member, placed.coupon.state) == ("collected", wanqing, "issued")
    assert placed.coupon.last_valid_on == clock.today() + dt.timedelta(days=30)
    rewards.give_back(placed, by=service_agent, reason="not wanted")
    placed.coupon.refresh_from_db()
    assert (placed.coupon.state, balances(wanqing)) == ("void", (1_000, 0, 0, 0))
    assert broken() == []


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"price": 1_001}, "reward_points_missing"),
        ({"stock": 0}, "reward_sold_out"),
        ({"min_tier": "silver"}, "reward_tier"),
        ({"state": "draft"}, "reward_not_offered"),
        ({"state": "retired"}, "reward_not_offered"),
        ({"last_on": dt.date(2026, 11, 22)}, "reward_not_offered"),
        ({"starts_on": dt.date(2026, 11, 24)}, "reward_not_yet"),
    ],
)
def test_a_reward_that_cannot_be_had_says_why_and_takes_nothing(
    wanqing: Member, store: Store, terms: dict[str, Any], code: str
) -> None:
    reward = gift(store=store, **terms)
    rich(wanqing)
    assert refused(reserve, wanqing, reward, store) == code
    assert (balances(wanqing), RewardOrder.objects.count()) == ((1_000, 0, 0, 0), 0)


def test_the_tier_floor_lets_in_who_reached_it(wanqing: Member, store: Store) -> None:
    reward = gift(store=store, min_tier="silver")
    on_tier(wanqing, "gold")
    assert reserve(rich(wanqing), reward, store).state == "reserved"


def test_the_limit_for_each_member_counts_what_she_kept(wanqing: Member, stranger: Member, store: Store) -> None:
    reward = gift(store=store, per_member=1)
    first = reserve(rich(wanqing), reward, store)
    assert refused(reserve, wanqing, reward, store) == "reward_limit"
    assert reserve(rich(stranger), reward, store).state == "reserved"
    rewards.cancel(first, by=wanqing.user)
    assert reserve(wanqing, reward, store).state == "reserved"


def test_a_clerk_does_not_serve_himself(wanqing: Member, store: Store, clerk: User) -> None:
    reward = gift(store=store)
    placed = reserve(rich(wanqing), reward, store)
    Member.objects.filter(pk=wanqing.pk).update(user=clerk)
    her = Member.objects.get(pk=wanqing.pk)
    assert refused(reserve, her, reward, store, way="at-once", clerk=clerk) == "own_card"
    placed = RewardOrder.objects.get(pk=placed.pk)
    clerk = User.objects.get(pk=clerk.pk)
    assert refused(rewards.collect, placed, clerk=clerk, store=store) == "own_card"


def test_stock_is_put_in_and_taken_out_with_a_reason_and_never_below_zero(
    store: Store, other_store: Store, manager: User, planner: User, clerk: User
) -> None:
    reward = gift(stock=0)
    RewardStock.objects.all().delete()
    assert catalogue.restock(reward, 5, store=store, reason="delivery", by=manager).quantity == 5
    assert catalogue.restock(reward, -2, store=store, reason="broken", by=manager).quantity == 3
    for code, named in {
        "stock_too_small": {"change": -4, "store": store, "reason": "x", "by": manager},
        "reason_needed": {"change": 1, "store": store, "reason": " ", "by": manager},
        "stock_change_unfit": {"change": 0, "store": store, "reason": "x", "by": manager},
        "not_permitted": {"change": 1, "store": other_store, "reason": "x", "by": manager},
    }.items():
        change = named.pop("change")
        assert refused(catalogue.restock, reward, change, **named) == code
    assert refused(catalogue.restock, reward, 1, store=None, reason="x", by=manager) == "not_permitted"
    assert refused(catalogue.restock, reward, 1, store=store, reason="x", by=clerk) == "not_permitted"
    assert catalogue.restock(reward, 7, store=None, reason="first", by=planner).quantity == 7
    assert [row.change for row in RewardStockMove.objects.order_by("pk")] == [5, -2, 7]
    assert broken() == []


def test_a_reward_is_drafted_changed_put_on_offer_and_retired(planner: User, clerk: User) -> None:
    made = catalogue.draft(by=planner, code="lamp", name="Lamp", points=500)
    assert refused(catalogue.draft, by=planner, code="lamp", name="Lamp", points=500) == "reward_code_taken"
    assert refused(catalogue.draft, by=clerk, code="l2", name="Lamp", points=5) == "not_permitted"
    assert catalogue.revise(made, {"points": 600}, by=planner).points == 600
    assert catalogue.move(made, "on-sale", by=planner).state == "on-sale"
    assert refused(catalogue.move, made, "draft", by=planner) == "transition_not_listed"
    assert catalogue.move(made, "retired", by=planner).state == "retired"


def test_what_was_ordered_keeps_its_price_and_is_handed_over_after_the_reward_is_retired(
    wanqing: Member, store: Store, clerk: User, planner: User
) -> None:
    reward = gift(store=store)
    placed = reserve(rich(wanqing), reward, store)
    catalogue.revise(reward, {"points": 999}, by=planner)
    catalogue.move(reward, "retired", by=planner)
    assert rewards.collect(placed, clerk=clerk, store=store).points == 100


def test_a_refusal_of_points_under_a_hold_reserves_nothing(wanqing: Member, store: Store) -> None:
    reward = gift(store=store)
    rich(wanqing)
    Member.objects.filter(pk=wanqing.pk).update(phone_changed_at=clock.now())
    with pytest.raises(Refusal) as stopped:
        reserve(Member.objects.get(pk=wanqing.pk), reward, store)
    assert stopped.value.code == "points_held_after_phone_change"
    assert left(reward) == 3
