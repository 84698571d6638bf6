"""The benefits of the catalogue as they stand for a member: what her tier, the programme and events give her (LOY-09, LOY-10)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, prefetch_related_objects
from django.urls import reverse

from cards.models import Card, Product, Term
from cards.policy import entitlement as policy
from cards.policy import limits
from cards.policy.limits import Limit, Per
from cards.queries import entitlements
from cards.queries.entitlements import Standing
from core import clock, parameters
from core.models import Store
from core.prepared import Asked, Prepared
from loyalty.models import (
    Benefit,
    BenefitCounter,
    BenefitGrant,
    BenefitRedemption,
    BenefitReservation,
    BenefitVersion,
)
from loyalty.policy import tiers
from loyalty.policy.parameters import TierParameters
from loyalty.queries import catalogue, figures
from loyalty.queries.standing import asked as asked_of_tier
from members.models import Member

USES_SHOWN = 10
_GRANTS = Prepared(
    lambda member, day: (
        BenefitGrant.objects.filter(member=member, withdrawn_at__isnull=True, last_valid_on__gte=day)
        .select_related("version__benefit")
        .order_by("last_valid_on")
    )
)
_BOOKED = Prepared(
    lambda card, store, day: (
        BenefitReservation.objects.filter(card=card, store=store, day_on=day, state=BenefitReservation.State.BOOKED)
        .select_related("entitlement", "version__benefit", "point")
        .order_by("starts_at")
    )
)
_REDEEMED = Prepared(
    lambda card: (
        BenefitRedemption.objects.filter(card=card).select_related("version", "store").order_by("-id")[:USES_SHOWN]
    )
)
Counted = Mapping[tuple[int, str], int]
"""Net uses by benefit and period; of a household's period the larger of her own and her household's."""


@dataclass(frozen=True)
class Offer:
    """A benefit of the catalogue in a member's hands: by a version in force, or by the grant of an event."""

    version: BenefitVersion
    grant: BenefitGrant | None = None

    @property
    def limits(self) -> list[Limit]:
        """What was granted is limited by its grant instead of the card's term."""
        bounds = entitlements.limits_of(self.version)
        if self.version.per_household is not None:
            bounds.append(Limit(Per.HOUSEHOLD, self.version.per_household))
        if self.grant is None:
            return bounds
        return [one for one in bounds if one.per != Per.CARD] + [Limit(Per.CARD, self.grant.uses)]


@dataclass(frozen=True)
class Place:
    """The card in hand, the term that covers the day, the day and the store: what every benefit is asked for."""

    card: Card
    term: Term
    day: dt.date
    store: Store | None
    tier: str
    ladder: Sequence[str]
    products: Mapping[str, str]
    product: str


def asked(card: Card, day: dt.date, store: Store | None) -> list[Asked]:
    """What panels and wallet ask of a card that is held."""
    booked = [_BOOKED.with_(card=card.pk, store=store.pk, day=day)] if store else []
    held = [_GRANTS.with_(member=card.holder_id, day=day), _REDEEMED.with_(card=card.pk)]
    return [*held, *booked, asked_of_tier(card)]


def grants_of(member: Member, *, day: dt.date) -> list[BenefitGrant]:
    """What events gave her that has not ended."""
    found = _GRANTS.all(member=member.pk, day=day)
    prefetch_related_objects(found, "version__stores")
    return found


def offers(member: Member, *, day: dt.date) -> list[Offer]:
    """LOY-09 · C3.1 — what she has or could have: basic and tier benefits in force, and what events gave her."""
    granted = [Offer(grant.version, grant) for grant in grants_of(member, day=day)]
    return granted + [Offer(one) for one in catalogue.in_force(day) if one.benefit.kind != Benefit.Kind.EVENT]


def tier_of(member: Member, *, day: dt.date) -> tuple[str, Sequence[str]]:
    """The member's tier, and the ladder from the lowest."""
    policy = parameters.in_force(TierParameters, on=day)
    return figures.standing(member, parameters=policy).tier, tiers.codes(policy)


def place(
    card: Card,
    *,
    term: Term,
    day: dt.date,
    store: Store | None,
    over: Iterable[Offer],
    standing: tuple[str, Sequence[str]],
) -> Place:
    """What these offers are judged by; products are read only where a benefit asks for some."""
    tier, ladder = standing
    if not any(offer.version.products for offer in over):
        return Place(card, term, day, store, tier, ladder, {}, "")
    rows = list(Product.objects.select_related("version"))
    mine = next((row.code for row in rows if row.pk == card.product_id), "")
    return Place(card, term, day, store, tier, ladder, {row.code: str(row) for row in rows}, mine)


def standing(card: Card, term: Term, day: dt.date, store: Store | None) -> list[Standing]:
    """LOY-10 · A4.2.2 — every benefit of the catalogue that the card's holder has or could have, with its decision."""
    member = card.holder
    if member is None:
        return []
    found = offers(member, day=day)
    reserved = _reserved(card, store, day)
    if not found:
        return reserved
    where = place(card, term=term, day=day, store=store, over=found, standing=tier_of(member, day=day))
    counted = used(member, offers=found, where=where)
    return reserved + [_standing(offer, counted, where) for offer in found]


def standing_of(offer: Offer, card: Card, *, term: Term, day: dt.date, store: Store | None) -> Standing:
    """LOY-10 · A4.2.2 — one benefit by itself, for the page of it."""
    if card.holder is None:
        raise LookupError("a card without a holder grants nothing")
    standing = tier_of(card.holder, day=day)
    where = place(card, term=term, day=day, store=store, over=[offer], standing=standing)
    return _standing(offer, used(card.holder, offers=[offer], where=where), where)


