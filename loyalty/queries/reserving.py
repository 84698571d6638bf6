"""The page on which a member reserves a benefit: the stores, the days her tier may reserve, the slots (CARD-24, LOY-15)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from cards.models import Card, Entitlement
from cards.policy.limits import Decision
from cards.queries import entitlements, terms
from core import clock, parameters
from core.models import Store
from loyalty.models import ServicePoint
from loyalty.policy import service
from loyalty.policy.benefit_parameters import ServiceParameters
from loyalty.queries import benefits, service_points
from loyalty.queries.benefits import Offer
from loyalty.queries.service_points import Slot

TEASED = 3
MOST_DAYS = 60


@dataclass(frozen=True)
class Day:
    """A day of the row: open to her tier, or from which tier on it is."""

    on: dt.date
    is_open: bool
    tier: str


@dataclass(frozen=True)
class Choice:
    """What the page shows for one store and day: the rule's answer for that day, and its slots."""

    points: Sequence[ServicePoint]
    point: ServicePoint
    days: Sequence[Day]
    day: dt.date
    decision: Decision | None
    slots: Sequence[Slot]


def wanted(card: Card, reference: str) -> Entitlement | Offer | None:
    """The benefit that an address names (`c12`, `b3`, `g5`), when it is her own."""
    kind, number = reference[:1], reference[1:]
    if not number.isdecimal() or len(number) > 18 or card.holder is None:
        return None
    if kind == "c":
        return Entitlement.objects.filter(pk=int(number), version__terms__card=card).first()
    for offer in benefits.offers(card.holder, day=clock.today()):
        if kind == ("g" if offer.grant else "b") and int(number) == (offer.grant or offer.version).pk:
            return offer
    return None


def choice(card: Card, benefit: Entitlement | Offer, *, point: int | None, day: dt.date | None) -> Choice | None:
    """CARD-24 · E4.4 — None where no store serves it by reservation."""
    of = benefit if isinstance(benefit, Entitlement) else benefit.version
    points = service_points.points(of.code, stores=[store.pk for store in of.stores.all()])
    if not points or card.holder is None:
        return None
    today = clock.today()
    days = _days(card, today)
    at = next((one for one in points if one.pk == point), points[0])
    on = next((one.on for one in days if one.on == day and one.is_open), today)
    decision = decide(card, benefit, store=at.store, day=on)
    free = service_points.slots(at, on) if decision is not None and decision.allowed else []
    return Choice(points, at, days, on, decision, free)


def decide(card: Card, benefit: Entitlement | Offer, *, store: Store, day: dt.date) -> Decision | None:
    """LOY-10 · A4.2.2 — the rule's answer for another day than today; None where the card does not cover it."""
    term = terms.covering(card, day=day)
    if term is None:
        return None
    if isinstance(benefit, Offer):
        return benefits.standing_of(benefit, card, term=term, day=day, store=store).decision
    rows = entitlements.standing(card, term=term, day=day, store=store)
    return next((one.decision for one in rows if one.entitlement == benefit), None)


def _days(card: Card, today: dt.date) -> list[Day]:
    """The days that her tier may reserve, and the first ones beyond with the tier that opens them."""
    if card.holder is None:
        return []
    rules = parameters.in_force(ServiceParameters, on=today)
    tier, ladder = benefits.tier_of(card.holder, day=today)
    mine = min(service.days_ahead(tier, parameters=rules), MOST_DAYS)
    found = []
    for ahead in range(mine + 1 + TEASED):
        on = today + dt.timedelta(days=ahead)
        opener = service.earlier_tier(on, on=today, ladder=ladder, parameters=rules) if ahead > mine else ""
        if ahead <= mine or opener:
            found.append(Day(on, ahead <= mine, opener))
    return found
