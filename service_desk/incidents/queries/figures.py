"""A year of emergencies in figures (SVC-16 · D12): a constant number of statements."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from core import clock
from service_desk.incidents.models import EmergencyPlan, Incident
from service_desk.incidents.policy import states

MOST = 5_000
"""Incidents of a year that are counted; a house with more has other worries."""


@dataclass(frozen=True)
class Row:
    """A kind of emergency in a year: how many of each severity, and the middle of what it took."""

    kind: EmergencyPlan
    by_severity: list[int]
    total: int
    drills: int
    acknowledged: dt.timedelta | None
    resolved: dt.timedelta | None


@dataclass(frozen=True)
class Year:
    """A year: its rows, all of them together, and how many each month had."""

    year: int
    rows: list[Row]
    by_severity: list[int]
    total: int
    drills: int
    acknowledged: dt.timedelta | None
    resolved: dt.timedelta | None
    months: list[tuple[dt.date, int]]


def of_year(year: int) -> Year:
    """SVC-16 · D12 — what was declared in a year; drills are counted apart and measured with nothing."""
    begins, ends = (dt.datetime(one, 1, 1, tzinfo=clock.zone()) for one in (year, year + 1))
    rows = list(Incident.objects.filter(declared_at__gte=begins, declared_at__lt=ends).order_by("pk")[:MOST])
    real = [one for one in rows if not one.is_drill]
    by_kind: dict[int, list[Incident]] = defaultdict(list)
    for one in rows:
        by_kind[one.kind_id].append(one)
    months = [dt.date(year, month, 1) for month in range(1, 13)]
    counted: dict[dt.date, int] = defaultdict(int)
    for one in real:
        counted[clock.day_of(one.declared_at).replace(day=1)] += 1
    kinds = [kind for kind in EmergencyPlan.objects.all() if kind.is_active or by_kind.get(kind.pk)]
    return Year(
        year=year,
        rows=[_row(kind, by_kind.get(kind.pk, [])) for kind in kinds],
        by_severity=_severities(real),
        total=len(real),
        drills=len(rows) - len(real),
        acknowledged=_median((one.declared_at, one.acknowledged_at) for one in real),
        resolved=_median((one.declared_at, one.resolved_at) for one in real),
        months=[(month, counted[month]) for month in months],
    )


def years() -> list[int]:
    """The years that can be looked at, the newest first."""
    first = Incident.objects.order_by("declared_at").values_list("declared_at", flat=True).first()
    now = clock.today().year
    return list(range(now, (clock.day_of(first).year if first else now) - 1, -1))


def _row(kind: EmergencyPlan, rows: list[Incident]) -> Row:
    real = [one for one in rows if not one.is_drill]
    return Row(
        kind=kind,
        by_severity=_severities(real),
        total=len(real),
        drills=len(rows) - len(real),
        acknowledged=_median((one.declared_at, one.acknowledged_at) for one in real),
        resolved=_median((one.declared_at, one.resolved_at) for one in real),
    )


def _severities(rows: list[Incident]) -> list[int]:
    return [sum(one.worst == severity for one in rows) for severity in states.SEVERITIES]


def _median(pairs: Iterable[tuple[dt.datetime, dt.datetime | None]]) -> dt.timedelta | None:
    return states.median([end - begin for begin, end in pairs if end is not None])
