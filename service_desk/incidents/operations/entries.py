"""The time line of an incident: what happened, when, and when it was written (SVC-16 · D12)."""

import datetime as dt
from typing import Any

from core import clock
from core.models import User
from core.refusals import Refusal
from service_desk.incidents.models import Incident, IncidentEntry

Kind = IncidentEntry.Kind
WRITTEN = (Kind.NOTE, Kind.CALL, Kind.DECISION)
"""What colleagues write themselves; the other lines are written with what they tell of."""


def write(
    incident: Incident, kind: str, *, text: str = "", by: User | None = None, at: dt.datetime | None = None, **data: Any
) -> IncidentEntry:
    """A line of the time line, in the transaction of what it tells. Refuses what is said to happen later than now."""
    now = clock.now()
    if at is not None and at > now:
        raise Refusal("incident_moment_to_come")
    return IncidentEntry.objects.create(
        incident=incident, kind=kind, text=text.strip()[:4_000], data=data, by=by, happened_at=at or now, written_at=now
    )
