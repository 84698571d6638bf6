"""CARD-03 · A2.1.3 — margin, price against the market, and what a member saves. Amounts in minor units."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.money import BASIS_POINTS


@dataclass(frozen=True)
class Difference:
    """An amount and its share of the price or of the market price, in basis points (None of a price of nothing)."""

    minor: int
    bps: int | None


@dataclass(frozen=True)
class BenefitValue:
    """What one use of a benefit is worth to the member, and how often a usual member uses it in a year."""

    value_minor: int
    uses_a_year: int


def margin(price_minor: int, *, cost_minor: int) -> Difference:
    """CARD-03 · A2.1.3 — what is left of the price after the cost; negative where the card is sold at a loss."""
    return _difference(price_minor - cost_minor, of=price_minor)


def versus_market(price_minor: int, *, market_minor: int) -> Difference:
    """CARD-03 · A2.1.3 — how far the price lies above (+) or below (−) the market's."""
    return _difference(price_minor - market_minor, of=market_minor)


def you_save_about(benefits: Iterable[BenefitValue], *, price_minor: int, round_to_minor: int = 1_000) -> int:
    """CARD-08 · A3.3.2 — the benefits' worth in a year less the price, rounded down so that nobody promises too much.

    0 where the card does not pay for itself: then the page says nothing.
    """
    worth = sum(benefit.value_minor * benefit.uses_a_year for benefit in benefits)
    return max(0, (worth - price_minor) // round_to_minor * round_to_minor)


def _difference(minor: int, *, of: int) -> Difference:
    if of == 0:
        return Difference(minor, None)
    bps = (2 * abs(minor) * BASIS_POINTS + of) // (2 * of)
    return Difference(minor, bps if minor >= 0 else -bps)
