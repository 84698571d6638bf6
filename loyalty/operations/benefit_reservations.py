"""Reserving a benefit in kind, cancelling, redeeming and missing it (CARD-24 · E4.4): counted at once, ended once."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from cards.models import Card, Entitlement, Term
from cards.operations import serving
from cards.operations import uses as card_uses
from core import access, audit, clock, parameters
from core.messaging import outbox
from core.models import Store, User
from core.refusals import Refusal
from loyalty.models import BenefitReservation, ServicePoint
from loyalty.operations import benefit_counting, redemptions, slots
from loyalty.operations.benefit_counting import Taken
from loyalty.policy import service
from loyalty.policy.benefit_parameters import ServiceParameters
from loyalty.queries import benefits
from loyalty.queries.benefits import Offer
from members.models import Member

State = BenefitReservation.State


@transaction.atomic
def reserve(
    card: Card, wanted: Entitlement | Offer, *, point: ServicePoint, starts_at: dt.datetime, by: User, key: str
) -> BenefitReservation:
    """CARD-24, LOY-15 · E4.4, B8.3 — set a benefit aside at a store and slot; it counts against its limits at once.

    A repeat with the same key returns the first. Refuses what a use would refuse on that day, a slot that is full, over or
    no slot at all, a day that this tier may not reserve yet, and more open reservations than allowed.
    """
    offer = wanted if isinstance(wanted, Offer) else None
    card, member = benefit_counting.locked(card, offer.version if offer else None)
    _require(member, by, store=point.store)
    if (earlier := BenefitReservation.objects.filter(key=key).first()) is not None:
        if (earlier.card_id, earlier.point_id, earlier.starts_at) != (card.pk, point.pk, starts_at):
            raise Refusal("key_reused")
        return earlier
    ends_at, day = slots.ends(point, starts_at), clock.day_of(starts_at)
    _refuse_too_early(member, day)
    if BenefitReservation.objects.filter(member=member, point=point, starts_at=starts_at, state=State.BOOKED).exists():
        raise Refusal("slot_reserved_already")
    term = _term(card, day)
    if isinstance(wanted, Entitlement):
        periods = card_uses.count(card, wanted, term=term, store=point.store, quantity=1, day=day)
        taken = Taken(term, list(periods), None)
    else:
        taken = benefit_counting.take(card, wanted, term=term, store=point.store, day=day, quantity=1)
    slots.take(point, starts_at)
    row = BenefitReservation.objects.create(
        member=member,
        card=card,
        term=term,
        entitlement=wanted if isinstance(wanted, Entitlement) else None,
        version=offer.version if offer else None,
        grant=offer.grant if offer else None,
        household=taken.household,
        point=point,
        store=point.store,
        starts_at=starts_at,
        ends_at=ends_at,
        day_on=day,
        periods=taken.periods,
        key=key,
    )
    audit.record("loyalty.reservation.book", actor=by, **_told(row))
    _tell(row, "reservation.confirmed")
    return row


@transaction.atomic
def cancel(row: BenefitReservation, *, by: User, reason: str = "") -> BenefitReservation:
    """CARD-24 · E4.4 — give a reservation up: the use returns to the period it was taken from, the seat to its slot.

    Its member until some hours before, whoever redeems at that store at any time. A repeat changes nothing; refuses what
    has ended otherwise.
    """
    row = _held(row)
    _require(row.member, by, store=row.store)
    if row.state == State.CANCELLED:
        return row
    _refuse_ended(row)
    until = service.cancel_until(row.starts_at, parameters=parameters.in_force(ServiceParameters))
    if row.member.user_id == by.pk and clock.now() > until:
        raise Refusal("reservation_cancelled_too_late", until=until)
    _give_back(row)
    slots.free(row.point, row.starts_at)
    _end(row, State.CANCELLED, by=by)
    audit.record("loyalty.reservation.cancel", actor=by, reason=reason, **_told(row))
    _tell(row, "reservation.cancelled")
    return row


@transaction.atomic
def redeem(row: BenefitReservation, *, store: Store, clerk: User, key: str) -> BenefitReservation:
    """CARD-24 · E4.4 — what was reserved is enjoyed: at its store, on its day, once, whatever has become of its terms.

    The same form sent again gives the same answer; anything else is refused, and so is whatever stops a use of the card.
    """
    access.require(clerk, redemptions.RIGHT, at=store.pk)
    row = _held(row)
    if row.state == State.REDEEMED and _use_key(row) == key:
        return row
    _refuse_ended(row)
    if row.store_id != store.pk:
        raise Refusal("reservation_elsewhere", store=row.store.name)
    if row.day_on != clock.today():
        raise Refusal("reservation_another_day", day=row.day_on, allowed_from=row.day_on)
    if row.entitlement is not None:
        row.card_use = card_uses.record(
            row.card, entitlement=row.entitlement, store=store, clerk=clerk, key=key, counted=row.periods
        )
    elif row.version is not None:
        offer, taken = Offer(row.version, row.grant), Taken(row.term, row.periods, row.household)
        row.redemption = redemptions.record(row.card, offer, store=store, clerk=clerk, key=key, taken=taken)
    _end(row, State.REDEEMED, by=clerk)
    return row


@transaction.atomic
def miss(keys: Sequence[int]) -> int:
    """CARD-24 · E4.4 — reservations that nobody came for end, and the uses return to their periods; the seat is past."""
    rows = BenefitReservation.objects.filter(pk__in=keys, state=State.BOOKED)
    benefit_counting.lock_many(list(rows.values_list("card_id", flat=True)))
    done = 0
    for row in _whole().filter(pk__in=keys, state=State.BOOKED).order_by("pk"):
        _give_back(row)
        _end(row, State.MISSED, by=None)
        audit.record("loyalty.reservation.miss", **_told(row))
        _tell(row, "reservation.missed")
        done += 1
    return done


def _require(member: Member, by: User, *, store: Store) -> None:
    """She herself, or whoever redeems at that store and is not of her household."""
    if member.user_id == by.pk:
        return
    access.require(by, redemptions.RIGHT, at=store.pk)
    serving.refuse_own(member, clerk=by)


def _refuse_too_early(member: Member, day: dt.date) -> None:
    today = clock.today()
    rules = parameters.in_force(ServiceParameters, on=today)
    tier, _ladder = benefits.tier_of(member, day=today)
    opens_on = service.opens_on(day, tier=tier, parameters=rules)
    if opens_on > today:
        raise Refusal("slot_not_open_yet", day=opens_on, allowed_from=opens_on)
    if BenefitReservation.objects.filter(member=member, state=State.BOOKED).count() >= rules.open_at_once:
        raise Refusal("too_many_reservations", most=rules.open_at_once)


def _term(card: Card, day: dt.date) -> Term:
    if card.last_valid_on is not None and clock.today() <= card.last_valid_on < day:
        raise Refusal("slot_after_the_card_ends", day=card.last_valid_on)
    return card_uses.usable_term(card, day)


def _whole() -> QuerySet[BenefitReservation]:
    rows = BenefitReservation.objects.select_for_update(of=("self",))
    return rows.select_related(
        "member__user", "card__holder", "term", "entitlement", "version__benefit", "grant", "household", "store", "point",
        "card_use", "redemption",
    )  # fmt: skip


def _held(row: BenefitReservation) -> BenefitReservation:
    benefit_counting.locked(row.card, row.version)
    return _whole().get(pk=row.pk)


def _use_key(row: BenefitReservation) -> str:
    use = row.card_use or row.redemption
    return use.key if use else ""


def _refuse_ended(row: BenefitReservation) -> None:
    if row.state == State.REDEEMED and row.ended_at is not None:
        raise Refusal("reservation_redeemed", at=row.ended_at)
    if row.state != State.BOOKED:
        raise Refusal("reservation_ended", state=row.get_state_display())


def _give_back(row: BenefitReservation) -> None:
    if row.entitlement is not None:
        card_uses.give_back(row.card, row.entitlement, periods=row.periods, quantity=1)
    elif row.version is not None:
        taken = Taken(row.term, row.periods, row.household)
        benefit_counting.give_back(row.member, row.version, taken, quantity=1)


def _end(row: BenefitReservation, state: BenefitReservation.State, *, by: User | None) -> None:
    row.state, row.ended_at, row.ended_by = state, clock.now(), by
    row.save(update_fields=["state", "ended_at", "ended_by", "card_use", "redemption"])


def _told(row: BenefitReservation) -> dict[str, Any]:
    details = {"card": row.card_id, "benefit": row.benefit.code, "from": row.starts_at}
    return {"subject": row, "member_id": row.member_id, "store_id": row.store_id, "details": details}


def _tell(row: BenefitReservation, event: str) -> None:
    if row.member.user is None:
        return
    outbox.send(
        event,
        key=str(row.pk),
        to=row.member.user,
        member_id=row.member_id,
        language=row.member.language,
        context={
            "benefit": row.benefit.worded("name", row.member.language),
            "store": row.store.name,
            "at": row.starts_at.isoformat(),
            "whole_day": row.point.slot_minutes == 0,
            "day": row.day_on.isoformat(),
        },
        link="/me/benefits/",
    )
