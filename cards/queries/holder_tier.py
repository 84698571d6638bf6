"""The tier of a card's holder, as wallet and counter show it (CARD-14 · A4.3.1). What a tier is belongs to loyalty."""

from collections.abc import Callable
from dataclasses import dataclass

from cards.models import Card


@dataclass(frozen=True)
class HolderTier:
    """The tier by code and by name, what may be said of it in a line, and where more is told."""

    code: str
    name: str
    note: str = ""
    url: str = ""


def _nobody_knows(_card: Card) -> HolderTier | None:
    return None


_source: Callable[[Card], HolderTier | None] = _nobody_knows


def told_by(source: Callable[[Card], HolderTier | None]) -> None:
    """Called once by the app that knows tiers; one query at most."""
    global _source
    _source = source


def of(card: Card) -> HolderTier | None:
    """CARD-14 · A4.3.1 — the tier of the card's holder; None for a card that nobody holds."""
    return _source(card) if card.holder_id is not None else None
