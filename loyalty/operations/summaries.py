"""The ledger summed up by month and by last day, so that no page reads it from end to end (LOY-18)."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Sum

from core import clock
from loyalty.models import PointCohort, PointEntry, PointLot, PointMonth, PointTransaction
from loyalty.queries import liability

LAPSES_SINCE = dt.timedelta(days=400)


@transaction.atomic
def sum_months(months: Sequence[dt.date]) -> int:
    """LOY-18 — read the entries of these months and keep their sums; a repeat changes nothing. Returns the rows changed."""
    at, changed = clock.now(), 0
    for month in months:
        found = liability.read(month)
        kept = {(row.from_book, row.to_book): row for row in PointMonth.objects.filter(month=month)}
        changed += sum(pair not in kept or kept[pair].points != points for pair, points in found.items())
        PointMonth.objects.filter(pk__in=[row.pk for pair, row in kept.items() if pair not in found]).delete()
        PointMonth.objects.bulk_create(
            (PointMonth(month=month, from_book=pair[0], to_book=pair[1], points=points, read_at=at)
             for pair, points in found.items()),
            update_conflicts=True, unique_fields=["month", "from_book", "to_book"], update_fields=["points", "read_at"],
        )  # fmt: skip
    return changed


@transaction.atomic
def sum_cohorts() -> None:
    """LOY-18 — points by their last day: issued and left from the lots, lapsed from the entries of the last year."""
    at = clock.now()
    lots = PointLot.objects.order_by().values_list("last_valid_on")
    sums = lots.annotate(sum=Sum("points"), left=Sum("remaining"))
    lapsed = _lapsed(since=clock.now() - LAPSES_SINCE)
    kept = dict(PointCohort.objects.values_list("last_valid_on", "lapsed"))
    PointCohort.objects.bulk_create(
        [PointCohort(
            last_valid_on=day, points=points, remaining=left, lapsed=max(lapsed.get(day, 0), kept.get(day, 0)), read_at=at
        ) for day, points, left in sums if day is not None],
        update_conflicts=True, unique_fields=["last_valid_on"],
        update_fields=["points", "remaining", "lapsed", "read_at"],
    )  # fmt: skip


def _lapsed(*, since: dt.datetime) -> dict[dt.date, int]:
    rows = PointEntry.objects.filter(transaction__kind=PointTransaction.Kind.LAPSE, transaction__posted_at__gte=since)
    found = rows.order_by().values("lot__last_valid_on").annotate(sum=Sum("points"))
    return {row["lot__last_valid_on"]: row["sum"] for row in found if row["lot__last_valid_on"] is not None}
