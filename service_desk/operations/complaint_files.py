"""The file that every complaint has (SVC-04 · D6.1, D6.2): begun when a case is opened as one or becomes one, asked before it
is closed. Called where a case is opened, classified and closed; the case is held there."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q

from core import clock, parameters
from core.models import User
from core.refusals import Refusal
from core.rules import RuleBroken
from service_desk.models import Case, Compensation, Complaint
from service_desk.operations import complaint_letters, history
from service_desk.policy import complaints
from service_desk.policy.codes import Happening, Kind
from service_desk.policy.parameters_complaints import ComplaintParameters

UNREADY = Q(kind=Kind.COMPLAINT) & (
    Q(complaint__finding="")
    | Q(complaint__cause__isnull=True)
    | Q(compensations__state__in=[Compensation.State.WAITING, Compensation.State.AT_FINANCE])
)
"""Complaints that cannot be closed yet, as a condition on cases."""


def opened(case: Case) -> None:
    """SVC-04 · D6.1 — a case was opened as a complaint; that we have it is told as for every case."""
    if case.kind == Kind.COMPLAINT:
        Complaint.objects.create(case=case, began_at=case.opened_at)


def classified(case: Case, *, before: str, by: User) -> None:
    """SVC-04 · D6.1 — a case became a complaint, which the member is told, or is none any longer.

    Refuses to take a complaint back for which something was given or waits (`complaint_compensated`).
    """
    if case.kind == before:
        return
    if case.kind == Kind.COMPLAINT:
        Complaint.objects.get_or_create(case=case)
        if complaint_letters.acknowledged(case):
            history.note(case, Happening.ACKNOWLEDGED, by=by)
    elif before == Kind.COMPLAINT and case.compensations.filter(state__in=Compensation.COUNTED).exists():
        raise Refusal("complaint_compensated")


def refuse_unready(case: Case) -> None:
    """SVC-04, SVC-05 · D6.2, D6.3 — a complaint is closed with finding and cause, and with nothing undecided."""
    if case.kind != Kind.COMPLAINT:
        return
    row = Complaint.objects.get(pk=case.pk)
    waits = case.compensations.filter(state__in=[Compensation.State.WAITING, Compensation.State.AT_FINANCE])
    complaints.check_closing(has_finding=bool(row.finding), has_cause=row.cause_id is not None, waits=waits.exists())


def may_be_closed(case: Case) -> bool:
    """SVC-04, SVC-05 · D6.2, D6.3 — whether nothing of a complaint is left to be said; of any other case always."""
    try:
        refuse_unready(case)
    except RuleBroken:
        return False
    return True


def closed(cases: Sequence[int]) -> None:
    """SVC-04 · D6.2.4 — these cases were closed: whoever complained is asked some days later whether she is satisfied."""
    days = parameters.in_force(ComplaintParameters).follow_up_days
    rows = Complaint.objects.filter(pk__in=cases, case__kind=Kind.COMPLAINT)
    rows.update(follow_up_due_at=clock.now() + dt.timedelta(days=days))
