"""Suspending a card by decision of staff, and letting it go on (CARD-14 · A4.3, CARD-19)."""

from django.db import transaction

from cards.models import Card
from cards.policy import states
from core import access, audit
from core.messaging import outbox
from core.models import User
from core.refusals import Refusal

RIGHT = "cards.suspend_card"
BY_HAND = frozenset({Card.Suspension.STAFF, Card.Suspension.LOST})


@transaction.atomic
def suspend(card: Card, *, because: str, by: User, reason: str) -> Card:
    """Stop a card: `because` is lost or staff. What an unpaid instalment stops is not decided here."""
    if because not in BY_HAND:
        raise ValueError(f"not decided by hand: {because}")
    return _move(card, states.CardState.SUSPENDED, because=because, by=by, reason=reason)


@transaction.atomic
def resume(card: Card, *, by: User, reason: str) -> Card:
    """Let a card go on that was stopped by hand; refuses (`still_in_arrears`) one that waits for a payment."""
    if Card.objects.filter(pk=card.pk, suspension=Card.Suspension.ARREARS).exists():
        raise Refusal("still_in_arrears")
    return _move(card, states.CardState.ACTIVE, because="", by=by, reason=reason)


def _move(card: Card, to: states.CardState, *, because: str, by: User, reason: str) -> Card:
    access.require(by, RIGHT)
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    card = Card.objects.select_for_update(of=("self",)).select_related("holder__user", "version").get(pk=card.pk)
    states.check(states.CARD, states.CardState(card.state), to)
    before = {"state": card.state, "suspension": card.suspension}
    card.state, card.suspension = to, because
    card.save(update_fields=["state", "suspension"])
    record = audit.record(
        "cards.card.suspend" if because else "cards.card.resume",
        subject=card,
        actor=by,
        member_id=card.holder_id,
        reason=reason,
        details={"before": before, "after": {"state": card.state, "suspension": card.suspension}},
    )
    if card.holder:
        outbox.send(
            "card.suspended" if because else "card.resumed",
            key=str(record.pk),
            to=card.holder.user,
            member_id=card.holder_id,
            language=card.holder.language,
            link=f"/me/cards/{card.public_id}/",
            context={"product": card.version.worded("name", card.holder.language), "lost": because == "lost"},
        )
    return card
