"""What a renewal would cost and bring, and what the ending year was worth (CARD-16, CARD-18 · A5)."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Sum

from cards.models import BenefitUse, Card, Entitlement, Order, OrderLine, Product, ProductVersion
from cards.policy import offers, renewal, validity
from cards.policy.parameters import RenewalParameters
from cards.policy.renewal_terms import RenewalTerms
from cards.queries import prices, products, validities
from core import parameters, periods

OPEN_STATES = (Order.State.PLACED, Order.State.PART_PAID, Order.State.PAID)
MOST_USED = 3
NO_TIER = RenewalTerms()


def _no_tier(card: Card) -> RenewalTerms:
    return NO_TIER


_terms_of: Callable[[Card], RenewalTerms] = _no_tier


def terms_from(source: Callable[[Card], RenewalTerms]) -> None:
    """Called once by the app that knows tiers: what the holder's tier brings to a renewal of the card."""
    global _terms_of
    _terms_of = source


@dataclass(frozen=True)
class Choice:
    """One way to renew: the quote with its explanation, and the exact term it would add."""

    version: ProductVersion
    quote: offers.Quote
    term: validity.Term

    @property
    def months(self) -> int:
        return self.version.months * self.quote.years


@dataclass(frozen=True)
class Year:
    """What the member had of a term: uses and their worth, the benefits used most first."""

    uses: int
    saved_minor: int
    most_used: list[tuple[str, int]]


def choices(card: Card, *, day: dt.date) -> list[Choice]:
    """CARD-18 · A5.3 — every number of terms the card can be renewed for on a day; none when its product is not sold.

    The version on sale is what is renewed for. Four queries.
    """
    product = Product.objects.select_related("version").filter(pk=card.product_id, state__in=products.OFFERED).first()
    if product is None or product.version is None or card.last_valid_on is None:
        return []
    version, rules = product.version, parameters.in_force(RenewalParameters, on=day)
    price = prices.price_on(product, day)
    if price is None:
        return []
    asked = offers.Renewal(
        price_a_term_minor=price,
        renewed_on=day,
        last_valid_on=card.last_valid_on,
        number=card.renewals + 1,
        terms=_terms_of(card),
    )
    return [
        Choice(version, quote, _term_of(card, version, years=quote.years, day=day, rules=rules))
        for quote in offers.quotes(asked, parameters=rules)
    ]


def choice(card: Card, *, years: int, day: dt.date) -> Choice | None:
    """The one choice of so many terms, if it is on offer."""
    return next((one for one in choices(card, day=day) if one.quote.years == years), None)


def best(found: list[Choice]) -> Choice | None:
    """The choice with the lowest price a term; of equal ones the shorter, which binds less money."""
    return min(found, key=lambda one: (one.quote.pay_minor * 1_000 // one.quote.years, one.quote.years), default=None)


def _term_of(
    card: Card, version: ProductVersion, *, years: int, day: dt.date, rules: RenewalParameters
) -> validity.Term:
    """CARD-17 · A5.2 — from the old expiry until the end of grace, else afresh. The anchor is the day of the month on
    which the present unbroken stretch began, so that 29 February and the 31st come back.
    """
    return renewal.renewed_term(
        last_day(card),
        renewed_on=day,
        validity=validities.of_version(version),
        first_day_counts=version.first_day_counts,
        grace_days=rules.grace_days,
        times=years,
        anchor_day=card.valid_from_on.day if card.valid_from_on else None,
    )


def last_day(card: Card) -> dt.date:
    """The last valid day of an activated card."""
    if card.last_valid_on is None:
        raise LookupError(f"card {card.pk} was never activated")
    return card.last_valid_on


def open_order(card: Card) -> Order | None:
    """A renewal of this card that is placed or paid and has not yet brought its term."""
    lines = OrderLine.objects.filter(card=card, order__kind=Order.Kind.RENEWAL, order__state__in=OPEN_STATES)
    line = lines.select_related("order").order_by("-pk").first()
    return line.order if line else None


def year(card: Card, *, day: dt.date, language: str | None = None) -> Year:
    """CARD-16 · A5.1.2 — uses and savings of the twelve months up to the card's last day, or up to the day itself
    where that year has not begun (the card is renewed already). Two queries.
    """
    since = periods.add_months(last_day(card), -12)
    since = since if since < day else periods.add_months(day, -12)
    rows = BenefitUse.objects.filter(card=card, used_on__gt=since, reversed_at__isnull=True)
    counted = rows.values_list("entitlement").annotate(uses=Sum("quantity"), worth=Sum("value_minor"))
    totals = {pk: (uses, worth) for pk, uses, worth in counted}
    by_code: dict[str, tuple[str, int]] = {}
    for benefit in Entitlement.objects.filter(pk__in=totals).order_by("pk"):
        uses = by_code.get(benefit.code, ("", 0))[1] + totals[benefit.pk][0]
        by_code[benefit.code] = (benefit.worded("name", language), uses)
    return Year(
        uses=sum(uses for uses, _ in totals.values()),
        saved_minor=sum(worth for _, worth in totals.values()),
        most_used=sorted(by_code.values(), key=lambda one: -one[1])[:MOST_USED],
    )


def worth_a_year(version: ProductVersion) -> int:
    """CARD-16 · A5.1.2 — what the benefits of a version are worth to a usual member in a year, in minor units."""
    rows = version.entitlements.values_list("value_minor", "expected_uses")
    return sum(value * uses for value, uses in rows)
