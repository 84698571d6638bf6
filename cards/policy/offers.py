"""CARD-18 · A5.3 — what a renewal costs, which offers apply, and why. Amounts in minor units.

Stacking, in full: the best single discount, and points back, and the gift or privilege that one is entitled to; never
two discounts. Equal discounts: the one first in this file's order wins, so that the answer is always the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from cards.policy.parameters import RenewalParameters
from cards.policy.renewal_terms import RenewalTerms
from core import money


class Kind(StrEnum):
    DISCOUNT = "discount"
    POINTS_BACK = "points_back"
    PRIVILEGE = "privilege"
    GIFT = "gift"


@dataclass(frozen=True)
class Renewal:
    """What is being renewed and when; `number` is 1 for the card's first renewal."""

    price_a_term_minor: int
    renewed_on: date
    last_valid_on: date
    number: int
    terms: RenewalTerms


@dataclass(frozen=True)
class Candidate:
    """One offer that was considered, what it is worth, and why it is given or not.

    `chosen` · `outweighed` by a better discount · `too_late` (it ended on `until`) · `not_yet` (from renewal `needed`).
    """

    offer: str
    kind: Kind
    bps: int = 0
    worth_minor: int = 0
    reason: str = "chosen"
    until: date | None = None
    needed: int | None = None

    @property
    def chosen(self) -> bool:
        return self.reason == "chosen"


@dataclass(frozen=True)
class Quote:
    """The price of a renewal and how it came about; `pay_minor` is `list_minor` less the one discount."""

    years: int
    list_minor: int
    discount_minor: int
    pay_minor: int
    points_back_bps: int
    candidates: tuple[Candidate, ...]

    @property
    def discount(self) -> Candidate | None:
        return next((c for c in self.candidates if c.chosen and c.kind is Kind.DISCOUNT), None)

    def has(self, offer: str) -> bool:
        return any(c.chosen and c.offer == offer for c in self.candidates)


def quote(renewal: Renewal, *, years: int, parameters: RenewalParameters) -> Quote:
    """CARD-18 · A5.3 — the best allowed combination for renewing `years` terms at once, with every offer considered."""
    listed = renewal.price_a_term_minor * years
    found = list(_discounts(renewal, listed, years, parameters))
    best = max((c for c in found if c.chosen), key=lambda c: c.worth_minor, default=None)
    discounts = (replace(c, reason="outweighed") if c.chosen and c is not best else c for c in found)
    off = best.worth_minor if best else 0
    extras = _extras(renewal, parameters)
    return Quote(years, listed, off, listed - off, renewal.terms.points_back_bps, (*discounts, *extras))


def quotes(renewal: Renewal, *, parameters: RenewalParameters) -> tuple[Quote, ...]:
    """CARD-16 · A5.1.2 — a quote for one term and for each number of years on offer, for a reminder or a choice."""
    choices = sorted({1, *(offer.years for offer in parameters.multi_year)})
    return tuple(quote(renewal, years=years, parameters=parameters) for years in choices)


def early_bird_until(last_valid_on: date, *, parameters: RenewalParameters) -> date:
    """CARD-18 · A5.3 — the last day on which renewing is early."""
    return last_valid_on - timedelta(days=parameters.early_bird_days)


def _discounts(renewal: Renewal, listed: int, years: int, parameters: RenewalParameters) -> Iterator[Candidate]:
    if parameters.early_bird_bps:
        until = early_bird_until(renewal.last_valid_on, parameters=parameters)
        reason = "chosen" if renewal.renewed_on <= until else "too_late"
        yield _discount("early_bird", listed, parameters.early_bird_bps, reason=reason, until=until)
    for offer in parameters.multi_year:
        if offer.years == years and offer.discount_bps:
            yield _discount("multi_year", listed, offer.discount_bps)
    if renewal.terms.discount_bps:
        yield _discount("tier_discount", listed, renewal.terms.discount_bps)


def _discount(offer: str, listed: int, bps: int, *, reason: str = "chosen", until: date | None = None) -> Candidate:
    return Candidate(offer, Kind.DISCOUNT, bps, money.percentage(listed, bps), reason, until)


def _extras(renewal: Renewal, parameters: RenewalParameters) -> Iterator[Candidate]:
    if renewal.terms.points_back_bps:
        yield Candidate("tier_points_back", Kind.POINTS_BACK, renewal.terms.points_back_bps)
    if renewal.terms.event_priority:
        yield Candidate("tier_event_priority", Kind.PRIVILEGE)
    needed = parameters.veteran_from_renewal
    reason = "chosen" if renewal.number >= needed else "not_yet"
    yield Candidate("veteran_gift", Kind.GIFT, reason=reason, needed=needed)
