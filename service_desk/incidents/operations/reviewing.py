"""After an incident: what happened, why, what is done about it, agreed by somebody who did not lead (SVC-16 · D12)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from core import access, approvals, audit, clock
from core.models import Approval, Department, User
from core.refusals import Refusal
from service_desk.incidents.models import Incident, IncidentEntry, IncidentMeasure, IncidentReview
from service_desk.incidents.operations import entries, holding, leading
from service_desk.incidents.policy.states import State
from service_desk.quality.operations import planning
from service_desk.quality.operations.planning import Order

KIND = "service_desk.incident_review"
DECIDE = "service_desk.decide_incidentreview"
WORDS = ("happened", "causes", "went_well", "went_badly")


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What shall keep it from happening again."""

    title: str
    department: Department
    due_on: dt.date
    owner: User | None = None


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What a review says."""

    happened: str
    causes: str
    went_well: str = ""
    went_badly: str = ""
    measures: Sequence[Measure] = ()


@transaction.atomic
def write(incident: Incident, learned: Learned, *, by: User) -> IncidentReview:
    """SVC-16 · D12 — the review as far as it goes. Refuses while the incident goes on, and what waits or is agreed."""
    incident = holding.held(incident)
    holding.require_lead(incident, by)
    if incident.state != Incident.State.RESOLVED:
        raise Refusal("incident_not_so")
    row = _draft(incident) or IncidentReview(incident=incident)
    for name in WORDS:
        setattr(row, name, getattr(learned, name).strip()[:10_000])
    if not row.happened or not row.causes:
        raise Refusal("review_needs_words")
    row.written_by, row.written_at = by, clock.now()
    row.save()
    row.measures.all().delete()
    IncidentMeasure.objects.bulk_create(
        IncidentMeasure(
            review=row, position=place, title=one.title.strip()[:120], department=one.department, owner=one.owner,
            due_on=one.due_on,
        )
        for place, one in enumerate(learned.measures, start=1)
    )  # fmt: skip
    details = {"measures": len(learned.measures)}
    audit.record("service_desk.incident.write_review", subject=incident, actor=by, details=details)
    return row


@transaction.atomic
def submit(incident: Incident, *, by: User) -> Approval:
    """SVC-16 · D12 — ask somebody who did not lead to agree; agreed, the incident is closed and each measure is a task.

    Refuses while a report to the authority is owed, and whoever may ask nobody for a task.
    """
    incident = holding.held(incident)
    holding.require_lead(incident, by)
    row = _draft(incident)
    if row is None:
        raise Refusal("review_needs_words")
    if incident.report_due_at is not None and incident.reported_at is None:
        raise Refusal("incident_owes_report")
    measures = list(row.measures.all())
    if measures:
        access.require(by, planning.ASK)
    after = {name: getattr(row, name) for name in WORDS} | {"measures": [one.title for one in measures]}
    row.approval = approvals.request(
        KIND, subject=row, title=f"{incident.number}: {incident.what}"[:200], before={}, after=after,
        reason=f"{incident.number}: {incident.what}", author=by,
    )  # fmt: skip
    row.state = IncidentReview.State.WAITING
    row.save(update_fields=["state", "approval"])
    entries.write(incident, IncidentEntry.Kind.REVIEW, by=by, agreed=False)
    return row.approval


def approve(approval: Approval) -> None:
    """What the decision does. Refuses whoever led the incident, though somebody else asked."""
    row, now = of(approval), clock.now()
    incident = holding.held(row.incident)
    if approval.decided_by_id == incident.commander_id:
        raise Refusal("review_by_who_led", status=403)
    row.state, row.agreed_at = IncidentReview.State.AGREED, now
    row.save(update_fields=["state", "agreed_at"])
    for one in row.measures.select_related("department", "owner"):
        one.task = planning.ask(_order(one, incident), by=approval.author)
        one.save(update_fields=["task"])
    entries.write(incident, IncidentEntry.Kind.REVIEW, by=approval.decided_by, agreed=True)
    leading.settle(incident, State.CLOSED, now=now, text="", by=approval.decided_by)


def take_back(approval: Approval) -> None:
    """Rejected or withdrawn: it is a draft again, to be mended."""
    row = of(approval)
    row.state, row.approval = IncidentReview.State.DRAFT, None
    row.save(update_fields=["state", "approval"])


def of(approval: Approval) -> IncidentReview:
    """The review that a request is about, held."""
    rows = IncidentReview.objects.select_for_update(of=("self",)).select_related("incident")
    return rows.get(approval=approval)


def _draft(incident: Incident) -> IncidentReview | None:
    row = IncidentReview.objects.select_for_update(of=("self",)).filter(incident=incident).first()
    if row is not None and row.state != IncidentReview.State.DRAFT:
        raise Refusal("review_waits")
    return row


def _order(one: IncidentMeasure, incident: Incident) -> Order:
    """A measure whose day has passed meanwhile is due today."""
    today = clock.today()
    return Order(
        title=one.title, detail=f"{incident.number}: {incident.what}", department=one.department, owner=one.owner,
        starts_on=today, due_on=max(one.due_on, today),
    )  # fmt: skip
