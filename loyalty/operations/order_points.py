"""Points that pay part of an order of a card or a renewal (LOY-06 · B7.2): cards' own port, filled."""

import datetime as dt

from django.db import transaction

from cards.models import Channel, Order
from cards.operations import part_payment
from cards.operations.part_payment import Offer, Part
from core import clock, parameters
from core.rules import RuleBroken
from loyalty.models import OrderPoints, PointHold
from loyalty.operations import ledger, reservations, reversals
from loyalty.operations.ledger import Cause
from loyalty.policy import redeeming, returns
from loyalty.policy.parameters import PointsParameters
from loyalty.queries import balances
from members.models import Member

LEAVE_MINOR = 1  # an order is paid with money, be it the smallest coin: its payment is what delivers it
WHEN_NOT_SAID = dt.timedelta(days=1)


class Points:
    """The reservation of an order's points ends with the order, never by itself."""

    def offer(self, member: Member, *, of_minor: int) -> Offer:
        account = balances.account_of(member)
        available = account.available if account else 0
        most = redeeming.most(
            available, of_minor=of_minor, parameters=parameters.in_force(PointsParameters), leave_minor=LEAVE_MINOR
        )
        return Offer(available, most.points, most.minor)

    def must_confirm(self, member: Member, points: int) -> bool:
        spent = balances.spent_at_counters(member, on=clock.today())
        return redeeming.must_be_confirmed(points, spent_today=spent, parameters=parameters.in_force(PointsParameters))

    def hold(self, member: Member) -> None:
        ledger.account_of(member)

    def part(self, member: Member, points: int, *, of_minor: int) -> Part:
        account = balances.account_of(member)
        off = redeeming.money_off(
            points,
            available=account.available if account else 0,
            of_minor=of_minor,
            parameters=parameters.in_force(PointsParameters),
            leave_minor=LEAVE_MINOR,
        )
        return Part(off.points, off.minor)

    def reserve(self, order: Order, part: Part) -> None:
        hold = _reserve(order, part.points, turn=1)
        OrderPoints.objects.create(order=order, points=part.points, amount_minor=part.minor, hold=hold)

    def given(self, order: Order) -> Part:
        row = _of(order)
        return Part(row.points, row.amount_minor) if row else part_payment.NOTHING

    def revive(self, order: Order) -> bool:
        row = _of(order)
        if row is None or row.hold.state == PointHold.State.OPEN:
            return True
        try:
            with transaction.atomic():
                row.hold = _reserve(order, row.points, turn=order.events.count())
        except RuleBroken:
            return False
        row.save(update_fields=["hold"])
        return True

    def take(self, order: Order) -> None:
        if row := _of(order):
            reservations.capture(row.hold, cause=Cause("order-paid", str(order.pk)))

    def release(self, order: Order) -> None:
        row = _of(order)
        if row is not None and row.hold.state == PointHold.State.OPEN:
            reservations.release(row.hold, cause=Cause("order-ended", f"{order.pk}:{row.hold.pk}"))

    def give_back(self, order: Order) -> None:
        row = _of(order)
        if row is None or row.hold.ended_by is None or row.hold.state != PointHold.State.CAPTURED:
            return
        gone = sum(row.hold.ended_by.reversals.values_list("points", flat=True))
        whole = order.state == Order.State.REFUNDED
        share = returns.share(
            row.points, of_minor=order.total_minor, returned_minor=order.refunded_minor, already_points=gone
        )
        if back := row.points - gone if whole else share:
            cause = Cause("order-refunded", f"{order.pk}:{order.refunded_minor}")
            reversals.give_back(row.hold.ended_by, points=back, cause=cause)


def _of(order: Order) -> OrderPoints | None:
    return OrderPoints.objects.select_related("hold__member", "hold__ended_by__member").filter(pk=order.pk).first()


def _reserve(order: Order, points: int, *, turn: int) -> PointHold:
    until = order.pay_before_at or clock.now() + WHEN_NOT_SAID
    why = {"for": {"en": order.number, "zh-hans": order.number, "zh-hant": order.number}}
    clerk = order.seller if order.channel == Channel.STORE else None
    cause = Cause("order", f"{order.pk}:{turn}", why=why, actor=clerk, store=order.store)
    return reservations.reserve(order.member, points, subject=order.number, cause=cause, until=until)


part_payment.register(Points())
