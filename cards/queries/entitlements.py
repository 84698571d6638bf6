"""What a card still grants: each benefit with what is used, left, and when it opens again."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cards.models import Card, Entitlement, Limited, ProductVersion, Term, UseCounter
from cards.policy import entitlement as policy
from cards.policy import limits
from core.models import Store
from core.prepared import Asked, Prepared


@dataclass(frozen=True)
class Standing:
    """A benefit on a day at a place: the rule's decision, and its counters for the bars on the screen.

    `kind` says what grants it (card, basic, tier, event), `tier` from which tier on, `grant` by which event's grant;
    `reserved_at` that it is set aside for this time (or `all_day`). `url` is where a clerk redeems it, where that is not
    a card's own page, `reserve_url` where its member reserves it.
    """

    entitlement: Limited
    decision: limits.Decision
    used: Mapping[limits.Limit, int]
    kind: str = "card"
    tier: str = ""
    grant: int | None = None
    reserved_at: dt.datetime | None = None
    all_day: bool = False
    url: str = ""
    reserve_url: str = ""


@dataclass(frozen=True)
class Granted:
    """A benefit as a version promises it, and the stores it is bound to, by name: none means everywhere."""

    entitlement: Entitlement
    places: Mapping[int, str]


_granted: dict[int, list[Granted]] = {}
_versions: dict[int, ProductVersion] = {}
"""The database lets nothing of an approved version change (its triggers refuse), so a process reads each of them once."""


def of_version(version_id: int) -> list[Granted]:
    """CARD-05 · A2.2.2 — what a version grants."""
    if version_id in _granted:
        return _granted[version_id]
    rows = list(Entitlement.objects.filter(version=version_id).select_related("version").prefetch_related("stores"))
    found = [Granted(row, places_of(row)) for row in rows]
    if any(row.version.state == ProductVersion.State.APPROVED for row in rows):
        _granted[version_id] = found
    return found


def with_versions(cards: list[Card]) -> list[Card]:
    """The cards with their versions at hand. One query at most."""
    unknown = {card.version_id for card in cards} - _versions.keys()
    found = ProductVersion.objects.in_bulk(unknown) if unknown else {}
    _versions.update({pk: one for pk, one in found.items() if one.state == ProductVersion.State.APPROVED})
    for card in cards:
        card.version = found.get(card.version_id) or _versions[card.version_id]
    return cards


def forget() -> None:
    """Read every version again: where another database was put in place of this one, as between tests."""
    _granted.clear()
    _versions.clear()


def places_of(benefit: Limited) -> dict[int, str]:
    """The stores that a benefit is bound to, by name."""
    return {store.pk: store.name for store in benefit.stores.all()}


def limits_of(benefit: Limited) -> list[limits.Limit]:
    """The benefit's limits as the rule takes them."""
    counts = {
        limits.Per.DAY: benefit.per_day,
        limits.Per.MONTH: benefit.per_month,
        limits.Per.YEAR: benefit.per_year,
        limits.Per.CARD: benefit.per_card,
    }
    return [limits.Limit(per, count) for per, count in counts.items() if count is not None]


def periods_of(entitlement: Entitlement, *, day: dt.date, term: Term) -> dict[str, int]:
    """Under which period keys a use on `day` counts, and the limit of each."""
    return {
        limits.period_key(limit.per, day=day, term_starts_on=term.starts_on): limit.count
        for limit in limits_of(entitlement)
    }


_USED = Prepared(lambda card: UseCounter.objects.filter(card=card).values_list("entitlement_id", "period", "used"))


def asked(card: Card) -> Asked:
    """What `standing` asks the database of a card whose version is known."""
    return _USED.with_(card=card.pk)


def used_by_period(card: Card) -> dict[int, dict[str, int]]:
    """Net uses by benefit and period key, in one query."""
    found: dict[int, dict[str, int]] = {}
    for entitlement_id, period, used in _USED.all(card=card.pk):
        found.setdefault(entitlement_id, {})[period] = used
    return found


def standing(card: Card, *, term: Term, day: dt.date, store: Store | None) -> list[Standing]:
    """CARD-14, LOY-10 · A4.2.2 — every benefit of the card with its decision. One query beside the frozen version's.

    Without a store (the member's own screen) a benefit bound to stores is judged as if she stood in one of them.
    """
    granted = of_version(term.version_id)
    used = used_by_period(card)
    return [_standing(one, used.get(one.entitlement.pk, {}), term=term, day=day, store=store) for one in granted]


def decide(
    granted: Granted, used: Mapping[str, int], *, term: Term, day: dt.date, store: Store | None, quantity: int = 1
) -> limits.Decision:
    """LOY-10 · A4.2.2 — the rule's answer for a benefit of a card."""
    asks = policy.Asks(limits_of(granted.entitlement), granted.places or None)
    facts = policy.Facts(day, term.starts_on, term.last_valid_on, used, store.pk if store else None)
    return policy.check(asks, facts, quantity=quantity)


def counted(
    bounds: Iterable[limits.Limit], used: Mapping[str, int], *, day: dt.date, term: Term
) -> dict[limits.Limit, int]:
    """What is used of each limit in the period that the day lies in."""
    keys = {limit: limits.period_key(limit.per, day=day, term_starts_on=term.starts_on) for limit in bounds}
    return {limit: used.get(key, 0) for limit, key in keys.items()}


def _standing(granted: Granted, used: Mapping[str, int], *, term: Term, day: dt.date, store: Store | None) -> Standing:
    return Standing(
        entitlement=granted.entitlement,
        decision=decide(granted, used, term=term, day=day, store=store),
        used=counted(limits_of(granted.entitlement), used, day=day, term=term),
    )
