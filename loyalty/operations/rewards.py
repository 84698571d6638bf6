"""A reward redeemed for points: reserved, handed over or sent, or given up and everything put back (LOY-06 · B7.2).

Every step locks the member's account first, then (late) the stock that it takes from or returns to.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from cards.operations import confirming, serving
from core import access, audit, clock, parameters
from core.models import Store, User
from core.refusals import Refusal
from loyalty.models import PointHold, Reward, RewardOrder, RewardStock
from loyalty.operations import codes, coupons, ledger, reservations, reversals, reward_news
from loyalty.operations.ledger import Cause
from loyalty.policy import rewards as rule
from loyalty.policy import spoken_codes
from loyalty.policy.parameters import PointsParameters
from loyalty.queries import rewards as rows
from members.models import Member

CHANGE, COUNTER = "loyalty.change_rewardorder", "counter.redeem_points"
UNDO_WINDOW = dt.timedelta(minutes=15)
State, Way = RewardOrder.State, RewardOrder.Way


@dataclass(frozen=True)
class Address:
    """Where a gift is sent."""

    recipient: str
    phone: str
    address: str


@transaction.atomic
def order(
    member: Member,
    reward: Reward,
    *,
    key: str,
    way: str,
    store: Store | None = None,
    to: Address | None = None,
    clerk: User | None = None,
) -> RewardOrder:
    """LOY-06 · B7.2 — redeem points for a reward: they are reserved and one gift leaves the stock that it will come from.

    What is had at once (a coupon, a gift over the counter) is captured in the same breath. The same member and key give
    the same order again; with other content they are refused. Refuses whatever `policy.rewards.refusal` does, and at a
    counter so many points as the member has not confirmed (`points_unconfirmed`).
    """
    if clerk is not None:
        access.require(clerk, COUNTER, at=store.pk if store else None)
        serving.refuse_own(member, clerk=clerk)
    account = ledger.account_of(member)
    placement = _placement(member, key)
    if (before := RewardOrder.objects.filter(placement_key=placement).first()) is not None:
        if (before.reward_id, before.way, before.store_id) != (reward.pk, way, store.pk if store else None):
            raise Refusal("key_reused")
        return before
    reward = Reward.objects.select_related("offer").get(pk=reward.pk)
    _refuse_unfit_way(reward, way=way, store=store, to=to)
    if refusal := rows.refusal(reward, member, available=account.available):
        raise refusal
    if clerk is not None and store is not None:
        confirming.require(member, reward.points, clerk=clerk, store=store)
    stock = _take(reward, store) if reward.kind == Reward.Kind.GIFT else None
    until = clock.now() + dt.timedelta(days=parameters.in_force(PointsParameters).collect_days)
    cause = Cause("reward", placement, why={"for": rows.names(reward)}, actor=clerk, store=store)
    hold = reservations.reserve(member, reward.points, subject=reward.name, cause=cause, until=until)
    placed = RewardOrder.objects.create(
        code=codes.new(spoken_codes.PICK_UP),
        member=member,
        reward=reward,
        way=way,
        stock=stock,
        store=store,
        points=reward.points,
        hold=hold,
        recipient=to.recipient if to else "",
        phone=to.phone if to else "",
        address=to.address if to else "",
        clerk=clerk,
        placement_key=placement,
    )
    _record("order", placed, actor=clerk)
    if reward.offer is not None:
        placed.coupon = coupons.issue(reward.offer, member=member)
    if way == Way.AT_ONCE:
        return _capture(placed, State.COLLECTED, by=clerk)
    reward_news.reserved(placed)
    return placed


def was_ordered(member: Member, *, key: str) -> bool:
    """Whether this very form was sent before: then it is answered with what it did."""
    return RewardOrder.objects.filter(placement_key=_placement(member, key)).exists()


def _placement(member: Member, key: str) -> str:
    return f"{member.pk}:{key}"[:80]


@transaction.atomic
def collect(found: RewardOrder, *, clerk: User, store: Store, shown: str = "") -> RewardOrder:
    """LOY-06 · B7.2 — the gift is handed over where it was reserved: the points are redeemed. A repeat changes nothing.

    Whoever does not show its pick-up code confirms so many points as for a gift that was not reserved.
    """
    access.require(clerk, COUNTER, at=store.pk)
    serving.refuse_own(found.member, clerk=clerk)
    placed = _locked(found)
    if placed.state == State.COLLECTED:
        return placed
    if placed.way != Way.PICK_UP or placed.store_id != store.pk:
        raise Refusal("reward_waits_elsewhere", store=placed.store.name if placed.store else "—")
    if shown != placed.code:
        confirming.require(placed.member, placed.points, clerk=clerk, store=store)
    return _capture(placed, State.COLLECTED, by=clerk)


@transaction.atomic
def send(found: RewardOrder, *, by: User, note: str) -> RewardOrder:
    """LOY-06 · B7.2 — the gift is on its way to the address (`note`: by whom, under which number). A repeat changes nothing."""
    access.require(by, CHANGE)
    placed = _locked(found)
    if placed.state == State.SENT:
        return placed
    if placed.way != Way.DELIVERY:
        raise Refusal("reward_is_collected")
    placed.note = note.strip()[:200]
    sent = _capture(placed, State.SENT, by=by)
    reward_news.sent(sent)
    return sent


@transaction.atomic
def cancel(found: RewardOrder, *, by: User | None, reason: str = "") -> RewardOrder:
    """LOY-06 · B7.2 — given up before it was handed over: the points return to their lots with their old last day, the
    gift to its stock. By the member herself, or by staff with a reason. A repeat changes nothing."""
    own = by is not None and by.pk == found.member.user_id
    if by is not None and not own:
        access.require(by, CHANGE)
        if not reason.strip():
            raise Refusal("reason_needed", status=400)
    placed = _locked(found)
    if placed.state == State.CANCELLED:
        return placed
    return _release(placed, State.CANCELLED, by=by, reason=reason)


@transaction.atomic
def expire(hold: PointHold) -> RewardOrder:
    """LOY-06 · B7.2 — nobody collected it in time: the order ends with its reservation of points."""
    return _release(_locked(RewardOrder.objects.select_related("member").get(hold=hold)), State.EXPIRED, by=None)


@transaction.atomic
def give_back(found: RewardOrder, *, by: User, reason: str) -> RewardOrder:
    """LOY-06 · B7.2 — what was handed over or sent comes back: the points too, and the gift goes on the shelf again.

    A clerk within minutes at his store, staff with the right at any time. Refuses a coupon that was used.
    """
    placed = _locked(found)
    if placed.state == State.GIVEN_BACK:
        return placed
    _refuse_late(placed, by)
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    _check(placed, State.GIVEN_BACK)
    if placed.coupon is not None:
        coupons.take_away(placed.coupon, reason=reason)
    if placed.hold.ended_by is None:
        raise ValueError("an order that was handed over has captured its points")
    cause = Cause("reward-back", str(placed.pk), reason=reason, actor=by, store=placed.store)
    placed.given_back = reversals.give_back(placed.hold.ended_by, cause=cause)
    return _end(placed, State.GIVEN_BACK, by=by, reason=reason)


def _refuse_late(placed: RewardOrder, by: User) -> None:
    serving.refuse_own(placed.member, clerk=by)
    if access.allows(by, CHANGE):
        return
    access.require(by, COUNTER, at=placed.store_id or 0)
    if placed.ended_at is None or clock.now() - placed.ended_at > UNDO_WINDOW:
        raise Refusal("reward_too_old_to_undo")


def _refuse_unfit_way(reward: Reward, *, way: str, store: Store | None, to: Address | None) -> None:
    fits = {
        Way.PICK_UP: reward.kind == Reward.Kind.GIFT and store is not None,
        Way.DELIVERY: reward.can_deliver and store is None and to is not None,
        Way.AT_ONCE: reward.kind == Reward.Kind.COUPON or store is not None,
    }
    if not fits.get(Way(way)):
        raise Refusal("reward_not_that_way")


def _take(reward: Reward, store: Store | None) -> RewardStock:
    """One gift off the shelf, under the lock of that shelf; the table's own check backs it."""
    stock = RewardStock.objects.select_for_update(of=("self",)).filter(reward=reward, store=store).first()
    if stock is None or stock.quantity < 1:
        raise Refusal("reward_sold_out")
    stock.quantity -= 1
    stock.save(update_fields=["quantity"])
    return stock


