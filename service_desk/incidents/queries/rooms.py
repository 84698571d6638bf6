"""One incident with everything its page shows, and which incidents somebody may look at (SVC-16 · D12)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from core import access, clock
from core.models import User
from service_desk.incidents.models import (
    Incident,
    IncidentCall,
    IncidentCase,
    IncidentEntry,
    IncidentStep,
    IncidentTelling,
)
from service_desk.incidents.models.incidents import IncidentQuerySet
from service_desk.incidents.policy import chain, states
from service_desk.incidents.policy.chain import Call
from service_desk.incidents.policy.states import Interval
from service_desk.incidents.queries import chains
from service_desk.models import Case

SEE = "service_desk.view_incident"
MOST = 500
SHOWN_CASES = 50


def visible_to(user: User) -> IncidentQuerySet:
    """All with the right, else those that somebody declared, leads or was called in."""
    rows = Incident.objects.all()
    if access.allows(user, SEE):
        return rows
    called = IncidentCall.objects.filter(person=user).values("incident")
    return rows.filter(Q(declared_by=user) | Q(commander=user) | Q(pk__in=called))


def unanswered_by(user: User) -> QuerySet[Incident]:
    """What goes on, to which somebody was called and has not answered."""
    called = IncidentCall.objects.filter(person=user, acknowledged_at__isnull=True).values("incident")
    return Incident.objects.going_on().filter(pk__in=called, answered_at__isnull=True)


def led_by(user: User) -> QuerySet[Incident]:
    """What somebody leads, until it is closed."""
    return Incident.objects.filter(commander=user).exclude(state=Incident.State.CLOSED)


def to_report(_user: User) -> QuerySet[Incident]:
    """Breaches of personal data of which the authority was not told yet."""
    return Incident.objects.filter(report_due_at__isnull=False, reported_at__isnull=True)


@dataclass(frozen=True)
class Rung:
    """A level of the chain as the page shows it: whom it calls, when its turn is, who was called and who answered."""

    call: Call
    people: list[User]
    calls: list[IncidentCall]
    was_called: bool

    @property
    def is_answered(self) -> bool:
        return any(one.acknowledged_at for one in self.calls)


@dataclass(frozen=True)
class Room:
    """Everything about an incident."""

    incident: Incident
    entries: list[IncidentEntry]
    steps: list[IncidentStep]
    rungs: list[Rung]
    earlier: list[IncidentCall]
    tellings: list[IncidentTelling]
    links: list[IncidentCase]
    case_count: int
    now: dt.datetime

    @property
    def done(self) -> int:
        return sum(step.done_at is not None for step in self.steps)

    @property
    def overdue(self) -> list[IncidentStep]:
        return [step for step in self.steps if step.done_at is None and step.due_at < self.now]

    @property
    def told(self) -> int:
        """Members written to, over all messages."""
        return sum(one.told for one in self.tellings)

    @property
    def is_unheard(self) -> bool:
        """It goes on, and nobody has answered."""
        return self.incident.is_going_on and self.incident.answered_at is None


def room(row: Incident) -> Room:
    """SVC-16 · D12 — a constant number of statements, however much there is."""
    links = row.links.select_related("case", "case__category").order_by("-pk")
    calls = list(row.calls.select_related("person").order_by("round", "level", "person__display_name")[:MOST])
    return Room(
        incident=row,
        entries=list(row.entries.select_related("by").order_by("-happened_at", "-pk")[:MOST]),
        steps=list(row.steps.select_related("post", "done_by")[:MOST]),
        rungs=_rungs(row, calls),
        earlier=[one for one in calls if one.round != row.call_round],
        tellings=list(row.tellings.select_related("made_by", "approval")[:MOST]),
        links=list(links[:SHOWN_CASES]),
        case_count=row.links.count(),
        now=clock.now(),
    )


def _rungs(row: Incident, calls: list[IncidentCall]) -> list[Rung]:
    """The chain as it stands now; what has been called is shown as it was called."""
    levels = chains.levels([row])[row.pk]
    people = User.objects.in_bulk({key for level in levels for key in level.people})
    mine = [one for one in calls if one.round == row.call_round]
    reached = max((one.level for one in mine), default=0)
    return [
        Rung(
            call=turn,
            people=sorted((people[key] for key in turn.level.people if key in people), key=str),
            calls=[one for one in mine if one.level == turn.level.number],
            was_called=turn.level.number <= reached,
        )
        for turn in chain.turns(levels, begun_at=row.called_since_at)
    ]


def measured(row: Incident) -> list[Interval]:
    """SVC-16 · D12 — how long each stretch took, from the moment it was noticed."""
    return states.intervals(
        [
            ("noticed", row.since_at),
            ("declared", row.declared_at),
            ("acknowledged", row.acknowledged_at),
            ("contained", row.contained_at),
            ("resolved", row.resolved_at),
            ("told", row.told_at),
        ]
    )


def around(case: Case, user: User) -> QuerySet[Incident]:
    """The incident that a case belongs to (`is_its_own`), and those that go on, which it could belong to."""
    its_own = Exists(IncidentCase.objects.filter(case=case, incident=OuterRef("pk")))
    going_on = Q(pk__in=visible_to(user).going_on().filter(is_drill=False).values("pk"))
    rows = Incident.objects.annotate(is_its_own=its_own)
    return rows.filter(Q(is_its_own=True) | going_on).order_by("-pk")[:SHOWN_CASES]
