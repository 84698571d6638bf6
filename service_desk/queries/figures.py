"""How fast members are answered and helped, in business minutes, and what today brought (SVC-03, SVC-10 · D4.3, B11)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, Max, Q, QuerySet

from core import figures
from core.models import User
from service_desk.models import Case, CaseClock
from service_desk.models.cases import UNDONE
from service_desk.policy.codes import Promise


@dataclass(frozen=True)
class Timeliness:
    """A promise over a time: how often it was kept or missed, how long it took, and how long it might have taken on average
    (business minutes)."""

    group: Any
    promise: str
    ended: int
    missed: int
    average: int
    longest: int
    promised: int

    @property
    def kept_bps(self) -> int | None:
        """The share that was kept, in basis points; None where nothing ended."""
        return 10_000 * (self.ended - self.missed) // self.ended if self.ended else None


GROUPS = {
    "": None, "kind": "case__kind", "channel": "case__channel", "tier": "case__tier", "owner": "case__owner",
    "store": "case__store", "department": "case__department", "category": "case__category", "severity": "case__severity",
}  # fmt: skip


def timeliness(
    since: dt.datetime, until: dt.datetime, *, by: str = "", rows: QuerySet[CaseClock] | None = None
) -> list[Timeliness]:
    """SVC-03, SVC-10 · D4.3.2, B11 — how each promise that ended in [since, until) was kept, by `kind`, `channel`, `tier`,
    `owner`, `store`, `department`, `category` or `severity`. One query.

    Counted when it was kept; what fell away because the case was merged or resolved without an answer is not counted.
    """
    column = GROUPS[by]
    found = (CaseClock.objects.all() if rows is None else rows).filter(met_at__gte=since, met_at__lt=until).order_by()
    grouped = found.values("promise", group=F(column)) if column else found.values("promise")
    counted = grouped.annotate(
        ended=Count("pk"),
        missed=Count("pk", filter=Q(breached_at__isnull=False)),
        average=Avg("spent"),
        longest=Max("spent"),
        promised=Avg("minutes"),
    )
    told = [
        Timeliness(
            row.get("group"),
            row["promise"],
            row["ended"],
            row["missed"],
            round(row["average"] or 0),
            row["longest"] or 0,
            round(row["promised"] or 0),
        )
        for row in counted
    ]
    order = list(Promise)
    return sorted(told, key=lambda one: (str(one.group or ""), order.index(Promise(one.promise))))


def minutes_of(cases: Iterable[int], promise: str) -> dict[int, int]:
    """SVC-03 · D4.3.2 — of each case the business minutes that a promise took (its first round), where it was kept."""
    rows = CaseClock.objects.filter(case__among=list(cases), promise=promise, round=1, met_at__isnull=False)
    return {case: minutes or 0 for case, minutes in rows.values_list("case", "spent")}


def opened(_user: User, days: list[dt.date]) -> Iterable[dict[str, Any]]:
    """Cases by the day on which they came, and complaints among them."""
    rows = Case.objects.filter(opened_at__gte=figures.midnight(days[0]))
    return figures.grouped(rows, "opened_at", opened=Count("pk"), complaints=Count("pk", filter=Q(kind="complaint")))


def resolved(_user: User, days: list[dt.date]) -> Iterable[dict[str, Any]]:
    rows = Case.objects.filter(resolved_at__gte=figures.midnight(days[0]))
    return figures.grouped(rows, "resolved_at", resolved=Count("pk"))


def missed(_user: User, days: list[dt.date]) -> Iterable[dict[str, Any]]:
    """Promises by the day on which they were missed."""
    rows = CaseClock.objects.filter(breached_at__gte=figures.midnight(days[0]))
    return figures.grouped(rows, "breached_at", missed=Count("pk"))


def waiting(_user: User, _days: list[dt.date]) -> Iterable[dict[str, Any]]:
    """Cases that are not done, by the day on which they came."""
    rows = Case.objects.filter(UNDONE)
    return figures.grouped(rows, "opened_at", undone=Count("pk"), unowned=Count("pk", filter=Q(owner__isnull=True)))


def breaches(since: dt.datetime, until: dt.datetime) -> QuerySet[CaseClock]:
    """SVC-03 · D4.3.2 — every promise that was missed in [since, until), the newest first."""
    rows = CaseClock.objects.filter(breached_at__gte=since, breached_at__lt=until)
    return rows.select_related("case__owner", "case__category").order_by("-breached_at", "-id")
