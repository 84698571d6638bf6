"""Money that goes back: always to the instrument it came from, never more than came in (invariants 13, 20).

A refund is written (and its amount reserved on payment and order) in one transaction and sent by a sweep, so that
neither a crash nor a provider that is down loses or doubles it.
"""

import logging
import secrets

from django.db import transaction

from cards.models import Card, Order, Payment, Refund
from cards.operations import order_states, part_payment
from cards.payments import gateway as gateways
from cards.payments.word import Said, Word
from cards.policy import states
from cards.policy.parameters import PaymentParameters
from core import access, approvals, audit, clock, competence, parameters, show
from core.models import Approval, User
from core.refusals import Refusal

log = logging.getLogger(__name__)
APPROVAL, REFUND = "cards.refund", "cards.refund_payment"


@transaction.atomic
def request(payment: Payment, *, amount_minor: int, reason: str, by: User) -> Refund | Approval:
    """CARD-20 · E5.6 — refund a payment, wholly or in part; above the limit a second person has to agree first.

    Refuses more than is left of what came in, and whoever lacks a certificate that refunding asks for. A full refund
    closes the cards the order bought.
    """
    access.require(by, REFUND)
    competence.require(by, REFUND)
    return give(payment, amount_minor=amount_minor, reason=reason, by=by)


@transaction.atomic
def give(payment: Payment, *, amount_minor: int, reason: str, by: User) -> Refund | Approval:
    """CARD-20, SVC-04 · E5.6, D6.2 — the same for whoever gives money back on an authority of his own, which the caller knows:
    a compensation within that of its case. Refused and approved like any other."""
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    _, payment = _lock(payment)
    _refuse_too_much(payment, amount_minor)
    limit = parameters.in_force(PaymentParameters, on=clock.today()).refund_approval_above_minor
    if amount_minor <= limit:
        return _write(payment, amount_minor=amount_minor, reason=reason, by=by)
    return approvals.request(
        APPROVAL,
        subject=payment,
        title=f"{payment.order.number} · {_amount(payment, amount_minor)}",
        before={"refunded_minor": payment.refunded_minor},
        after={"refunded_minor": payment.refunded_minor + amount_minor},
        effect={"amount_minor": amount_minor},
        reason=reason,
        author=by,
    )


def apply(approval: Approval) -> None:
    """Carry out a refund that a second person agreed to, if it is still possible."""
    payment = Payment.objects.get(pk=int(approval.subject.rpartition(":")[2]))
    _, payment = _lock(payment)
    amount = int(approval.effect["amount_minor"])
    _refuse_too_much(payment, amount)
    _write(payment, amount_minor=amount, reason=approval.reason, by=approval.author, approval=approval)


def send_back(payment: Payment, *, reason: str, by: User | None = None) -> Refund:
    """Return all of a payment that nothing is owed for; nobody else has to agree, the money is not ours."""
    return _write(payment, amount_minor=payment.received_minor - payment.refunded_minor, reason=reason, by=by)


def send(refund: Refund) -> str:
    """Hand a written refund to its provider, outside any transaction; unanswered, it is sent again by the next sweep."""
    payment = refund.payment
    Refund.objects.filter(pk=refund.pk).update(sent_at=clock.now())
    try:
        word = gateways.get(payment.gateway).refund(
            payment, amount_minor=refund.amount_minor, reference=refund.reference
        )
    except gateways.Unavailable as error:
        log.warning("refund %s: provider did not answer: %s", refund.reference, error)
        return "unavailable"
    return settle(payment.gateway, word)


