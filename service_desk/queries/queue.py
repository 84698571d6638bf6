"""The queue (SVC-01, SVC-02, LOY-15 · A6.2, B8.3): the earliest deadline first, then the higher tier, then the older case.

A page asks three queries, however many cases there are: its rows by an index in this very order, their clocks, and who has
them open. It goes on behind its last row, so that page a hundred costs what page one does.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.dateparse import parse_datetime

from core import clock, parameters, worklists
from core.models import Department, User
from service_desk.models import Case, CaseClock, CaseViewing, Follower
from service_desk.models.cases import QUEUE, UNDONE
from service_desk.policy.parameters import ServiceDeskParameters
from service_desk.queries import finding

SHOWN = 50
_LOOKED_AT = ("category", "member", "owner", "department", "store", "skill")


@dataclass(frozen=True)
class Page:
    """Some cases of a queue, and where the next page begins; empty on the last one."""

    rows: list[Case]
    next: str


def undone() -> QuerySet[Case]:
    """SVC-02 · A6.2.2 — every case that somebody still has something to do, or to wait for."""
    return Case.objects.filter(UNDONE)


def mine(user: User) -> QuerySet[Case]:
    return undone().filter(owner=user)


def nobodys() -> QuerySet[Case]:
    """SVC-02 · A6.2.2 — what waits for somebody to take it."""
    return undone().filter(owner__isnull=True)


def for_me(user: User) -> QuerySet[Case]:
    """SVC-02 · A6.2.2 — of nobody's cases those that ask for a skill of mine, or for none."""
    known = list(user.agent.skills.values_list("pk", flat=True)) if hasattr(user, "agent") else []
    return nobodys().filter(Q(skill__isnull=True) | Q(skill__in=known))


def of_department(department: Department) -> QuerySet[Case]:
    return undone().filter(department=department)


def followed(user: User) -> QuerySet[Case]:
    return undone().filter(Exists(Follower.objects.filter(case=OuterRef("pk"), user=user)))


def near_breach(*, now: dt.datetime | None = None) -> QuerySet[Case]:
    """SVC-03 · D4.3.2 — whose next deadline is near or has passed."""
    minutes = parameters.in_force(ServiceDeskParameters).near_breach_minutes
    return undone().filter(first_due_at__lte=(now or clock.now()) + dt.timedelta(minutes=minutes))


def page(rows: QuerySet[Case], *, after: str = "", limit: int = SHOWN) -> Page:
    """SVC-01, LOY-15 · A6.2, B8.3 — a page of a queue in the order of work. `after` is the `next` of the page before;
    one that cannot be read begins anew."""
    if (place := _read(after)) is not None:
        rows = rows.filter(_behind(*place))
    found = list(in_full(rows).order_by(*QUEUE)[: limit + 1])
    first = found[:limit]
    return Page(first, _written(first[-1]) if len(found) > limit else "")


def shown(pks: Sequence[int]) -> list[Case]:
    """SVC-01 · A6.2 — these cases in this order, with what a page of them shows: for the results of a search. Three queries."""
    rows = {row.pk: row for row in in_full(Case.objects.filter(pk__in=list(pks)))}
    return [rows[pk] for pk in pks if pk in rows]


def search(term: str, *, before: str = "", limit: int = SHOWN) -> Page:
    """SVC-01 · A6.2.1 — what a search finds, ended or not, the newest first; `before` is the `next` of the page before."""
    place = int(before) if before.isdecimal() and len(before) < 19 else None
    keys = finding.find(term, before=place, limit=limit + 1)
    return Page(shown(keys[:limit]), str(keys[limit - 1]) if len(keys) > limit else "")


def in_full(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with all that a list shows of them: their clocks, and who has them open now. Three queries."""
    seen = clock.now() - dt.timedelta(seconds=parameters.in_force(ServiceDeskParameters).viewing_seconds)
    viewings = CaseViewing.objects.filter(seen_at__gte=seen).select_related("user").order_by("since")
    return rows.select_related(*_LOOKED_AT).prefetch_related(
        Prefetch("clocks", CaseClock.objects.order_by("promise", "round")), Prefetch("viewings", viewings)
    )


def counts(user: User, department: Department | None = None) -> dict[str, int]:
    """SVC-01 · A6.2 — how many cases each queue of an agent has, a thousand and one at most; one statement (two with skills)."""
    lists = {
        "mine": mine(user),
        "for_me": for_me(user),
        "nobodys": nobodys(),
        "near_breach": near_breach(),
        "followed": followed(user),
        "department": of_department(department) if department else Case.objects.none(),
        "all": undone(),
    }
    return dict(zip(lists, worklists.counted(list(lists.values())), strict=True))


def department_of(user: User) -> Department | None:
    """The department somebody works in."""
    return Department.objects.filter(posts__holders__user=user).first()


def _behind(due_at: dt.datetime, rank: int, opened_at: dt.datetime, pk: int) -> Q:
    """Everything that comes later in the order of the queue; the first condition alone lets the index begin there."""
    older = Q(opened_at__gt=opened_at) | Q(opened_at=opened_at, pk__gt=pk)
    same = Q(first_due_at=due_at) & (Q(tier_rank__lt=rank) | (Q(tier_rank=rank) & older))
    return Q(first_due_at__gte=due_at) & (Q(first_due_at__gt=due_at) | same)


def _written(row: Case) -> str:
    return f"{row.first_due_at.isoformat()}~{row.tier_rank}~{row.opened_at.isoformat()}~{row.pk}"


def _read(text: str) -> tuple[dt.datetime, int, dt.datetime, int] | None:
    due, _, rest = text.partition("~")
    rank, _, rest = rest.partition("~")
    opened, _, pk = rest.partition("~")
    try:
        moments: Any = parse_datetime(due), parse_datetime(opened)
    except ValueError:
        return None
    if None in moments or any(one.tzinfo is None for one in moments) or not (rank.isdecimal() and pk.isdecimal()):
        return None
    if len(pk) > 18 or len(rank) > 4:
        return None
    return moments[0], int(rank), moments[1], int(pk)