def decide(offer: Offer, counted: Counted, where: Place, *, quantity: int = 1) -> limits.Decision:
    """LOY-10 · A4.2.2 — the rule's answer, the same rule as for the benefits of a card."""
    return policy.check(_asks(offer, where), _facts(offer, counted, where), quantity=quantity)


def periods(offer: Offer, where: Place) -> dict[str, int]:
    """Under which keys a use counts, and the limit of each."""
    return {_kept(offer, where, _key(bound, where)): bound.count for bound in offer.limits}


def used(member: Member, *, offers: Iterable[Offer], where: Place) -> dict[tuple[int, str], int]:
    """LOY-10 · A4.2.2 — net uses in the periods that the day lies in, her own and her household's, in one query."""
    wanted = {key for offer in offers for key in periods(offer, where)}
    if not wanted:
        return {}
    whose = Q(member=member)
    if member.household_id is not None:
        whose |= Q(household=member.household_id)
    found: dict[tuple[int, str], int] = {}
    rows = BenefitCounter.objects.filter(whose, period__in=wanted).values_list("benefit_id", "period", "used")
    for benefit, period, count in rows:
        found[benefit, period] = max(count, found.get((benefit, period), 0))
    return found


def _key(bound: Limit, where: Place) -> str:
    return limits.period_key(bound.per, day=where.day, term_starts_on=where.term.starts_on)


def _kept(offer: Offer, where: Place, key: str) -> str:
    """A card's term is that of one card; what was granted is counted by its grant."""
    if not key.startswith("card:"):
        return key
    return f"grant:{offer.grant.pk}" if offer.grant else f"card:{where.card.pk}:{where.term.starts_on.isoformat()}"


def _asks(offer: Offer, where: Place) -> policy.Asks:
    version, grant = offer.version, offer.grant
    return policy.Asks(
        limits=offer.limits,
        stores=entitlements.places_of(version) or None,
        starts_on=grant.starts_on if grant else version.starts_on,
        last_valid_on=grant.last_valid_on if grant else version.last_valid_on,
        from_tier="" if grant else version.from_tier,
        cards={code: where.products.get(code, code) for code in version.products} or None,
        once=grant is not None,
    )


def _facts(offer: Offer, counted: Counted, where: Place) -> policy.Facts:
    of = offer.version.benefit_id
    keys = {key: _kept(offer, where, key) for key in (_key(bound, where) for bound in offer.limits)}
    return policy.Facts(
        day=where.day,
        term_starts_on=where.term.starts_on,
        last_valid_on=where.term.last_valid_on,
        used={key: counted.get((of, kept), 0) for key, kept in keys.items()},
        store=where.store.pk if where.store else None,
        card=where.product,
        tier=where.tier,
        tiers=where.ladder,
    )


def _reserved(card: Card, store: Store | None, day: dt.date) -> list[Standing]:
    """CARD-24 · E4.4 — at a counter: what is set aside with this card here today."""
    if store is None:
        return []
    return [
        Standing(
            entitlement=row.benefit,
            decision=limits.Decision(True, "benefit_allowed"),
            used={},
            kind="card" if row.version is None else row.version.benefit.kind,
            reserved_at=row.starts_at,
            all_day=row.point.slot_minutes == 0,
            url=reverse("loyalty:counter_reservation", args=[card.public_id, row.pk]),
        )
        for row in _BOOKED.all(card=card.pk, store=store.pk, day=day)
    ]


def _standing(offer: Offer, counted: Counted, where: Place) -> Standing:
    facts = _facts(offer, counted, where)
    return Standing(
        entitlement=offer.version,
        decision=decide(offer, counted, where),
        used=entitlements.counted(offer.limits, facts.used, day=where.day, term=where.term),
        kind=offer.version.benefit.kind,
        tier=offer.version.from_tier,
        grant=offer.grant.pk if offer.grant else None,
        url=redeem_url(where.card, offer),
    )


def redeem_url(card: Card, offer: Offer) -> str:
    """Where a clerk redeems it."""
    if offer.grant is not None:
        return reverse("loyalty:counter_grant", args=[card.public_id, offer.grant.pk])
    return reverse("loyalty:counter_benefit", args=[card.public_id, offer.version.pk])


def uses(card: Card, most: int) -> list[BenefitRedemption]:
    """The last benefits of the catalogue redeemed with a card, at most as many as a panel shows."""
    return _REDEEMED.all(card=card.pk)[:most]


def of_tier(code: str, *, whole: bool = False, day: dt.date | None = None) -> list[str]:
    """LOY-03, LOY-15 · B8.2, B8.3 — the names of the benefits that a tier adds; `whole`, those of the tiers below too."""
    on = day or clock.today()
    ladder = tiers.codes(parameters.in_force(TierParameters, on=on))
    if code not in ladder:
        return []
    wanted = set(ladder[: ladder.index(code) + 1]) if whole else {code}
    rows = [one for one in catalogue.in_force(on) if one.benefit.kind == Benefit.Kind.TIER and one.starts_on <= on]
    return [one.localized_name for one in rows if one.from_tier in wanted]


def latest(benefit: Benefit) -> BenefitVersion | None:
    """The newest version, whatever became of it."""
    return benefit.versions.order_by("-number").first()
