"""What a supervisor looks at (SVC-03, SVC-10 · D4.3.2, B11): who works with how much, what waits, what today brought."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import TruncHour

from core import clock, figures, parameters
from service_desk.models import Case, CaseClock
from service_desk.models.cases import NO_DEADLINE, UNDONE
from service_desk.policy.codes import Promise
from service_desk.policy.parameters import ServiceDeskParameters
from service_desk.queries import agents, queue
from service_desk.queries import figures as told

PRESSING = 12
TOLD = (Promise.FIRST_RESPONSE, Promise.RESOLUTION)


@dataclass(frozen=True)
class Heap:
    """The open cases of a department: how many, how many of them nobody has, how many press, and the earliest deadline."""

    department: str
    cases: int
    unowned: int
    pressing: int
    earliest: dt.datetime | None


@dataclass(frozen=True)
class Today:
    """What happened since midnight."""

    opened: int
    resolved: int
    warned: int
    missed: int


@dataclass(frozen=True)
class Hour:
    hour: int
    opened: int
    resolved: int


@dataclass(frozen=True)
class Board:
    """SVC-03, SVC-10 — the whole picture of a moment, in a constant number of queries."""

    at: dt.datetime
    people: Sequence[agents.Workload]
    heaps: Sequence[Heap]
    today: Today
    hours: Sequence[Hour]
    by_kind: Sequence[told.Timeliness]
    by_channel: Sequence[told.Timeliness]
    pressing: Sequence[Case]

    @property
    def on_duty(self) -> list[agents.Workload]:
        return [one for one in self.people if one.is_on_duty]

    @property
    def off_duty(self) -> list[agents.Workload]:
        """Who is away, and still has cases."""
        return [one for one in self.people if not one.is_on_duty and (one.working or one.waiting)]

    @property
    def open_cases(self) -> int:
        return sum(heap.cases for heap in self.heaps)

    @property
    def unowned(self) -> int:
        return sum(heap.unowned for heap in self.heaps)

    @property
    def earliest(self) -> dt.datetime | None:
        return min((heap.earliest for heap in self.heaps if heap.earliest), default=None)


def now() -> Board:
    """SVC-03, SVC-10 · D4.3.2, B11 — read everything: some fifteen queries, however many cases there are."""
    moment = clock.now()
    today = clock.day_of(moment)
    midnight, tomorrow = figures.midnight(today), figures.midnight(today + dt.timedelta(days=1))
    return Board(
        at=moment,
        people=agents.workloads(),
        heaps=_heaps(moment),
        today=_today(midnight),
        hours=_hours(midnight, moment),
        by_kind=_of_interest(told.timeliness(midnight, tomorrow, by="kind")),
        by_channel=_of_interest(told.timeliness(midnight, tomorrow, by="channel")),
        pressing=queue.page(queue.undone(), limit=PRESSING).rows,
    )


def _of_interest(rows: Sequence[told.Timeliness]) -> list[told.Timeliness]:
    return [row for row in rows if row.promise in TOLD]


def _heaps(moment: dt.datetime) -> list[Heap]:
    near = moment + dt.timedelta(minutes=parameters.in_force(ServiceDeskParameters).near_breach_minutes)
    rows = Case.objects.filter(UNDONE).order_by().values(name=F("department__name")).annotate(
        cases=Count("pk"),
        unowned=Count("pk", filter=Q(owner__isnull=True)),
        pressing=Count("pk", filter=Q(first_due_at__lte=near)),
        earliest=Min("first_due_at"),
    )  # fmt: skip
    found = [
        Heap(
            row["name"] or "",
            row["cases"],
            row["unowned"],
            row["pressing"],
            row["earliest"] if row["earliest"] < NO_DEADLINE else None,
        )
        for row in rows
    ]
    return sorted(found, key=lambda heap: (heap.earliest or NO_DEADLINE, heap.department))


def _today(midnight: dt.datetime) -> Today:
    return Today(
        opened=Case.objects.filter(opened_at__gte=midnight).count(),
        resolved=Case.objects.filter(resolved_at__gte=midnight).count(),
        warned=CaseClock.objects.filter(warned_at__gte=midnight).count(),
        missed=CaseClock.objects.filter(breached_at__gte=midnight).count(),
    )


def _hours(midnight: dt.datetime, moment: dt.datetime) -> list[Hour]:
    """Every hour of today so far."""
    opened = _by_hour(Case.objects.filter(opened_at__gte=midnight), "opened_at")
    resolved = _by_hour(Case.objects.filter(resolved_at__gte=midnight), "resolved_at")
    last = moment.astimezone(clock.zone()).hour
    return [Hour(hour, opened.get(hour, 0), resolved.get(hour, 0)) for hour in range(last + 1)]


def _by_hour(rows: QuerySet[Case], field: str) -> Mapping[int, int]:
    hours = rows.order_by().annotate(hour=TruncHour(field, tzinfo=clock.zone())).values_list("hour")
    return {hour.astimezone(clock.zone()).hour: count for hour, count in hours.annotate(n=Count("pk"))}
