"""CARD-06 · A3.1 — cards side by side: the benefits of all of them, each once, in the order of the site."""

from collections.abc import Sequence
from dataclasses import dataclass

from cards.models import Entitlement
from cards.queries.products import Offer


@dataclass(frozen=True)
class Row:
    """A benefit, and how each card grants it; None where a card does not."""

    name: Entitlement
    cells: tuple[Entitlement | None, ...]


def rows(offers: Sequence[Offer]) -> list[Row]:
    """Benefits with the same code are the same benefit, worded by the first card that grants it."""
    found: dict[str, Entitlement] = {}
    for offer in offers:
        for benefit in offer.benefits:
            found.setdefault(benefit.code, benefit)
    granted = [{benefit.code: benefit for benefit in offer.benefits} for offer in offers]
    return [Row(benefit, tuple(card.get(code) for card in granted)) for code, benefit in found.items()]
