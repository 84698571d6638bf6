"""The rotating code on the digital card: made for the member's screen, read once at a counter (CARD-25)."""

import secrets
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from cards.models import Card, SpentCode
from cards.policy import codes
from cards.policy.parameters import CodeParameters
from cards.queries import cards
from core import clock, parameters
from core.models import Store, User
from core.refusals import Refusal


def keys() -> list[bytes]:
    """The signing key, and behind it the ones being retired."""
    return [key.encode() for key in settings.CODE_KEYS]


def make(card: Card, *, purpose: codes.Purpose = codes.Purpose.PRESENT_CARD) -> str:
    """CARD-25 · A4 — a fresh code for the card, good for at most a minute."""
    return codes.build(
        keys()[0],
        card=card.public_id,
        purpose=purpose,
        issued_at=clock.now(),
        nonce=secrets.token_bytes(codes.NONCE_BYTES),
    )


def read(
    text: str, *, store: Store, clerk: User | None = None, purpose: codes.Purpose = codes.Purpose.PRESENT_CARD
) -> Card:
    """CARD-25 · A4 — the card a code was shown for; the code is spent by reading it, in the transaction of what it is read for.

    Refuses an expired, forged or foreign code (`codes.CodeRefused`) and a replay (`code_spent`, with when and where).
    """
    now = clock.now()
    seen = codes.verify(
        text,
        keys=keys(),
        purpose=purpose,
        now=now,
        parameters=parameters.in_force(CodeParameters, on=clock.day_of(now)),
    )
    card = cards.shown().filter(public_id=seen.card).first()
    if card is None:
        raise codes.CodeRefused("code_forged")
    nonce = spent_name(seen.card, seen)
    try:
        with transaction.atomic():
            SpentCode.objects.create(
                nonce=nonce, card=card, purpose=purpose.name.lower(), at=now, store=store, clerk=clerk
            )
    except IntegrityError as error:
        earlier = SpentCode.objects.select_related("store").get(nonce=nonce)
        raise Refusal("code_spent", at=earlier.at, store=str(earlier.store)) from error
    return card


def spent_name(card: UUID, seen: codes.Seen) -> str:
    """What makes a code that code: card, moment and nonce."""
    return f"{card.hex}-{int(seen.issued_at.timestamp()):x}-{seen.nonce}"
