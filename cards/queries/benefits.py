"""One list of benefits for a member and her clerk: those of the card, and those that apps above cards grant her.

They stand above cards, so they enter here what they grant. Whoever lists benefits asks here and need not know who grants.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cards.models import BenefitUse, Card, Term
from cards.queries import entitlements
from cards.queries.entitlements import Standing
from core.models import Store
from core.prepared import Asked


@dataclass(frozen=True, kw_only=True)
class Source:
    """Who else grants benefits: how they stand, the last uses of them on a card, and where a use is undone.

    `reserve` gives those that can be reserved the address for it; `part` fills what its template says above the member's
    list. `asked` is what all of this, and the holder's tier, asks the database. A use has the `entitlement`, `at`, `store`,
    `quantity` and `reversed_at` of a `BenefitUse`.
    """

    standing: Callable[[Card, Term, dt.date, Store | None], list[Standing]]
    uses: Callable[[Card, int], Sequence[Any]]
    undo: Callable[[Any], str]
    of: type
    reserve: Callable[[Card, list[Standing]], list[Standing]]
    part: Callable[[Card, dt.date], Mapping[str, Any]]
    template: str
    asked: Callable[[Card, dt.date, Store | None], list[Asked]]


@dataclass(frozen=True)
class Part:
    """What a source says above the member's list of benefits."""

    template: str
    facts: Mapping[str, Any]


_sources: list[Source] = []


def register(source: Source) -> None:
    """Called in `<app>.apps.ready()`."""
    _sources.append(source)


def asked(card: Card, *, day: dt.date, store: Store | None) -> list[Asked]:
    """What `standing` and `uses` ask the database, for `core.ahead`."""
    own = [entitlements.asked(card)]
    return (
        own if card.holder_id is None else own + [one for source in _sources for one in source.asked(card, day, store)]
    )


def standing(card: Card, *, term: Term, day: dt.date, store: Store | None) -> list[Standing]:
    """CARD-14, LOY-10 · A4.2.2 — every benefit of the card's holder: reserved and usable ones first."""
    found = entitlements.standing(card, term=term, day=day, store=store)
    if card.holder_id is not None:
        found = found + [one for source in _sources for one in source.standing(card, term, day, store)]
    return sorted(found, key=lambda one: (not one.decision.allowed, one.reserved_at is None))


def uses(card: Card, own: Sequence[BenefitUse], *, most: int) -> list[Any]:
    """The last uses with the card, newest first, whoever granted the benefit."""
    rows = [*own, *(use for source in _sources for use in source.uses(card, most))]
    return sorted(rows, key=lambda use: use.at, reverse=True)[:most]


def reservable(card: Card, found: list[Standing]) -> list[Standing]:
    """CARD-24 · E4.4 — the same benefits, with the address where each that can be is reserved."""
    for source in _sources:
        found = source.reserve(card, found)
    return found


def parts(card: Card, *, day: dt.date) -> list[Part]:
    return [Part(source.template, source.part(card, day)) for source in _sources]


def undo(use: Any) -> str | None:
    """Where this use is taken back, when it is none of the card's own."""
    return next((source.undo(use) for source in _sources if isinstance(use, source.of)), None)
