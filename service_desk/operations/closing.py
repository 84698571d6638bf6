"""Resolved cases are closed when nobody has written for some days (SVC-04 · D6.3): for the sweep, a batch at a time."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, QuerySet

from core import audit, clock, parameters
from service_desk.models import Case, CaseEvent
from service_desk.operations import complaint_files
from service_desk.policy.codes import Happening
from service_desk.policy.parameters import ServiceDeskParameters
from service_desk.policy.states import State


def due(on: dt.datetime | None = None) -> QuerySet[Case]:
    """SVC-04, SVC-05 · D6.2, D6.3 — cases that were resolved long enough ago; of complaints those with finding and cause."""
    days = parameters.in_force(ServiceDeskParameters).close_after_days
    rows = Case.objects.filter(state=State.RESOLVED, resolved_at__lte=(on or clock.now()) - dt.timedelta(days=days))
    return rows.exclude(complaint_files.UNREADY)


@transaction.atomic
def close(pks: Sequence[int]) -> int:
    """SVC-04 · D6.3 — close these, as far as they are still due; their clocks have stopped already."""
    now = clock.now()
    rows = list(due(now).select_for_update(of=("self",)).filter(pk__among=list(pks)).order_by("pk"))
    CaseEvent.objects.bulk_create(
        [CaseEvent(case=row, kind=Happening.STATE, before=State.RESOLVED, after=State.CLOSED, at=now) for row in rows],
        batch_size=1_000,
    )
    keys = [row.pk for row in rows]
    Case.objects.filter(pk__among=keys).update(state=State.CLOSED, closed_at=now, version=F("version") + 1)
    complaint_files.closed(keys)
    if rows:
        audit.record(
            "service_desk.case.close_many", subject="service_desk.case", details={"cases": [row.number for row in rows]}
        )
    return len(rows)
