"""What a member finds in her wallet: her cards, and of each what was used (CARD-14, CARD-25)."""

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from cards.models import BenefitUse, Card, OrderLine
from cards.queries import cards, entitlements, mandates
from core.messaging import gate, inbox
from core.models import User
from core.prepared import Asked, Prepared

IN_WALLET = (
    "public_id", "state", "suspension", "activate_before_on", "valid_from_on", "last_valid_on", "version", "number__number",
    "holder__name", "holder__phone_changed_at", "purchaser__name",
)  # fmt: skip
"""What the wallet shows of each card; anything else is read when somebody asks for it."""


def cards_of(user: User) -> list[Card]:
    """The cards the user holds, and those bought for herself that wait for activation: the living first."""
    rows = entitlements.with_versions(_CARDS.all(member=gate.member_of(user)))
    alive = {Card.State.ACTIVE: 0, Card.State.ISSUED: 1, Card.State.SUSPENDED: 2, Card.State.CLOSED: 3}
    return sorted(
        rows, key=lambda card: (alive[Card.State(card.state)], -(card.last_valid_on or dt.date.min).toordinal())
    )


def card_of(user: User, public_id: UUID) -> Card | None:
    """One of the user's cards; another person's card is as good as missing."""
    return _hers(user, cards.with_relations()).filter(public_id=public_id).first()


def held_by(user: User, public_id: UUID) -> Card | None:
    return cards.with_relations().filter(holder__user=user, public_id=public_id).first()


def uses_of(card: Card) -> QuerySet[BenefitUse]:
    return BenefitUse.objects.filter(card=card).select_related("entitlement", "store").order_by("-id")


def every_use(card: Card) -> Iterator[BenefitUse]:
    """The full usage log, oldest first (law art. 25)."""
    return uses_of(card).order_by("id").iterator(chunk_size=1000)


def pulse(user: User, public_id: UUID) -> str | None:
    """A word that changes whenever the card's page would: one query. None for a card that is not the user's."""
    seen = _PULSE.first(user=user.pk, public_id=public_id)
    return None if seen is None else "-".join(str(part) for part in seen)


def asked(user: User, card: Card, *, day: dt.date) -> list[Asked]:
    """What the card's page asks the database of a card that is held, for `core.ahead`."""
    here = [_PULSE.with_(user=user.pk, public_id=card.public_id), mandates.asked(card), inbox.asked(user)]
    return here + cards.asked(card, day=day, store=None)


def _hers(user: User, rows: QuerySet[Card]) -> QuerySet[Card]:
    """By the member's number, which both indexes know: asked by the log-in, every card there is would be looked at."""
    member = gate.member_of(user)
    return rows.none() if member is None else _of(member, rows)


def _of(member: object, rows: QuerySet[Card]) -> QuerySet[Card]:
    for_herself = OrderLine.objects.filter(pk=OuterRef("order_line"), order__is_gift=False)
    waiting = Q(Exists(for_herself), purchaser=member, state=Card.State.ISSUED)
    return rows.filter(Q(holder=member) | waiting)


_CARDS = Prepared(
    lambda member: (
        _of(member, Card.objects.select_related("number", "holder", "purchaser")).only(*IN_WALLET).order_by("-id")
    )
)
_PULSE = Prepared(
    lambda user, public_id: (
        Card.objects.filter(holder__user=user, public_id=public_id)
        .annotate(last=Max("uses"), back=Count("uses", filter=Q(uses__reversed_at__isnull=False)))
        .values_list("state", "last_valid_on", "last", "back")
    )
)
