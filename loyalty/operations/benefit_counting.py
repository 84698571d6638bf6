"""Counting benefits of the catalogue under lock: the household, the card, the member, in that order (invariants 29, 31)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from cards.models import Card, Term
from cards.operations import uses as card_uses
from core.models import Store
from core.refusals import Refusal
from loyalty.models import BenefitCounter, BenefitGrant, BenefitVersion, PointAccount
from loyalty.operations import ledger
from loyalty.queries import benefits, catalogue
from loyalty.queries.benefits import Offer, Place
from members.models import Household, Member


@dataclass(frozen=True)
class Taken:
    """What a use or a reservation was counted in, so that it returns there: the term, the periods, the household."""

    term: Term
    periods: list[str]
    household: Household | None


def locked(card: Card, version: BenefitVersion | None) -> tuple[Card, Member]:
    """The card and its holder, held until the transaction ends; the household too where the benefit counts for it."""
    if version is not None and version.per_household is not None:
        Household.objects.select_for_update(of=("self",)).filter(members__cards=card.pk).first()
    card = card_uses.locked(card)
    if card.holder is None:
        raise Refusal("card_not_activated")
    ledger.account_of(card.holder)
    return card, card.holder


def lock_many(cards: Sequence[int]) -> None:
    """The same for the night, which holds many: all households, all cards, all accounts, each in the order of their ids."""
    households = Household.objects.filter(members__cards__in=cards).values("pk")
    holders = Card.objects.filter(pk__in=cards).values("holder")
    list(Household.objects.select_for_update().filter(pk__in=households).order_by("pk").values_list("pk"))
    list(Card.objects.select_for_update(of=("self",)).filter(pk__in=cards).order_by("pk").values_list("pk"))
    list(PointAccount.objects.select_for_update().filter(pk__in=holders).order_by("pk").values_list("pk"))


def take(card: Card, offer: Offer, *, term: Term, store: Store, day: dt.date, quantity: int) -> Taken:
    """LOY-10 · A4.2.2 — ask the rule, then count; what is locked is the caller's. Refuses with reason and when."""
    member = card.holder
    if member is None:
        raise Refusal("card_not_activated")
    _refuse_gone(offer, day)
    standing = benefits.tier_of(member, day=day)
    where = benefits.place(card, term=term, day=day, store=store, over=[offer], standing=standing)
    counted = benefits.used(member, offers=[offer], where=where)
    card_uses.refuse_unless(benefits.decide(offer, counted, where, quantity=quantity))
    periods = _count(member, offer, where, quantity=quantity)
    shared = any(period.startswith("household:") for period in periods)
    return Taken(term, periods, member.household if shared else None)


def _refuse_gone(offer: Offer, day: dt.date) -> None:
    """What was listed a minute ago may have been replaced, retired or withdrawn since."""
    if offer.grant is not None:
        there = BenefitGrant.objects.filter(pk=offer.grant.pk, withdrawn_at__isnull=True).exists()
    else:
        there = catalogue.gives(offer.version, day=day)
    if not there:
        raise Refusal("benefit_over")


def give_back(member: Member, version: BenefitVersion, taken: Taken, *, quantity: int) -> None:
    """Invariant 31 — what was counted returns to the very periods, and the household, that it was taken from."""
    rows = BenefitCounter.objects.filter(benefit=version.benefit_id, period__in=taken.periods)
    rows.filter(member=member).update(used=F("used") - quantity)
    if taken.household is not None:
        rows.filter(household=taken.household, period__startswith="household:").update(used=F("used") - quantity)


def _count(member: Member, offer: Offer, where: Place, *, quantity: int) -> list[str]:
    periods = benefits.periods(offer, where)
    owners: list[tuple[dict[str, int], dict[str, int]]] = [({"member_id": member.pk}, periods)]
    shared = {period: limit for period, limit in periods.items() if period.startswith("household:")}
    if shared and member.household_id is not None:
        owners.append(({"household_id": member.household_id}, shared))
    for owner, wanted in owners:
        for period, limit in wanted.items():
            rows = BenefitCounter.objects.filter(benefit=offer.version.benefit_id, period=period, **owner)
            if not rows.update(used=F("used") + quantity, limit=limit):
                BenefitCounter.objects.create(
                    benefit_id=offer.version.benefit_id, period=period, used=quantity, limit=limit, **owner
                )
    return list(periods)
