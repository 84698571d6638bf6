"""What a card still grants: each benefit with what is used, left, and when it opens again."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cards.models import Card, Entitlement, Term, UseCounter
from cards.policy import limits
from core.models import Store


@dataclass(frozen=True)
class Standing:
    """A benefit of a card on a day at a place: the rule's decision, and its counters for the bars on the screen."""

    entitlement: Entitlement
    decision: limits.Decision
    used: Mapping[limits.Limit, int]
    store_ids: frozenset[int]


def limits_of(entitlement: Entitlement) -> list[limits.Limit]:
    """The benefit's limits as the rule takes them."""
    counts = {
        limits.Per.DAY: entitlement.per_day,
        limits.Per.MONTH: entitlement.per_month,
        limits.Per.YEAR: entitlement.per_year,
        limits.Per.CARD: entitlement.per_card,
    }
    return [limits.Limit(per, count) for per, count in counts.items() if count is not None]


def periods_of(entitlement: Entitlement, *, day: dt.date, term: Term) -> dict[str, int]:
    """Under which period keys a use on `day` counts, and the limit of each."""
    return {
        limits.period_key(limit.per, day=day, term_starts_on=term.starts_on): limit.count
        for limit in limits_of(entitlement)
    }


def used_by_period(card: Card, *, entitlements: Iterable[Entitlement]) -> dict[int, dict[str, int]]:
    """Net uses by benefit and period key, in one query."""
    found: dict[int, dict[str, int]] = {}
    rows = UseCounter.objects.filter(card=card, entitlement__in=entitlements)
    for entitlement_id, period, used in rows.values_list("entitlement_id", "period", "used"):
        found.setdefault(entitlement_id, {})[period] = used
    return found


def standing(card: Card, *, term: Term, day: dt.date, store: Store | None) -> list[Standing]:
    """CARD-14, LOY-10 · A4.2.2 — every benefit of the card with its decision. Three queries, whatever the number.

    Without a store (the member's own screen) a benefit bound to stores is judged as if she stood in one of them.
    """
    entitlements = list(Entitlement.objects.filter(version=term.version_id).prefetch_related("stores"))
    used = used_by_period(card, entitlements=entitlements)
    return [
        _standing(entitlement, used.get(entitlement.pk, {}), term=term, day=day, store=store)
        for entitlement in entitlements
    ]


def _standing(
    entitlement: Entitlement, used: Mapping[str, int], *, term: Term, day: dt.date, store: Store | None
) -> Standing:
    places = frozenset(place.pk for place in entitlement.stores.all())
    bounds = limits_of(entitlement)
    decision = limits.decide(
        bounds,
        used=used,
        day=day,
        term_starts_on=term.starts_on,
        last_valid_on=term.last_valid_on,
        store=store.pk if store else next(iter(places), None),
        stores=places or None,
    )
    keys = {limit: limits.period_key(limit.per, day=day, term_starts_on=term.starts_on) for limit in bounds}
    return Standing(
        entitlement=entitlement,
        decision=decision,
        used={limit: used.get(key, 0) for limit, key in keys.items()},
        store_ids=places,
    )
