"""Where a benefit in kind is served, which slots are free, and what was reserved (CARD-24 · E4.4)."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from core import clock
from loyalty.models import BenefitReservation, BookedSlot, ServicePoint
from loyalty.policy import service
from members.models import Member

State = BenefitReservation.State


@dataclass(frozen=True)
class Slot:
    """A slot of a day: how many may still come. One that has begun is over."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    left: int
    is_whole_day: bool = False

    @property
    def is_free(self) -> bool:
        return self.left > 0 and self.ends_at > clock.now()


def served(codes: Iterable[str]) -> set[str]:
    """Of these benefits those that some open store serves by reservation."""
    rows = ServicePoint.objects.filter(code__in=set(codes), is_open=True, store__is_open=True)
    return set(rows.values_list("code", flat=True))


def points(code: str, *, stores: Collection[int] | None = None) -> list[ServicePoint]:
    """CARD-24 · E4.4 — the open stores that serve a benefit, of those where it is to be had."""
    rows = ServicePoint.objects.filter(code=code, is_open=True, store__is_open=True).select_related("store")
    return list(rows.filter(store__in=stores) if stores else rows)


def slots(point: ServicePoint, day: dt.date) -> list[Slot]:
    """CARD-24 · E4.4 — the day's slots with what is left of each, in one query."""
    taken = dict(BookedSlot.objects.filter(point=point, starts_at__range=_hours(day)).values_list("starts_at", "taken"))
    return [
        Slot(start, end, max(0, point.capacity - taken.get(start, 0)), point.slot_minutes == 0)
        for start, end in bounds(point, day)
    ]


def bounds(point: ServicePoint, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
    return service.slots(
        day, opens=point.opens_at, closes=point.closes_at, minutes=point.slot_minutes, zone=clock.zone()
    )


def coming(member: Member) -> QuerySet[BenefitReservation]:
    """What she reserved and has not had yet, the nearest first."""
    rows = BenefitReservation.objects.filter(member=member, state=State.BOOKED)
    return rows.select_related("entitlement", "version__benefit", "store", "point", "card").order_by("starts_at")


def _hours(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    begins = dt.datetime.combine(day, dt.time(), tzinfo=clock.zone())
    return begins, begins + dt.timedelta(days=1)
