"""Money that came in: from a provider's word, or over a counter, to a paid and delivered order (CARD-09 · A3.1).

Only a verified word moves an order (invariant 21). Each payment is settled once, whatever is repeated, shuffled or late.
A payment was started while the order could be paid, and the offer is decided by that moment; so its money is honoured
after the order expired, too. Money that nothing is owed for (the order was cancelled, paid otherwise, or the buyer
reached her limit meanwhile) is set aside and sent back at once; money of a wrong amount is set aside for a person.
"""

from django.db import transaction

from cards.models import Order, Payment, RenewalCharge
from cards.operations import fulfilment, instalments, order_states, part_payment
from cards.payments import refunds
from cards.payments.word import Said, Word
from cards.policy import states
from cards.queries import purchases
from core import audit, clock, show
from risk import operations as risk

PAYABLE = frozenset({Order.State.PLACED, Order.State.EXPIRED, Order.State.PART_PAID, Order.State.FULFILLED})


@transaction.atomic
def hear(gateway: str, word: Word) -> str:
    """Act on a provider's word; the answer names what came of it and is kept with the callback."""
    if word.said in {Said.REFUNDED, Said.REFUND_FAILED}:
        return refunds.settle(gateway, word)
    found = Payment.objects.filter(gateway=gateway, reference=word.reference).select_related("order").first()
    if found is None:
        risk.note("payment.unknown", subject=f"gateway:{gateway}", facts={"reference": word.reference}, alert=True)
        return "unknown-payment"
    order = order_states.lock(found.order)
    payment = Payment.objects.select_for_update(of=("self",)).select_related("instalment").get(pk=found.pk)
    payment.order = order
    match word.said:
        case Said.SUCCEEDED:
            return _money_came(payment, word)
        case Said.FAILED | Said.CANCELLED if payment.state == Payment.State.CREATED:
            return _gave_up(payment, word)
        case _:
            return "no-effect"


def settle(payment: Payment) -> None:
    """Book a payment whose money is certain onto its locked order: paid (in part), then delivered."""
    order = payment.order
    _move(payment, Payment.State.SUCCEEDED)
    order.paid_minor += payment.amount_minor
    if order.paid_minor == order.total_minor:
        order.paid_at = clock.now()
    order.save(update_fields=["paid_minor", "paid_at"])
    audit.record(
        "cards.payment.settle",
        subject=payment,
        actor=payment.received_by,
        member_id=order.member_id,
        store_id=order.store_id,
        details={"order": order.number, "amount_minor": payment.amount_minor, "gateway": payment.gateway},
    )
    if payment.instalment is not None:
        instalments.take_payment(payment.instalment)
    if order.state in {Order.State.PLACED, Order.State.EXPIRED}:
        paid_up = order.paid_minor == order.total_minor
        order_states.move(order, Order.State.PAID if paid_up else Order.State.PART_PAID)
    order_states.tell(order, "order.paid", key=payment.reference, context={"amount": _amount(payment)})


def _money_came(payment: Payment, word: Word) -> str:
    if payment.state in {Payment.State.SUCCEEDED, Payment.State.QUARANTINED}:
        if word.gateway_reference == payment.gateway_reference:
            return "repeated"
        return _suspicious(payment, word, "second-gateway-reference")
    others = Payment.objects.filter(gateway=payment.gateway, gateway_reference=word.gateway_reference)
    if others.exclude(pk=payment.pk).exists():
        return _suspicious(payment, word, "gateway-reference-used")
    payment.gateway_reference, payment.received_minor = word.gateway_reference, word.amount_minor
    payment.settled_at = clock.now()
    if payment.keep_instrument:
        payment.instrument = word.instrument
    if (word.amount_minor, word.currency) != (payment.amount_minor, payment.currency):
        return _set_aside(payment, "amount-mismatch", f"{word.currency} {word.amount_minor}")
    if (because := _not_owed(payment) or part_payment.revive(payment.order)) is not None:
        outcome = _set_aside(payment, because)
        refunds.send_back(payment, reason=because)
        return outcome
    settle(payment)
    fulfilment.fulfil(payment.order)
    return "settled"


def _not_owed(payment: Payment) -> str | None:
    """Why this money cannot be accepted; None when it is owed."""
    order = payment.order
    if order.state not in PAYABLE:
        return "order-cancelled" if order.state == Order.State.CANCELLED else "already-paid"
    if order.paid_minor + payment.amount_minor > order.total_minor:
        return "already-paid"
    if payment.instalment is not None and payment.instalment.paid_at is not None:
        return "already-paid"
    if (because := fulfilment.barred(order)) is not None:
        return because
    if order.state == Order.State.EXPIRED and order.kind == Order.Kind.PURCHASE and not order.is_gift:
        line = order.lines.select_related("version__product").get(position=1)
        if purchases.cards_counted(order.member, line.version.product) >= line.version.max_per_member:
            return "limit-reached-meanwhile"
    return None


def _gave_up(payment: Payment, word: Word) -> str:
    state = Payment.State.CANCELLED if word.said == Said.CANCELLED else Payment.State.FAILED
    payment.failure = word.reason[:120]
    _move(payment, state)
    by_itself = RenewalCharge.objects.filter(order=payment.order).exists()  # then `auto_charges` tells what follows
    if payment.order.state in PAYABLE - {Order.State.EXPIRED} and not by_itself:
        order_states.tell(
            payment.order, "payment.failed", key=payment.reference, context={"amount": _amount(payment)}
        )  # fmt: skip
    return state


def _set_aside(payment: Payment, because: str, detail: str = "") -> str:
    payment.failure = f"{because} {detail}".strip()[:120]
    _move(payment, Payment.State.QUARANTINED)
    order = payment.order
    audit.record(
        "cards.payment.set_aside",
        subject=payment,
        member_id=order.member_id,
        reason=because,
        details={"order": order.number, "asked_minor": payment.amount_minor, "received_minor": payment.received_minor},
    )
    risk.note("payment.set-aside", subject=audit.label_of(payment), member=order.member, facts={"because": because})
    order_states.tell(
        order, "payment.set-aside", key=payment.reference, context={"amount": _received(payment)}
    )  # fmt: skip
    return f"quarantined:{because}"


def _suspicious(payment: Payment, word: Word, kind: str) -> str:
    """Two payments cannot be one at the provider, nor one two (invariant 16): nothing is booked, a person looks."""
    facts = {"gateway_reference": word.gateway_reference, "reference": payment.reference}
    risk.note(f"payment.{kind}", subject=audit.label_of(payment), facts=facts, alert=True)
    return kind


def _move(payment: Payment, to: str) -> None:
    states.check(states.PAYMENT, states.PaymentState(payment.state), states.PaymentState(to))
    payment.state = to
    payment.save()


def _amount(payment: Payment) -> str:
    return show.money(payment.amount_minor, payment.currency)


def _received(payment: Payment) -> str:
    return show.money(payment.received_minor, payment.currency)
