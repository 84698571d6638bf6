"""The finance queue (CARD-10 · A3.3.4): reconcile, invoice, money set aside, exceptions settled by a person."""

from collections.abc import Iterable

from django.db import transaction

from cards.models import Order, Payment, Refund
from cards.operations import fulfilment, order_states, part_payment, settlement
from cards.payments import refunds
from core import access, audit, clock
from core.models import User
from core.refusals import Refusal

RECONCILE = "cards.reconcile_payment"


@transaction.atomic
def reconcile(orders: Iterable[Order], *, by: User) -> int:
    """CARD-10 · A3.3.4 — what was booked agrees with the provider's or the till's statement. Once per order."""
    access.require(by, RECONCILE)
    open_rows = Order.objects.select_for_update(of=("self",)).filter(
        pk__in=[order.pk for order in orders], reconciled_at__isnull=True, paid_minor__gt=0
    )
    done = 0
    for order in open_rows.order_by("pk"):
        order.reconciled_at, order.reconciled_by = clock.now(), by
        order.save(update_fields=["reconciled_at", "reconciled_by"])
        audit.record("cards.order.reconcile", subject=order, actor=by, member_id=order.member_id)
        done += 1
    return done


@transaction.atomic
def issue_invoice(order: Order, *, number: str, by: User) -> None:
    """CARD-08 · A3.3 — record the invoice that was issued for an order; it is issued once."""
    access.require(by, RECONCILE)
    order = order_states.lock(order)
    if not number.strip():
        raise Refusal("reason_needed", status=400)
    if order.invoice_wanted_at is None or order.invoice_number:
        raise Refusal("already_decided")
    order.invoice_number = number.strip()[:40]
    order.save(update_fields=["invoice_number"])
    audit.record("cards.order.invoice", subject=order, actor=by, member_id=order.member_id, details={"number": number})


@transaction.atomic
def accept(payment: Payment, *, by: User, reason: str) -> None:
    """CARD-09 · A3.1 — book money that was set aside, because it is owed after all and its amount is exact."""
    order, payment = _set_aside(payment, by=by, reason=reason)
    exact = payment.received_minor == payment.amount_minor and not payment.refunded_minor
    if not exact or order.paid_minor + payment.amount_minor > order.total_minor:
        raise Refusal("payment_does_not_fit")
    if order.state not in settlement.PAYABLE or part_payment.revive(order) is not None:
        raise Refusal("payment_does_not_fit")
    payment.order = order
    settlement.settle(payment)
    fulfilment.fulfil(order)


@transaction.atomic
def send_back(payment: Payment, *, by: User, reason: str) -> Refund:
    """CARD-09 · A3.1 — return what is left of money that was set aside, to where it came from."""
    order, payment = _set_aside(payment, by=by, reason=reason)
    if payment.received_minor <= payment.refunded_minor:
        raise Refusal("already_decided")
    payment.order = order
    return refunds.send_back(payment, reason=reason, by=by)


def _set_aside(payment: Payment, *, by: User, reason: str) -> tuple[Order, Payment]:
    access.require(by, RECONCILE)
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    order = order_states.lock(payment.order)
    payment = Payment.objects.select_for_update(of=("self",)).select_related("instalment").get(pk=payment.pk)
    if payment.state != Payment.State.QUARANTINED:
        raise Refusal("payment_not_set_aside")
    audit.record("cards.payment.decide", subject=payment, actor=by, member_id=order.member_id, reason=reason)
    return order, payment
