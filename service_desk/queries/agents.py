"""Who is on duty, with what skills and how much to do (SVC-02 · A6.2.2)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from core import access, clock, parameters
from core.models import User
from loyalty.models import Adviser
from members.models import Member
from service_desk.models import AgentProfile, Case
from service_desk.policy import states
from service_desk.policy.parameters import ServiceDeskParameters
from service_desk.policy.routing import Agent

HANDLE = "service_desk.handle_case"
UNDONE = [str(state) for state in states.UNDONE]
WORKED_ON = [str(state) for state in states.WORKED_ON]


def on_duty(*, but: Iterable[int] = ()) -> list[Agent]:
    """SVC-02 · A6.2.2 — the agents on duty who may handle cases, with their load: two queries."""
    profiles = AgentProfile.objects.filter(is_on_duty=True, user__in=access.holders(HANDLE)).exclude(user__in=list(but))
    rows = list(profiles.prefetch_related("skills").order_by("user_id"))
    loads = load_of(row.user_id for row in rows)
    return [
        Agent(
            pk=row.user_id,
            skills=frozenset(skill.pk for skill in row.skills.all()),
            languages=frozenset(row.languages),
            load=loads.get(row.user_id, 0),
            capacity=row.capacity,
        )
        for row in rows
    ]


def load_of(users: Iterable[int]) -> dict[int, int]:
    """SVC-02 · A6.2.2 — how many cases each of them has to do something about."""
    rows = Case.objects.filter(owner__in=list(users), state__in=WORKED_ON).order_by()
    return dict(rows.values_list("owner").annotate(n=Count("pk")))


def kin_of(member: Member | None) -> list[int]:
    """SVC-02 · D8 — the log-ins of the member and her household: none of them handles her case."""
    if member is None:
        return []
    home = Q(household=member.household_id) if member.household_id else Q()
    rows = Member.objects.filter(Q(pk=member.pk) | home, user__isnull=False)
    return [pk for pk in rows.values_list("user", flat=True) if pk is not None]


def adviser_of(member: Member | None) -> int | None:
    """LOY-15 · C7.2 — the colleague who looks after a member of the highest tiers."""
    if member is None:
        return None
    return Adviser.objects.filter(pk=member.pk).values_list("person", flat=True).first()


@dataclass(frozen=True)
class Workload:
    """How much somebody has: what he must do, what waits for members, what is near its deadline."""

    user: User
    capacity: int
    is_on_duty: bool
    working: int
    waiting: int
    due: int


def workloads() -> list[Workload]:
    """SVC-02 · A6.2.2 — every agent with his open cases, the fullest first: two queries."""
    profiles = AgentProfile.objects.filter(user__is_active=True).select_related("user").order_by("user_id")
    near = clock.now() + dt.timedelta(minutes=parameters.in_force(ServiceDeskParameters).near_breach_minutes)
    rows = Case.objects.filter(owner__in=profiles.values("user"), state__in=UNDONE).order_by().values("owner")
    counted = {
        row["owner"]: row
        for row in rows.annotate(
            working=Count("pk", filter=Q(state__in=WORKED_ON)),
            waiting=Count("pk", filter=~Q(state__in=WORKED_ON)),
            due=Count("pk", filter=Q(first_due_at__lte=near)),
        )
    }
    nothing = {"working": 0, "waiting": 0, "due": 0}
    found = []
    for one in profiles:
        counts = counted.get(one.user_id, nothing)
        found.append(
            Workload(one.user, one.capacity, one.is_on_duty, counts["working"], counts["waiting"], counts["due"])
        )
    return sorted(found, key=lambda one: (-one.working / one.capacity, one.user.pk))
