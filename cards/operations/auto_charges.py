"""Collecting an announced renewal: once, never without its notice, tried again the next day (CARD-17 · A5.2)."""

import datetime as dt

from django.db import transaction

from cards.models import Card, Order, Payment, RenewalCharge, RenewalMandate
from cards.operations import mandates, order_states, orders, renewals
from cards.payments import collecting
from cards.policy import auto_renewal, renewal
from cards.policy.parameters import RenewalParameters
from cards.queries import renewals as prices
from core import clock, parameters, periods
from core.messaging import events
from core.models import Message
from core.refusals import Refusal
from core.rules import RuleBroken
from members.models import Member
from members.queries import spending

DAYS_TO_PAY_BY_HAND = 7
Ended = RenewalMandate.Ended
State = RenewalCharge.State


def collect(announced: RenewalCharge) -> bool:
    """CARD-17 · A5.2 — collect an announced charge whose day has come, once a day until it succeeds or tries run out.

    Nothing is charged unless the notice reached the member in time, for this very term and price: whatever differs by
    now is announced anew. The provider is called outside of any transaction and by a reference that it charges once.
    """
    order = _begin(announced)
    if order is None:
        return False
    mandate = announced.mandate
    try:
        collecting.charge_stored(order, gateway=mandate.gateway, instrument=mandate.instrument)
    except RuleBroken:
        return False  # cancelled or paid by hand in this very moment; the next night sees which
    return _note(announced)


@transaction.atomic
def _begin(announced: RenewalCharge) -> Order | None:
    """The order to collect today, placed if need be; None when nothing is to be collected."""
    mandate = (
        RenewalMandate.objects.select_for_update(of=("self",))
        .select_related("card", "member")
        .get(pk=announced.mandate_id)
    )
    charge = RenewalCharge.objects.select_for_update().get(pk=announced.pk)
    announced.mandate, today, card = mandate, clock.today(), mandate.card
    if mandate.ended_at is not None or charge.state != State.ANNOUNCED:
        return None
    if spending.rests_until(mandate.member):
        return None  # a kept means of payment rests after a change of phone; the next morning looks again
    if charge.order_id is not None:
        return _again(charge, card)
    if not auto_renewal.may_charge(
        today, notified_on=charge.notified_on, notice_days=charge.notice_days, charge_on=charge.charge_on
    ):
        return None
    found = prices.choice(card, years=1, day=today)
    if found is None or card.last_valid_on != charge.ends_on or not was_told(charge) or not _is_as_told(charge, found):
        charge.state = State.VOID
        charge.save(update_fields=["state"])
        mandates.announce(mandate)
        return None
    return _order(charge, found, card=card, member=mandate.member)


def _again(charge: RenewalCharge, card: Card) -> Order | None:
    """The order of an earlier try, if it is to be tried today. One that the member gave up, or that nobody paid to the
    end, ends the mandate; one that gave way to a renewal by hand waits for what comes of that.
    """
    order = Order.objects.get(renewal_charge=charge)
    if order.state == Order.State.PLACED:
        return None if _was_tried_on(order, clock.today()) else order
    if order.state in {Order.State.CANCELLED, Order.State.EXPIRED} and prices.open_order(card) is None:
        gave_up = order.state == Order.State.CANCELLED
        mandates.end(charge.mandate, because=Ended.MEMBER if gave_up else Ended.UNPAID)
    return None


def _order(charge: RenewalCharge, found: prices.Choice, *, card: Card, member: Member) -> Order | None:
    """Place the order of a charge. Its price stays for all tries, and for some days more for paying it by hand."""
    rules, today = parameters.in_force(RenewalParameters, on=clock.today()), clock.today()
    try:
        card = renewals.lock(card)
        renewals.refuse_unfit(card, member)
    except Refusal:
        if renewal.starts_afresh(charge.ends_on, renewed_on=today, grace_days=rules.grace_days):
            mandates.end(charge.mandate, because=Ended.NOT_RENEWABLE)
        return None
    if (waiting := prices.open_order(card)) is not None:
        orders.cancel(waiting, by=None, reason="replaced by the automatic renewal")
    last_day = today + dt.timedelta(days=rules.auto_renewal_tries + DAYS_TO_PAY_BY_HAND)
    order = renewals.write(
        card,
        found,
        member=member,
        placement_key=f"auto:{charge.pk}",
        acceptance=charge.mandate.acceptance,
        pay_before_at=periods.last_moment(last_day, clock.zone()),
    )
    orders.written(order)
    charge.order = order
    charge.save(update_fields=["order"])
    return order


@transaction.atomic
def _note(announced: RenewalCharge) -> bool:
    """What came of a try: charged, to be tried again tomorrow, or left to the member."""
    charge = (
        RenewalCharge.objects.select_for_update(of=("self",))
        .select_related("mandate__card", "order")
        .get(pk=announced.pk)
    )
    order = charge.order
    if order is None or charge.state != State.ANNOUNCED:
        return charge.state == State.CHARGED
    newest = order.payments.order_by("-pk").first()
    if newest is None or newest.state not in {Payment.State.FAILED, Payment.State.CANCELLED}:
        return False
    tries = parameters.in_force(RenewalParameters, on=clock.today()).auto_renewal_tries
    left = max(0, tries - _failures(order))
    if left == 0:
        charge.state = State.FAILED
        charge.save(update_fields=["state"])
        mandates.end(charge.mandate, because=Ended.UNPAID)
    order_states.tell(
        order, "auto_renewal.failed", key=newest.reference, context={"tries_left": left, "ends_on": str(charge.ends_on)}
    )
    return False


def was_told(charge: RenewalCharge) -> bool:
    """Whether the notice truly reached the member on some channel; one that would come too late is never sent."""
    keys = [f"{mandates.NOTICE}:{charge.pk}:{channel}" for channel in events.get(mandates.NOTICE).channels]
    return Message.objects.filter(dedup_key__in=keys, state=Message.State.SENT).exists()


def _is_as_told(charge: RenewalCharge, found: prices.Choice) -> bool:
    told = (charge.total_minor, charge.currency, charge.last_valid_on)
    return told == (found.quote.pay_minor, found.version.currency, found.term.last_valid_on)


def _failures(order: Order) -> int:
    return order.payments.filter(state__in=[Payment.State.FAILED, Payment.State.CANCELLED]).count()


def _was_tried_on(order: Order, day: dt.date) -> bool:
    """Whether today's try was made; one that is still open is asked for again, under the same reference."""
    newest = order.payments.order_by("-pk").first()
    return newest is not None and newest.state != Payment.State.CREATED and clock.day_of(newest.created_at) == day