def _locked(found: RewardOrder) -> RewardOrder:
    """The order as it is now, its member's account held until the transaction ends."""
    ledger.account_of(found.member)
    wanted = ("member__user", "reward", "store", "hold__member", "hold__transaction", "hold__ended_by", "coupon")
    return RewardOrder.objects.select_related(*wanted).get(pk=found.pk)


def _capture(placed: RewardOrder, to: str, *, by: User | None) -> RewardOrder:
    _check(placed, to)
    cause = Cause("reward-capture", str(placed.pk), actor=by, store=placed.store)
    placed.hold.ended_by = reservations.capture(placed.hold, cause=cause)
    return _end(placed, to, by=by)


def _release(placed: RewardOrder, to: str, *, by: User | None, reason: str = "") -> RewardOrder:
    _check(placed, to)
    cause = Cause("reward-release", str(placed.pk), reason=reason, actor=by)
    reservations.release(placed.hold, cause=cause, expired=to == State.EXPIRED)
    ended = _end(placed, to, by=by, reason=reason)
    reward_news.ended(ended)
    return ended


def _check(placed: RewardOrder, to: str) -> None:
    if not rule.may(rule.State(placed.state), rule.State(to)):
        raise Refusal("reward_order_ended", state=placed.get_state_display())


def _end(placed: RewardOrder, to: str, *, by: User | None, reason: str = "") -> RewardOrder:
    placed.state, placed.ended_at = State(to), clock.now()
    if rule.State(to) in rule.BACK_ON_THE_SHELF and placed.stock_id is not None:
        stock = RewardStock.objects.select_for_update(of=("self",)).get(pk=placed.stock_id)
        stock.quantity += 1
        stock.save(update_fields=["quantity"])
    placed.save(update_fields=["state", "ended_at", "note", "given_back", "coupon"])
    _record(to, placed, actor=by, reason=reason)
    return placed


def _record(verb: str, placed: RewardOrder, *, actor: User | None, reason: str = "") -> None:
    audit.record(
        f"loyalty.rewardorder.{verb}",
        subject=placed,
        actor=actor,
        member_id=placed.member_id,
        store_id=placed.store_id,
        reason=reason,
        details={"reward": placed.reward_id, "points": placed.points, "way": placed.way},
    )
