"""What members have in points, by month and last day: the night reads the ledger, a page its sums (LOY-18)."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Q, Sum

from core import clock, periods
from loyalty.models import Book, PointCohort, PointEntry, PointMonth, PointTransaction
from loyalty.policy import liability as rule

OWN = [Book.AVAILABLE, Book.PENDING, Book.HELD, Book.OWED]
PROGRAMME = [Book.ISSUED, Book.REDEEMED, Book.LAPSED, Book.ADJUSTED, Book.WRITTEN_OFF]
CROSSING = Q(from_book__in=OWN, to_book__in=PROGRAMME) | Q(from_book__in=PROGRAMME, to_book__in=OWN)
IN_FLIGHT = dt.timedelta(hours=1)
"""A transaction that began before the month's end is committed by then."""

KINDS = {
    "issued": ("accrue",),
    "redeemed": ("spend", "capture", "reverse-spend"),
    "lapsed": ("lapse",),
    "taken_back": ("reverse-accrual",),
    "adjusted": ("adjust",),
}
"""Which transactions make up a column."""


def begins(month: dt.date) -> dt.datetime:
    return periods.first_moment(month, clock.zone())


def ends(month: dt.date) -> dt.datetime:
    return begins(periods.add_months(month, 1))


def read(month: dt.date) -> dict[rule.Pair, int]:
    """The entries of a month between members and the programme, by pair of books."""
    rows = PointEntry.objects.filter(
        CROSSING,
        transaction__kind__in=PointTransaction.Kind.values,  # the index begins with the kind
        transaction__posted_at__gte=begins(month),
        transaction__posted_at__lt=ends(month),
    )
    sums = rows.order_by().values("from_book", "to_book").annotate(sum=Sum("points"))
    return {(row["from_book"], row["to_book"]): row["sum"] for row in sums}


def unread(on: dt.date) -> Iterator[dt.date]:
    """The months that may have changed since they were read, the oldest first: those not read after their end."""
    first = _first_month()
    if first is None:
        return
    read_at = dict(PointMonth.objects.order_by("read_at").values_list("month", "read_at"))
    month = first
    while month <= on:
        if (last := read_at.get(month)) is None or last < ends(month) + IN_FLIGHT:
            yield month
        month = periods.add_months(month, 1)


def sums() -> dict[dt.date, dict[rule.Pair, int]]:
    """All that the night kept."""
    found: dict[dt.date, dict[rule.Pair, int]] = {}
    for row in PointMonth.objects.order_by("month"):
        found.setdefault(row.month, {})[row.from_book, row.to_book] = row.points
    return found


def read_at() -> dt.datetime | None:
    """When the sums were read last."""
    return PointMonth.objects.order_by("-read_at").values_list("read_at", flat=True).first()


def cohorts() -> list[rule.Cohort]:
    rows = PointCohort.objects.order_by("last_valid_on")
    return [rule.Cohort(row.last_valid_on, row.points, row.remaining, row.lapsed) for row in rows]


def _first_month() -> dt.date | None:
    """The month of the oldest transaction: of each kind the first, by the index."""
    firsts = [
        PointTransaction.objects.filter(kind=kind).order_by("posted_at").values_list("posted_at", flat=True).first()
        for kind in PointTransaction.Kind.values
    ]
    found = [moment for moment in firsts if moment is not None]
    return clock.day_of(min(found)).replace(day=1) if found else None
