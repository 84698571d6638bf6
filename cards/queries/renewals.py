"""What a renewal would cost, and what the ending year was worth (CARD-16, CARD-18 · A5)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Sum

from cards.models import BenefitUse, Card, Order, OrderLine, Product, Term
from cards.policy import offers, renewal, validity
from cards.policy.parameters import RenewalParameters
from cards.policy.renewal_terms import RenewalTerms
from cards.queries import purchases, validities
from core import parameters

NO_TIER = RenewalTerms()
OPEN_STATES = (Order.State.PLACED, Order.State.PART_PAID, Order.State.PAID)


@dataclass(frozen=True)
class Choice:
    """One way to renew: the quote with its explanation, and the exact term it would add."""

    quote: offers.Quote
    term: validity.Term


@dataclass(frozen=True)
class Year:
    """What the member had of a term: uses and their worth, the benefits used most first."""

    uses: int
    saved_minor: int
    most_used: list[tuple[str, int]]


def choices(card: Card, *, day: dt.date, terms: RenewalTerms = NO_TIER) -> list[Choice]:
    """CARD-18 · A5.3 — every number of years the card can be renewed for on a day; none when its product is not sold."""
    product = Product.objects.select_related("version").filter(pk=card.product_id, state__in=purchases.ON_SALE).first()
    if product is None or product.version is None or card.last_valid_on is None:
        return []
    asked = offers.Renewal(
        price_a_term_minor=purchases.price_on(product, day),
        renewed_on=day,
        last_valid_on=card.last_valid_on,
        number=card.renewals + 1,
        terms=terms,
    )
    rules = parameters.in_force(RenewalParameters, on=day)
    return [
        Choice(quote, term_of(card, years=quote.years, day=day, rules=rules))
        for quote in offers.quotes(asked, parameters=rules)
    ]


def term_of(card: Card, *, years: int, day: dt.date, rules: RenewalParameters) -> validity.Term:
    """CARD-17 · A5.2 — the term that renewing on a day adds: from the old expiry until the end of grace, else afresh."""
    assert card.last_valid_on is not None
    first = Term.objects.filter(card=card).order_by("sequence").first()
    version = card.product.version or card.version
    return renewal.renewed_term(
        card.last_valid_on,
        renewed_on=day,
        validity=validities.of_version(version),
        first_day_counts=version.first_day_counts,
        grace_days=rules.grace_days,
        times=years,
        anchor_day=first.starts_on.day if first else None,
    )


def open_order(card: Card) -> Order | None:
    """A renewal of this card that is placed or paid and has not yet brought its term."""
    line = (
        OrderLine.objects.filter(card=card, order__kind=Order.Kind.RENEWAL, order__state__in=OPEN_STATES)
        .select_related("order")
        .order_by("-pk")
        .first()
    )
    return line.order if line else None


def year(card: Card, *, term: Term, language: str) -> Year:
    """CARD-16 · A5.1.2 — uses and savings of a term, for the reminder and the member's page. Two queries."""
    rows = BenefitUse.objects.filter(card=card, term=term, reversed_at__isnull=True)
    total = rows.aggregate(uses=Sum("quantity", default=0), saved=Sum("value_minor", default=0))
    ranked = (
        rows.values("entitlement").annotate(uses=Sum("quantity"), times=Count("pk")).order_by("-uses", "entitlement")
    )
    names = {benefit.pk: benefit.worded("name", language) for benefit in term.version.entitlements.all()}
    most = [(names[row["entitlement"]], row["uses"]) for row in ranked[:3] if row["entitlement"] in names]
    return Year(uses=total["uses"], saved_minor=total["saved"], most_used=most)
