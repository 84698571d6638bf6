"""The contact chain: levels called in their turn, and stopped by the first answer (SVC-16 · D12)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from django.db import transaction
from django.urls import reverse

from core import audit, clock
from core.messaging import outbox
from core.models import User
from core.refusals import Refusal
from service_desk.incidents.models import Incident, IncidentCall, IncidentEntry
from service_desk.incidents.operations import entries, holding
from service_desk.incidents.policy import chain
from service_desk.incidents.policy.chain import Call, Level
from service_desk.incidents.queries import chains

EVENT = "incident.called"
STAMPS = ["next_call_at"]


@transaction.atomic
def call_due(keys: Sequence[int]) -> int:
    """SVC-16 · D12 — call every level of these incidents whose turn has come; returns how many levels were called.

    A second run, at once or later, calls nobody twice; after a standstill everything missed is made up for.
    """
    rows = Incident.objects.select_for_update(of=("self",)).filter(pk__in=list(keys)).order_by("pk")
    return call(list(rows.select_related("kind")), now=clock.now())


def call(incidents: Sequence[Incident], *, now: dt.datetime) -> int:
    """The same for incidents that the caller holds."""
    found = chains.levels(incidents)
    called = _called(incidents)
    due: list[tuple[Incident, Call]] = []
    for row in incidents:
        begun_at, answered_at = row.called_since_at, row.answered_at if row.is_going_on else now
        levels, known = found[row.pk], called[row.pk]
        turns = chain.due(levels, begun_at=begun_at, called=known, acknowledged_at=answered_at, now=now)
        due += [(row, turn) for turn in turns]
        known |= {turn.level.number for turn in turns}
        row.next_call_at = chain.next_turn(levels, begun_at=begun_at, called=known, acknowledged_at=answered_at)
    _write(due, found, now=now)
    Incident.objects.bulk_update(incidents, STAMPS)
    return len(due)


def begin(incident: Incident, *, now: dt.datetime) -> None:
    """A new round of calls: the chain of the severity as it is from now on, from its first level."""
    incident.called_since_at, incident.answered_at = now, None
    incident.save(update_fields=["call_round", "called_since_at", "answered_at"])
    call([incident], now=now)


@transaction.atomic
def acknowledge(incident: Incident, *, by: User) -> Incident:
    """SVC-16 · D12 — “I have seen it and I see to it”: the chain calls nobody further. A repeat changes nothing.

    Refuses whoever was not called.
    """
    incident, now = holding.held(incident), clock.now()
    calls = IncidentCall.objects.filter(incident=incident, person=by)
    if not calls.exists():
        raise Refusal("incident_not_called", status=403)
    if not calls.filter(acknowledged_at__isnull=True).update(acknowledged_at=now):
        return incident
    answer(incident, now=now)
    entries.write(incident, IncidentEntry.Kind.ANSWERED, by=by)
    audit.record("service_desk.incident.acknowledge", subject=incident, actor=by)
    return incident


def answer(incident: Incident, *, now: dt.datetime) -> None:
    """Somebody sees to it: this round is answered."""
    incident.answered_at = incident.answered_at or now
    incident.acknowledged_at = incident.acknowledged_at or now
    incident.next_call_at = None
    incident.save(update_fields=["answered_at", "acknowledged_at", "next_call_at"])


def _called(incidents: Collection[Incident]) -> Mapping[int, set[int]]:
    """Incident → the levels that its present round has called, staffed or not."""
    rounds = {row.pk: row.call_round for row in incidents}
    found: dict[int, set[int]] = defaultdict(set)
    lines = IncidentEntry.objects.filter(incident__in=list(rounds), kind=IncidentEntry.Kind.CALLED)
    for incident, data in lines.values_list("incident", "data"):
        if data.get("round") == rounds[incident]:
            found[incident].add(data["level"])
    return found


def _write(due: Sequence[tuple[Incident, Call]], chains_of: Mapping[int, list[Level]], *, now: dt.datetime) -> None:
    if not due:
        return
    everybody = {key for _row, turn in due for key in turn.level.people}
    people = User.objects.in_bulk(everybody)
    IncidentEntry.objects.bulk_create(
        _line(row, turn, people, last=chains_of[row.pk][-1], now=now) for row, turn in due
    )
    IncidentCall.objects.bulk_create(
        IncidentCall(incident=row, round=row.call_round, level=turn.level.number, person_id=key, called_at=now)
        for row, turn in due
        for key in sorted(turn.level.people)
    )
    outbox.send_many(_drafts(due, people))
    for row, turn in due:
        details = {"round": row.call_round, "level": turn.level.number, "people": sorted(turn.level.people)}
        audit.record("service_desk.incident.call", subject=row, details=details)


def _line(row: Incident, turn: Call, people: Mapping[int, User], *, last: Level, now: dt.datetime) -> IncidentEntry:
    """What the time line says of a level: its names, and that everybody who may lead is called."""
    data = {
        "round": row.call_round,
        "level": turn.level.number,
        "people": [str(people[key]) for key in sorted(turn.level.people) if key in people],
        "all": turn.level.number == last.number,
    }
    return IncidentEntry(incident=row, kind=IncidentEntry.Kind.CALLED, data=data, happened_at=now, written_at=now)


def _drafts(due: Sequence[tuple[Incident, Call]], people: Mapping[int, User]) -> Iterator[outbox.Draft]:
    """A letter to each person of a level; who stands at two levels of a round is written to at each."""
    for row, turn in due:
        for key in sorted(turn.level.people):
            yield outbox.Draft(
                event=EVENT,
                key=f"{row.pk}:{row.call_round}:{turn.level.number}:{key}",
                to=people[key],
                context={
                    "number": row.number,
                    "what": row.what,
                    "severity": row.severity,
                    "drill": row.is_drill,
                    "level": turn.level.number,
                },
                link=reverse("admin:service_desk_incident_change", args=[row.pk]),
            )
