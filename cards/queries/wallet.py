"""What a member finds in her wallet: her cards, and of each what was used (CARD-14, CARD-25)."""

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from cards.models import BenefitUse, Card
from cards.queries import cards
from core.models import User


def cards_of(user: User) -> list[Card]:
    """The cards the user holds, and those bought for herself that wait for activation: the living first."""
    rows = list(_hers(user).order_by("-id"))
    alive = {Card.State.ACTIVE: 0, Card.State.ISSUED: 1, Card.State.SUSPENDED: 2, Card.State.CLOSED: 3}
    return sorted(
        rows, key=lambda card: (alive[Card.State(card.state)], -(card.last_valid_on or dt.date.min).toordinal())
    )


def card_of(user: User, public_id: UUID) -> Card | None:
    """One of the user's cards; another person's card is as good as missing."""
    return _hers(user).filter(public_id=public_id).first()


def held_by(user: User, public_id: UUID) -> Card | None:
    return cards.with_relations().filter(holder__user=user, public_id=public_id).first()


def uses_of(card: Card) -> QuerySet[BenefitUse]:
    return BenefitUse.objects.filter(card=card).select_related("entitlement", "store").order_by("-id")


def every_use(card: Card) -> Iterator[BenefitUse]:
    """The full usage log, oldest first (law art. 25)."""
    return uses_of(card).order_by("id").iterator(chunk_size=1000)


def pulse(user: User, public_id: UUID) -> str | None:
    """A word that changes whenever the card's page would: one query. None for a card that is not the user's."""
    seen = (
        Card.objects.filter(holder__user=user, public_id=public_id)
        .annotate(last=Max("uses"), back=Count("uses", filter=Q(uses__reversed_at__isnull=False)))
        .values_list("state", "last_valid_on", "last", "back")
        .first()
    )
    return None if seen is None else "-".join(str(part) for part in seen)


def _hers(user: User) -> QuerySet[Card]:
    waiting = Q(purchaser__user=user, state=Card.State.ISSUED, order_line__order__is_gift=False)
    return cards.with_relations().filter(Q(holder__user=user) | waiting)
