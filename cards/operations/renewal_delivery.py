"""The term that a paid renewal brings, exactly as it was ordered (CARD-17 · A5.2, invariants 21, 24)."""

import datetime as dt

from cards.models import Card, Order, OrderLine, RenewalCharge, Term
from cards.operations import order_states
from core import audit
from core.messaging import outbox
from core.refusals import Refusal

CARD_CLOSED, RENEWED_MEANWHILE = "card-closed", "renewed-meanwhile"


def deliver(order: Order) -> bool:
    """Add the paid term to the card. Runs in the transaction that settles the payment; a repeat does nothing.

    Refuses (`renewal_impossible`) what can no longer be given; settlement has asked before.
    """
    line = order.lines.select_related("version").get()
    if Term.objects.filter(order_line=line).exists():
        return True
    if undeliverable(order) is not None:
        raise Refusal("renewal_impossible")
    card = _lock(line)
    assert line.term_starts_on and line.term_last_valid_on and card.last_valid_on
    before = card.last_valid_on
    last = Term.objects.filter(card=card).order_by("-sequence").first()
    Term.objects.create(
        card=card,
        sequence=last.sequence + 1 if last else 1,
        order_line=line,
        version=line.version,
        starts_on=line.term_starts_on,
        last_valid_on=line.term_last_valid_on,
        price_minor=line.total_minor,
    )
    card.version, card.last_valid_on, card.renewals = line.version, line.term_last_valid_on, card.renewals + 1
    if line.term_starts_on > before + dt.timedelta(days=1):
        card.valid_from_on = line.term_starts_on
    card.save(update_fields=["version", "valid_from_on", "last_valid_on", "renewals"])
    audit.record(
        "cards.card.renew",
        subject=card,
        member_id=card.holder_id,
        store_id=order.store_id,
        details={"order": order.number, "from": line.term_starts_on, "through": line.term_last_valid_on},
    )
    _settle_charges(order, card)
    _tell(order, line, card)
    return True


def undeliverable(order: Order) -> str | None:
    """Why the term that was ordered can no longer be given: the card is closed, or was renewed by another order.

    Money that still comes for such an order is sent back, rather than bent into a term that nobody ordered.
    """
    line = order.lines.get(position=1)
    if Term.objects.filter(order_line=line).exists():
        return None
    card = _lock(line)
    assert line.term_starts_on and card.last_valid_on
    if card.state == Card.State.CLOSED:
        return CARD_CLOSED
    return RENEWED_MEANWHILE if line.term_starts_on <= card.last_valid_on else None


def _lock(line: OrderLine) -> Card:
    return Card.objects.select_for_update(of=("self",)).select_related("holder__user").get(pk=line.card_id)


def _settle_charges(order: Order, card: Card) -> None:
    """The announced charge that this order collects is made; any other one for the card is not needed any longer."""
    RenewalCharge.objects.filter(order=order).update(state=RenewalCharge.State.CHARGED)
    others = RenewalCharge.objects.filter(mandate__card=card, state=RenewalCharge.State.ANNOUNCED)
    others.update(state=RenewalCharge.State.VOID)


def _tell(order: Order, line: OrderLine, card: Card) -> None:
    """Tell who paid, and the holder where that is somebody else."""
    by_mandate = RenewalCharge.objects.filter(order=order).exists()
    context = {
        "starts_on": str(line.term_starts_on),
        "last_valid_on": str(line.term_last_valid_on),
        "has_gift": any(one["offer"] == "veteran_gift" and one["reason"] == "chosen" for one in line.offers["considered"]),
    }
    order_states.tell(order, "auto_renewal.charged" if by_mandate else "card.renewed", context=context)
    holder = card.holder
    if holder is not None and holder.pk != order.member_id:
        product = line.version.worded("name", holder.language)
        outbox.send(
            "card.renewed",
            key=f"{order.pk}:holder",
            to=holder.user,
            member_id=holder.pk,
            language=holder.language,
            link=f"/me/cards/{card.public_id}/",
            context={"order": order.number, "product": product, "total": "", **context},
        )
