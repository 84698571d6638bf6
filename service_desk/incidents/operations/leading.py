"""Leading an incident: who leads, how grave it is, how it stands, what was done (SVC-16 · D12)."""

import datetime as dt

from django.db import transaction

from core import audit, clock, parameters
from core.models import User
from core.refusals import Refusal
from service_desk.incidents.models import EmergencyPlan, Incident, IncidentCall, IncidentEntry, IncidentStep
from service_desk.incidents.operations import announcing, calling, entries, holding
from service_desk.incidents.policy import states
from service_desk.incidents.policy.parameters import IncidentParameters
from service_desk.incidents.policy.states import State

Kind = IncidentEntry.Kind
MOMENT = {State.CONTAINED: "contained_at", State.RESOLVED: "resolved_at", State.CLOSED: "closed_at"}


@transaction.atomic
def take_over(incident: Incident, *, by: User) -> Incident:
    """SVC-16 · D12 — lead it from now on, which answers the contact chain too. A repeat changes nothing.

    Refuses whoever was neither called nor may lead.
    """
    incident, now = holding.held(incident), clock.now()
    if not (holding.may_lead(incident, by) or holding.was_called(incident, by)):
        raise Refusal("not_permitted", status=403)
    holding.require_not_closed(incident)
    if incident.commander_id == by.pk:
        return incident
    before = incident.commander
    incident.commander = by
    incident.save(update_fields=["commander"])
    IncidentCall.objects.filter(incident=incident, person=by, acknowledged_at__isnull=True).update(acknowledged_at=now)
    calling.answer(incident, now=now)
    entries.write(incident, Kind.LEADS, by=by, before=str(before) if before else "")
    details = {"before": before.pk if before else None, "after": by.pk}
    audit.record("service_desk.incident.take_over", subject=incident, actor=by, details=details)
    return incident


@transaction.atomic
def change_severity(incident: Incident, severity: int, *, reason: str, by: User) -> Incident:
    """SVC-16 · D12 — graver or less grave than thought, with the reason; graver calls the chain of the new severity."""
    incident, now = holding.held(incident), clock.now()
    holding.require_lead(incident, by)
    if not incident.is_going_on:
        raise Refusal("incident_not_so")
    states.check_severity(incident.severity, severity)
    if not reason.strip():
        raise Refusal("reason_needed")
    before, incident.severity = incident.severity, severity
    incident.worst = min(incident.worst, severity)
    incident.save(update_fields=["severity", "worst"])
    entries.write(incident, Kind.SEVERITY, text=reason, by=by, before=before, after=severity)
    details = {"before": before, "after": severity}
    audit.record("service_desk.incident.severity", subject=incident, actor=by, reason=reason, details=details)
    if states.is_raised(before, severity):
        incident.call_round += 1
        calling.begin(incident, now=now)
    return incident


@transaction.atomic
def move(incident: Incident, after: State, *, text: str, by: User) -> Incident:
    """SVC-16 · D12 — contained, resolved, open again, or closed, in the words of whoever leads.

    Resolved: the announcement to members is taken back, and the chain rests. Refuses to close what owes a review.
    """
    incident, now = holding.held(incident), clock.now()
    holding.require_lead(incident, by)
    states.check_move(State(incident.state), after)
    if not text.strip():
        raise Refusal("incident_needs_words")
    if after is State.CLOSED:
        up_to = parameters.in_force(IncidentParameters).review_up_to
        if hasattr(incident, "review") or (states.needs_review(incident.worst, up_to=up_to) and not incident.is_drill):
            raise Refusal("incident_owes_review")
        _require_reported(incident)
    settle(incident, after, now=now, text=text, by=by)
    return incident


def settle(incident: Incident, after: State, *, now: dt.datetime, text: str, by: User | None) -> None:
    """What every move writes; the caller holds the incident and has asked the rule."""
    before, incident.state = incident.state, after.value
    for state, name in MOMENT.items():
        if state is after:
            setattr(incident, name, now)
    if after is State.RESOLVED and incident.contained_at is None:
        incident.contained_at = now
    if after is State.OPEN:
        incident.contained_at = incident.resolved_at = None
    if after is State.RESOLVED:
        incident.next_call_at = None
        announcing.end(incident, by=by)
        if incident.is_drill:
            EmergencyPlan.objects.filter(pk=incident.kind_id).update(drilled_on=clock.day_of(now))
    incident.save(update_fields=["state", "contained_at", "resolved_at", "closed_at", "next_call_at"])
    entries.write(incident, Kind.STATE, text=text, by=by, before=before, after=after.value)
    details = {"before": before, "after": after.value}
    audit.record("service_desk.incident.move", subject=incident, actor=by, details=details)
    if after is State.OPEN and incident.answered_at is None:
        calling.call([incident], now=now)


def _require_reported(incident: Incident) -> None:
    if incident.report_due_at is not None and incident.reported_at is None:
        raise Refusal("incident_owes_report")


@transaction.atomic
def note(incident: Incident, *, kind: str, text: str, at: dt.datetime | None, by: User) -> IncidentEntry:
    """SVC-16 · D12 — a note, a call or a decision on the time line, at the moment it happened."""
    incident = holding.held(incident)
    holding.require_work(incident, by)
    holding.require_not_closed(incident)
    if not text.strip():
        raise Refusal("incident_needs_words")
    if kind not in entries.WRITTEN:
        raise Refusal("incident_not_so")
    row = entries.write(incident, kind, text=text, by=by, at=at)
    audit.record("service_desk.incident.note", subject=incident, actor=by, details={"kind": kind})
    return row


@transaction.atomic
def tick(step: IncidentStep, *, by: User) -> IncidentStep:
    """SVC-16 · D12 — a step of the plan is done. A repeat changes nothing."""
    incident = holding.held(step.incident)
    holding.require_work(incident, by)
    holding.require_not_closed(incident)
    row = IncidentStep.objects.select_for_update(of=("self",)).get(pk=step.pk)
    if row.done_at is None:
        row.done_at, row.done_by = clock.now(), by
        row.save(update_fields=["done_at", "done_by"])
        entries.write(incident, Kind.STEP, text=row.text, by=by, late=row.done_at > row.due_at)
        audit.record("service_desk.incident.tick", subject=incident, actor=by, details={"step": row.position})
    return row


@transaction.atomic
def report(incident: Incident, *, authority: str, reference: str, text: str, at: dt.datetime, by: User) -> Incident:
    """SVC-16 · D12 — that the authority was told of a breach of personal data: when, whom, under which reference, what.

    Refuses what owes no report, and a second one: what is added later is a note.
    """
    incident = holding.held(incident)
    holding.require_lead(incident, by)
    if incident.report_due_at is None or incident.reported_at is not None:
        raise Refusal("incident_not_so")
    if not text.strip() or not authority.strip():
        raise Refusal("incident_needs_words")
    entries.write(incident, Kind.REPORTED, text=text, by=by, at=at, authority=authority, reference=reference)
    incident.reported_at = at
    incident.save(update_fields=["reported_at"])
    details = {"authority": authority, "reference": reference, "in_time": at <= incident.report_due_at}
    audit.record("service_desk.incident.report", subject=incident, actor=by, details=details)
    return incident
