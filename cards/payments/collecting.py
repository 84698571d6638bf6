"""Starting to collect money for an order, and asking after what was started (CARD-09 · A3.1)."""

import datetime as dt
import logging
import secrets

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from cards.models import Order, Payment
from cards.operations import instalments, order_states, settlement
from cards.payments import gateway as gateways
from cards.payments.word import Said, Word
from cards.policy import purchase
from core import audit, clock
from core.refusals import Refusal

log = logging.getLogger(__name__)
LOST_AFTER = dt.timedelta(minutes=15)


def start(order: Order, *, gateway: str, return_url: str, keep_instrument: bool = False) -> str:
    """CARD-09 · A3.1 — the address of the provider's page on which the order (or its next part) is paid.

    Clicking twice opens the same payment again. Refuses an order that is paid, cancelled or too late, and a provider
    that does not answer; then nothing was charged.
    """
    provider = gateways.get(gateway)
    payment = _open(order, gateway=gateway, keep_instrument=keep_instrument and provider.keeps_instruments)
    try:
        return provider.start(payment, return_url=return_url, notify_url=notify_url(gateway))
    except gateways.Unavailable as error:
        log.warning("payment %s: provider did not answer: %s", payment.reference, error)
        raise Refusal("gateway_unavailable", status=503) from error


def charge_stored(order: Order, *, gateway: str, instrument: str) -> str:
    """CARD-17 · A5.2 — collect an order from a means of payment that the member left with us; answers what came of it.

    Repeated, it asks for the same payment. While the provider does not answer, the payment stays open.
    """
    provider = gateways.get(gateway)
    payment = _open(order, gateway=gateway)
    try:
        word = provider.charge_stored(payment, instrument=instrument, notify_url=notify_url(gateway))
    except gateways.Unavailable as error:
        log.warning("payment %s: provider did not answer: %s", payment.reference, error)
        return Said.OPEN
    return settlement.hear(gateway, word)


def ask(payment: Payment) -> str:
    """CARD-09 · A3.1 — ask the provider what became of an open payment, because its word is late or was lost."""
    provider = gateways.get(payment.gateway)
    try:
        word = provider.query(payment)
    except gateways.Unavailable as error:
        log.warning("payment %s: provider did not answer: %s", payment.reference, error)
        word = Word(Said.OPEN, payment.reference)
    Payment.objects.filter(pk=payment.pk).update(checked_at=clock.now())
    if word.said == Said.UNKNOWN:
        if clock.now() - payment.created_at < LOST_AFTER:
            return "no-effect"
        word = Word(Said.FAILED, payment.reference, reason="never-reached-provider")
    return settlement.hear(payment.gateway, word)


def notify_url(gateway: str) -> str:
    """Where the provider calls back."""
    return f"{settings.SITE_URL}{reverse('payments:callback', args=[gateway])}"


@transaction.atomic
def _open(order: Order, *, gateway: str, keep_instrument: bool = False) -> Payment:
    order = order_states.lock(order)
    part = instalments.next_part(order)
    refuse_unpayable(order, has_part=part is not None)
    amount = part.amount_minor if part else order.total_minor - order.paid_minor
    rows = order.payments.filter(state=Payment.State.CREATED, gateway=gateway, instalment=part, amount_minor=amount)
    if started := rows.filter(keep_instrument=keep_instrument).order_by("-pk").first():
        return started
    payment = Payment.objects.create(
        order=order,
        instalment=part,
        gateway=gateway,
        reference=new_reference(),
        amount_minor=amount,
        currency=order.currency,
        keep_instrument=keep_instrument,
    )
    audit.record(
        "cards.payment.start",
        subject=payment,
        member_id=order.member_id,
        details={"order": order.number, "gateway": gateway, "amount_minor": amount},
    )
    return payment


def new_reference() -> str:
    return "P" + secrets.token_hex(10).upper()


def refuse_unpayable(order: Order, *, has_part: bool) -> None:
    if order.state == Order.State.PLACED:
        if not purchase.may_start_payment(clock.now(), pay_before_at=order.pay_before_at):
            raise Refusal("order_too_late_to_pay")
    elif order.state == Order.State.EXPIRED:
        raise Refusal("order_too_late_to_pay")
    elif order.state not in {Order.State.FULFILLED, Order.State.PART_PAID} or not has_part:
        raise Refusal("order_not_payable")


def overdue_since() -> dt.datetime:
    """Payments started before this are asked after."""
    return clock.now() - dt.timedelta(seconds=30)
