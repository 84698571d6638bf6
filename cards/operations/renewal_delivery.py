"""The term that a paid renewal brings, exactly as it was ordered (CARD-17 · A5.2, invariants 21, 24)."""

import datetime as dt

from cards.models import Card, Order, OrderLine, RenewalCharge, Term
from cards.operations import order_states
from cards.policy import validity
from cards.queries.renewals import last_day
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
    term, before = _ordered(line), last_day(card)
    last = Term.objects.filter(card=card).order_by("-sequence").first()
    Term.objects.create(
        card=card,
        sequence=last.sequence + 1 if last else 1,
        order_line=line,
        version=line.version,
        starts_on=term.starts_on,
        last_valid_on=term.last_valid_on,
        price_minor=line.total_minor,
    )
    card.version, card.last_valid_on, card.renewals = line.version, term.last_valid_on, card.renewals + 1
    if term.starts_on > before + dt.timedelta(days=1):
        card.valid_from_on = term.starts_on
    card.save(update_fields=["version", "valid_from_on", "last_valid_on", "renewals"])
    audit.record(
        "cards.card.renew",
        subject=card,
        member_id=card.holder_id,
        store_id=order.store_id,
        details={"order": order.number, "from": term.starts_on, "through": term.last_valid_on},
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
    if card.state == Card.State.CLOSED:
        return CARD_CLOSED
    return RENEWED_MEANWHILE if _ordered(line).starts_on <= last_day(card) else None


def _ordered(line: OrderLine) -> validity.Term:
    """The exact term that the order froze."""
    if line.term_starts_on is None or line.term_last_valid_on is None:
        raise LookupError(f"{line} is no renewal")
    return validity.Term(line.term_starts_on, line.term_last_valid_on)


def _lock(line: OrderLine) -> Card:
    return Card.objects.select_for_update(of=("self",)).select_related("holder__user").get(renewal_lines=line)


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
        "has_gift": any(
            one["offer"] == "veteran_gift" and one["reason"] == "chosen" for one in line.offers["considered"]
        ),
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
