"""Meetings: minutes, what was decided, and the tasks that come of it (SVC-13 · B10.1)."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from core import access, audit
from core.models import Department, User
from core.refusals import Refusal
from service_desk.quality.models import Meeting, MeetingDecision, Project
from service_desk.quality.operations import telling

RECORD = "service_desk.add_meeting"


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """What was said, when, by whom invited, and who was there (keys of accounts)."""

    title: str
    held_on: dt.date
    department: Department
    minutes: str
    attendees: Collection[int]
    project: Project | None = None


@transaction.atomic
def record(minutes: Minutes, *, decisions: Collection[str] = (), by: User) -> Meeting:
    """SVC-13 · B10.1 — keep the minutes with what was decided; everybody who was there is told where they are."""
    access.require(by, RECORD)
    if not minutes.attendees:
        raise Refusal("meeting_of_nobody")
    meeting = Meeting.objects.create(
        title=minutes.title,
        held_on=minutes.held_on,
        department=minutes.department,
        minutes=minutes.minutes,
        project=minutes.project,
        recorded_by=by,
    )
    meeting.attendees.set(minutes.attendees)
    for text in decisions:
        _decide(meeting, text)
    details = {"attendees": sorted(minutes.attendees), "decisions": len(decisions)}
    audit.record("service_desk.meeting.record", subject=meeting, actor=by, details=details)
    telling.recorded(meeting)
    return meeting


@transaction.atomic
def decide(meeting: Meeting, text: str, *, by: User) -> MeetingDecision:
    """Add a decision that the minutes forgot."""
    access.require(by, RECORD)
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    row = _decide(meeting, text)
    audit.record("service_desk.meeting.decide", subject=meeting, actor=by, details={"decision": row.position})
    return row


def _decide(meeting: Meeting, text: str) -> MeetingDecision:
    if not text.strip():
        raise Refusal("decision_needs_words")
    last: int = meeting.decisions.aggregate(last=Max("position", default=0))["last"]
    return MeetingDecision.objects.create(meeting=meeting, text=text.strip()[:1_000], position=last + 1)
