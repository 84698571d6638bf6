"""Who has which course to do, what is done of it, and the certificate at its end (SVC-08 · A6.1, D7.1)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from core import access, audit, certifying, clock, staff
from core.messaging import outbox
from core.models import User
from core.refusals import Refusal
from service_desk.models import Course, CourseStep, Enrolment, StepDone
from service_desk.people.policy import due
from service_desk.people.policy.courses import StepState
from service_desk.people.queries import bank, progress

ENROL = "people.enrol_colleague"
LINK = "/work/training/{}/"


@transaction.atomic
def enrol(user: User, course: Course, *, by: User, due_on: dt.date | None = None) -> Enrolment:
    """Give a colleague a course to do; whoever is in it already stays so. Refuses a course that is not open, somebody of
    another store than one's own, and a day that has passed."""
    access.require(by, ENROL)
    if not staff.roll(by).filter(pk=user.pk, is_active=True).exists():
        raise Refusal("not_on_the_staff", status=404)
    if due_on is not None and due_on < clock.today():
        raise Refusal("due_in_the_past", status=422)
    return _enrol(user, course, source=Enrolment.Source.BY_HAND, by=by, due_on=due_on)


@transaction.atomic
def begin(course: Course, *, user: User) -> Enrolment:
    """Take a course of one's own accord; whoever is in it already stays so."""
    if not (user.is_staff and user.is_active):
        raise Refusal("not_on_the_staff", status=403)
    return _enrol(user, course, source=Enrolment.Source.OWN, by=user)


@transaction.atomic
def withdraw(enrolment: Enrolment, *, reason: str, by: User) -> Enrolment:
    """Take the course off somebody's list; what he has done of it stays on record."""
    access.require(by, ENROL)
    if not reason.strip():
        raise Refusal("reason_needed")
    row = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if row.withdrawn_at is not None:
        return row
    if row.completed_at is not None:
        raise Refusal("course_is_done")
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = clock.now(), by, reason.strip()[:300]
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    audit.record("service_desk.enrolment.withdraw", subject=row, actor=by, reason=reason)
    return row


@transaction.atomic
def read(enrolment: Enrolment, step: CourseStep, *, user: User) -> Enrolment:
    """Note that somebody has read a step, in the version that was put before him. A repeat changes nothing."""
    row = lock(enrolment, user=user)
    refuse_unopened(row, step, kind=CourseStep.Kind.READ)
    material = bank.material_of(step)
    return done(row, step, by=user, details={"version": material.number if material else 0})


def lock(enrolment: Enrolment, *, user: User | None = None) -> Enrolment:
    """The enrolment as it is now, held until the transaction ends. Refuses one that is over, and anybody else's."""
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("user", "course__competence")
    row = rows.get(pk=enrolment.pk)
    if user is not None and row.user_id != user.pk:
        raise Refusal("not_permitted", status=404)
    if not row.is_open:
        raise Refusal("course_is_done" if row.completed_at else "course_was_withdrawn")
    return row


def refuse_unopened(row: Enrolment, step: CourseStep, *, kind: str) -> bool:
    """Refuse a step of another course or kind, and one whose turn has not come; True where it is done already."""
    if step.course_id != row.course_id or step.kind != kind or step.retired_at is not None:
        raise Refusal("step_is_not_here", status=404)
    state = progress.standing(row).states[step.pk]
    if state is StepState.NEXT:
        raise Refusal("step_comes_later")
    return state is StepState.DONE


def done(row: Enrolment, step: CourseStep, *, by: User | None, details: Mapping[str, Any]) -> Enrolment:
    """A step is done; with the last one the course is, and its certificate is awarded. The caller holds the enrolment."""
    _row, is_new = StepDone.objects.get_or_create(
        enrolment=row, step=step, defaults={"by": by, "details": dict(details), "done_at": clock.now()}
    )
    if is_new:
        audit.record(
            "service_desk.enrolment.step",
            subject=row,
            actor=by,
            details={"step": step.pk, "kind": step.kind, **details},
        )
    if progress.standing(row).is_complete:
        _complete(row)
    return row


def _complete(row: Enrolment) -> None:
    """All is done: the certificate, and the word of it."""
    course = row.course
    if course.competence is not None:
        row.certificate = certifying.award(row.user, course.competence, source=f"course {row.pk}")
    row.completed_at = clock.now()
    row.save(update_fields=["completed_at", "certificate"])
    audit.record(
        "service_desk.enrolment.complete",
        subject=row,
        details={"course": course.code, "certificate": row.certificate_id},
    )


def _enrol(user: User, course: Course, *, source: str, by: User | None, due_on: dt.date | None = None) -> Enrolment:
    """The enrolment, and the message that tells of it where it was not one's own wish."""
    if course.state != Course.State.OPEN:
        raise Refusal("course_not_open")
    open_ = Enrolment.objects.filter(user=user, course=course, completed_at=None, withdrawn_at=None)
    if (known := open_.first()) is not None:
        return known
    until = due_on or due.after(clock.today(), course.due_days)
    try:
        with transaction.atomic():
            row = Enrolment.objects.create(user=user, course=course, source=source, due_on=until, enrolled_by=by)
    except IntegrityError:
        return open_.get()
    audit.record(
        "service_desk.enrolment.enrol",
        subject=row,
        actor=by,
        details={"user": user.pk, "course": course.code, "source": source, "due_on": until},
    )
    if source != Enrolment.Source.OWN:
        outbox.send_many([letter(row, "training.enrolled")])
    return row


def letter(row: Enrolment, event: str) -> outbox.Draft:
    """What somebody is told of a course that he has to do; once for each event."""
    course = row.course.worded("name", row.user.language or None)
    return outbox.Draft(
        event=event,
        key=str(row.pk),
        to=row.user,
        context={"course": course, "due_on": row.due_on.isoformat()},
        link=LINK.format(row.course.code),
    )