@transaction.atomic
def settle(gateway: str, word: Word) -> str:
    """Book what the provider says of a refund; once, whatever is repeated."""
    found = Refund.objects.filter(reference=word.reference, payment__gateway=gateway).select_related("payment").first()
    if found is None:
        return "unknown-refund"
    order, _ = _lock(found.payment)
    refund = Refund.objects.select_for_update().get(pk=found.pk)
    if refund.state == Refund.State.SUCCEEDED or word.said not in {Said.REFUNDED, Said.REFUND_FAILED}:
        return "no-effect"
    if word.said == Said.REFUND_FAILED:
        refund.state = Refund.State.FAILED
        refund.save(update_fields=["state"])
        return "refund-failed"
    refund.state, refund.gateway_reference = Refund.State.SUCCEEDED, word.gateway_reference
    refund.settled_at = clock.now()
    refund.save(update_fields=["state", "gateway_reference", "settled_at"])
    audit.record("cards.refund.settle", subject=refund, member_id=order.member_id)
    order_states.tell(
        order,
        "order.refunded",
        key=refund.reference,
        context={"amount": _amount(found.payment, refund.amount_minor)},
    )
    return "refunded"


@transaction.atomic
def pay_out(refund: Refund, *, by: User, proof: str) -> None:
    """Confirm that cash, or a return on the store's terminal, went back to the buyer."""
    access.require(by, REFUND)
    if gateways.is_online(refund.payment.gateway):
        raise Refusal("refund_goes_through_provider")
    settle(refund.payment.gateway, Word(Said.REFUNDED, refund.reference, gateway_reference=proof[:120]))


@transaction.atomic
def try_again(refund: Refund, *, by: User) -> None:
    """Send a refund once more that the provider refused."""
    access.require(by, REFUND)
    again = Refund.objects.filter(pk=refund.pk, state=Refund.State.FAILED).update(state=Refund.State.REQUESTED)
    if not again:
        raise Refusal("already_decided")
    audit.record("cards.refund.try_again", subject=refund, actor=by)


def _lock(payment: Payment) -> tuple[Order, Payment]:
    order = order_states.lock(payment.order)
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    payment.order = order
    return order, payment


def _refuse_too_much(payment: Payment, amount_minor: int) -> None:
    left = payment.received_minor - payment.refunded_minor
    if payment.state not in {Payment.State.SUCCEEDED, Payment.State.QUARANTINED} or not 0 < amount_minor <= left:
        raise Refusal("refund_above_paid", left=_amount(payment, max(left, 0)))
    order = payment.order
    whole = payment.state == Payment.State.SUCCEEDED and order.refunded_minor + amount_minor == order.paid_minor
    if whole and order.kind == Order.Kind.RENEWAL and order.state == Order.State.FULFILLED:
        raise Refusal("renewal_refund_is_a_return")


def _write(
    payment: Payment, *, amount_minor: int, reason: str, by: User | None, approval: Approval | None = None
) -> Refund:
    """Write a refund and reserve its amount; the order is locked."""
    order = payment.order
    refund = Refund.objects.create(
        payment=payment,
        reference="R" + secrets.token_hex(10).upper(),
        amount_minor=amount_minor,
        reason=reason[:200],
        requested_by=by,
        approval=approval,
    )
    payment.refunded_minor += amount_minor
    payment.save(update_fields=["refunded_minor"])
    if payment.state == Payment.State.SUCCEEDED:
        order.refunded_minor += amount_minor
        order.save(update_fields=["refunded_minor"])
        if order.refunded_minor == order.paid_minor:
            _undo(order, by=by)
        part_payment.give_back(order)
    audit.record(
        "cards.refund.request",
        subject=refund,
        actor=by,
        member_id=order.member_id,
        store_id=order.store_id,
        reason=reason,
        details={"order": order.number, "amount_minor": amount_minor},
    )
    return refund


def _undo(order: Order, *, by: User | None) -> None:
    """Nothing of the money is left: the cards it bought serve no longer (invariant 28)."""
    order.exception = ""
    order_states.move(order, Order.State.REFUNDED, actor=by)
    for card in Card.objects.select_for_update(of=("self",)).filter(order_line__order=order):
        if card.state != Card.State.CLOSED:
            states.check(states.CARD, states.CardState(card.state), states.CardState.CLOSED)
            card.state, card.suspension = Card.State.CLOSED, ""
            card.save(update_fields=["state", "suspension"])
            audit.record("cards.card.close", subject=card, actor=by, member_id=order.member_id, reason="refunded")


def _amount(payment: Payment, minor: int) -> str:
    return show.money(minor, payment.currency)
