"""Cases that belong to an incident (SVC-16 · D12)."""

from collections.abc import Sequence

from django.db import transaction

from core import access, audit
from core.models import User
from core.refusals import Refusal
from service_desk.incidents.models import Incident, IncidentCase, IncidentEntry
from service_desk.incidents.operations import entries, holding
from service_desk.models import Case
from service_desk.operations.holding import HANDLE


@transaction.atomic
def link(incident: Incident, cases: Sequence[int], *, by: User) -> int:
    """SVC-16 · D12 — these cases belong to it; returns how many were new. Those of another incident are left there.

    Refuses a drill, and what is closed.
    """
    access.require(by, HANDLE)
    return join(holding.held(incident), cases, by=by)


def join(incident: Incident, cases: Sequence[int], *, by: User) -> int:
    """The same for an incident that the caller holds; whoever declares one from a case may do it with that case."""
    if incident.is_drill:
        raise Refusal("drill_touches_nobody")
    holding.require_not_closed(incident)
    known = IncidentCase.objects.filter(case__in=list(cases)).values("case")
    fresh = list(Case.objects.filter(pk__in=list(cases)).exclude(pk__in=known).order_by("pk"))
    made = IncidentCase.objects.bulk_create(
        [IncidentCase(incident=incident, case=case, by=by) for case in fresh], ignore_conflicts=True
    )
    if made:
        numbers = [case.number for case in fresh]
        entries.write(incident, IncidentEntry.Kind.CASES, by=by, numbers=numbers[:20], count=len(numbers))
        audit.record("service_desk.incident.link", subject=incident, actor=by, details={"cases": numbers[:200]})
    return len(made)


@transaction.atomic
def unlink(incident: Incident, case: Case, *, by: User) -> None:
    """It was something else after all. A repeat changes nothing."""
    access.require(by, HANDLE)
    incident = holding.held(incident)
    holding.require_not_closed(incident)
    gone, _ = IncidentCase.objects.filter(incident=incident, case=case).delete()
    if gone:
        entries.write(incident, IncidentEntry.Kind.CASES, by=by, numbers=[case.number], count=-1)
        audit.record("service_desk.incident.unlink", subject=incident, actor=by, details={"cases": [case.number]})
