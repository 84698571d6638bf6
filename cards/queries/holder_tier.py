"""The tier of a card's holder, as wallet and counter show it (CARD-14 · A4.3.1). What a tier is belongs to loyalty."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cards.models import Card
from cards.policy.priority import HeadStart
from members.models import Member


@dataclass(frozen=True)
class HolderTier:
    """The tier by code and by name, what may be said of it in a line, and where more is told."""

    code: str
    name: str
    note: str = ""
    url: str = ""


class Source(Protocol):
    """What the app that knows tiers answers, each in one query at most."""

    def of_holder(self, card: Card) -> HolderTier: ...

    def code_of(self, member: Member) -> str: ...

    def head_starts(self, day: dt.date) -> Sequence[HeadStart]: ...


_sources: list[Source] = []


def told_by(source: Source) -> None:
    """Called once by the app that knows tiers."""
    _sources[:] = [source]


def of(card: Card) -> HolderTier | None:
    """CARD-14 · A4.3.1 — the tier of the card's holder; None for a card that nobody holds."""
    return _sources[0].of_holder(card) if _sources and card.holder_id is not None else None


def code_of(member: Member | None) -> str:
    """CARD-01 · A2.1 — the tier of a buyer by its code; empty for a stranger."""
    return _sources[0].code_of(member) if _sources and member is not None else ""


def head_starts(day: dt.date) -> Sequence[HeadStart]:
    """LOY-15 · B8.3 — how many days before everybody else each tier may buy what is launched, as the policy says on a day."""
    return _sources[0].head_starts(day) if _sources else ()
