"""What must always hold of benefits of the catalogue and of reservations (invariants 28 to 31, 33)."""

from collections import Counter
from collections.abc import Iterable, Iterator

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from cards.invariants import living
from core.verify import invariant
from loyalty.models import BenefitCounter, BenefitGrant, BenefitRedemption, BenefitReservation, BookedSlot

BATCH = 2000
State = BenefitReservation.State


def reserved_of_cards() -> Iterable[tuple[int, int, list[str], int]]:
    """What reservations hold of the limits of cards: counted there too."""
    rows = BenefitReservation.objects.filter(state=State.BOOKED, entitlement__isnull=False)
    for card, benefit, periods in rows.values_list("card", "entitlement", "periods").iterator(BATCH):
        yield card, benefit, periods, 1


living.ALSO_COUNTED.append(reserved_of_cards)


@invariant("28 catalogue", "no benefit of the catalogue is redeemed outside a term or by another member's card")
def redeemed_within_terms() -> Iterator[str]:
    uses = BenefitRedemption.objects.filter(reversed_at__isnull=True)
    outside = Q(used_on__lt=F("term__starts_on")) | Q(used_on__gt=F("term__last_valid_on"))
    for use in uses.filter(outside | ~Q(term__card=F("card")) | ~Q(member=F("card__holder"))).iterator(BATCH):
        yield f"redeemed benefit {use.pk}: outside the card's term"


@invariant("29 catalogue", "net uses of the catalogue never exceed the limit of their period")
def within_limits() -> Iterator[str]:
    for counter in BenefitCounter.objects.filter(used__gt=F("limit")).iterator(BATCH):
        yield f"benefit {counter.benefit_id}: {counter.used} of {counter.limit} in {counter.period}"
    spent = BenefitRedemption.objects.filter(reversed_at__isnull=True, grant=OuterRef("pk")).order_by().values("grant")
    booked = BenefitReservation.objects.filter(state=State.BOOKED, grant=OuterRef("pk")).order_by().values("grant")
    grants = BenefitGrant.objects.annotate(
        spent=Coalesce(Subquery(spent.annotate(n=Count("pk")).values("n")), 0),
        booked=Coalesce(Subquery(booked.annotate(n=Count("pk")).values("n")), 0),
    )
    for grant in grants.filter(uses__lt=F("spent") + F("booked")).iterator(BATCH):
        yield f"granted benefit {grant.pk}: used more often than granted"


@invariant("31 catalogue", "what is counted is what was redeemed or is reserved, in the period it was taken from")
def counters_agree() -> Iterator[str]:
    counted: Counter[tuple[str, int, str]] = Counter()
    uses = BenefitRedemption.objects.filter(reversed_at__isnull=True)
    booked = BenefitReservation.objects.filter(state=State.BOOKED, version__isnull=False)
    columns = ("member", "household", "version__benefit", "periods")
    rows = [(*row[:4], row[4]) for row in uses.values_list(*columns, "quantity").iterator(BATCH)]
    rows += [(*row, 1) for row in booked.values_list(*columns).iterator(BATCH)]
    for member, household, benefit, periods, quantity in rows:
        for period in periods:
            counted[f"member {member}", benefit, period] += quantity
            if household is not None and period.startswith("household:"):
                counted[f"household {household}", benefit, period] += quantity
    for counter in BenefitCounter.objects.iterator(BATCH):
        whose = f"member {counter.member_id}" if counter.member_id else f"household {counter.household_id}"
        if counted.pop((whose, counter.benefit_id, counter.period), 0) != counter.used:
            yield f"{whose}: benefit {counter.benefit_id} in {counter.period} is miscounted"
    for whose, benefit, period in counted:
        yield f"{whose}: benefit {benefit} in {period} is not counted at all"


@invariant("30 slots", "a slot holds as many as have reserved it, and no more than its capacity")
def slots_agree() -> Iterator[str]:
    rows = BenefitReservation.objects.exclude(state=State.CANCELLED).order_by()
    taken = {
        (row["point"], row["starts_at"]): row["n"]
        for row in rows.values("point", "starts_at").annotate(n=Count("pk")).iterator(BATCH)
    }
    for slot in BookedSlot.objects.iterator(BATCH):
        if taken.pop((slot.point_id, slot.starts_at), 0) != slot.taken or slot.taken > slot.capacity:
            yield f"slot {slot.pk} at {slot.starts_at}: {slot.taken} is not what was reserved"
    for point, starts_at in taken:
        yield f"service point {point} at {starts_at}: reserved and not counted"


@invariant("33 catalogue", "nobody redeemed a benefit for himself or his household")
def nobody_serves_himself() -> Iterator[str]:
    own = Q(clerk__isnull=False, clerk__member=F("member"))
    kin = Q(clerk__member__household__isnull=False, clerk__member__household=F("member__household"))
    for use in BenefitRedemption.objects.filter(own | kin, reversed_at__isnull=True).iterator(BATCH):
        yield f"redeemed benefit {use.pk}: served by the member or her household"
