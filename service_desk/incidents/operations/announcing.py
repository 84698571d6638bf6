"""While an incident goes on: a notice above the pages of members, and a prepared answer for agents (SVC-16 · D12)."""

from collections.abc import Mapping

from django.db import transaction

from core import audit, clock
from core.models import User
from core.refusals import Refusal
from service_desk.incidents.models import Incident, IncidentEntry
from service_desk.incidents.operations import entries, holding
from service_desk.knowledge.models import Announcement
from service_desk.knowledge.operations import announcements
from service_desk.knowledge.operations.announcements import Notice, Wording


@transaction.atomic
def announce(incident: Incident, wordings: Mapping[str, Wording], *, by: User) -> Announcement:
    """SVC-16 · D12 — ask for a notice above every page of the portal and its help, until the incident is resolved.

    It is published by a second person, as every announcement. Refuses a drill, and a second notice beside a first.
    """
    incident = holding.held(incident)
    holding.require_lead(incident, by)
    if incident.is_drill:
        raise Refusal("drill_touches_nobody")
    if not incident.is_going_on:
        raise Refusal("incident_not_so")
    if incident.announcement is not None and incident.announcement.state != Announcement.State.WITHDRAWN:
        raise Refusal("incident_is_announced")
    notice = Notice(
        kind=Announcement.Kind.NOTICE.value, audience=Announcement.Audience.MEMBERS.value, starts_at=clock.now(),
        wordings=wordings, importance=Announcement.Importance.URGENT.value, is_pinned=True,
    )  # fmt: skip
    row = announcements.begin(notice, by=by)
    announcements.publish(row, reason=f"{incident.number}: {incident.what}", by=by)
    incident.announcement = row
    incident.save(update_fields=["announcement"])
    entries.write(incident, IncidentEntry.Kind.ANNOUNCED, text=row.text("en").title, by=by, ended=False)
    audit.record("service_desk.incident.announce", subject=incident, actor=by, details={"announcement": row.pk})
    return row


def end(incident: Incident, *, by: User | None) -> None:
    """Nothing is announced of it any more, and what waits for a decision can only be turned down."""
    row = incident.announcement
    if row is None or not announcements.end(row, reason=f"{incident.number}", by=by):
        return
    entries.write(incident, IncidentEntry.Kind.ANNOUNCED, by=by, ended=True)


@transaction.atomic
def prepare_answer(incident: Incident, texts: Mapping[str, str], *, by: User) -> Incident:
    """SVC-16 · D12 — what agents answer to members who ask about it; it lies ready on every case that belongs to it."""
    incident = holding.held(incident)
    holding.require_lead(incident, by)
    holding.require_not_closed(incident)
    incident.answers = {language: text.strip() for language, text in texts.items() if text.strip()}
    incident.save(update_fields=["answers"])
    details = {"languages": sorted(incident.answers)}
    audit.record("service_desk.incident.prepare_answer", subject=incident, actor=by, details=details)
    return incident
