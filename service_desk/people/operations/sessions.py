"""Classes: planned, booked seat by seat, attendance taken, cancelled (SVC-08 · D7.1.3)."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from core import access, audit, clock
from core.messaging import outbox
from core.models import User
from core.refusals import Refusal
from service_desk.models import ClassSeat, ClassSession, CourseStep, Enrolment
from service_desk.people.operations import enrolments
from service_desk.people.operations.courses import CHANGE

State, Seat = ClassSession.State, ClassSeat.State


@transaction.atomic
def plan(
    step: CourseStep, *, starts_at: dt.datetime, minutes: int, place: str, trainer: User, seats: int, by: User
) -> ClassSession:
    """Put a class on the calendar. Refuses one that would have begun already, and a step that is no class."""
    access.require(by, CHANGE)
    if step.kind != CourseStep.Kind.CLASS or step.retired_at is not None:
        raise Refusal("step_is_not_here", status=404)
    if starts_at <= clock.now():
        raise Refusal("class_in_the_past", status=422)
    session = ClassSession.objects.create(
        step=step,
        starts_at=starts_at,
        minutes=minutes,
        place=place.strip(),
        trainer=trainer,
        seats=seats,
        created_by=by,
    )
    audit.record("service_desk.class.plan", subject=session, actor=by, details={"starts_at": starts_at, "seats": seats})
    return session


@transaction.atomic
def book(session: ClassSession, enrolment: Enrolment, *, user: User) -> ClassSeat:
    """Take a seat; booking twice takes one. Refuses a class that has begun or is full, and one of another course.

    A class may be booked before its turn has come: the calendar does not wait.
    """
    row = enrolments.lock(enrolment, user=user)
    place = _lock(session)
    if place.step.course_id != row.course_id:
        raise Refusal("step_is_not_here", status=404)
    held = ClassSeat.objects.filter(session=place, enrolment=row).exclude(state=Seat.GIVEN_UP).first()
    if held is not None:
        return held
    if place.state != State.PLANNED or place.starts_at <= clock.now():
        raise Refusal("class_is_over")
    if place.taken >= place.seats:
        raise Refusal("class_is_full")
    place.taken += 1
    place.save(update_fields=["taken"])
    return ClassSeat.objects.create(session=place, enrolment=row)


@transaction.atomic
def give_up(seat: ClassSeat, *, user: User) -> None:
    """Give a booked seat free again, as long as the class has not begun. A repeat changes nothing."""
    place = _lock(seat.session)
    row = ClassSeat.objects.select_for_update(of=("self",)).select_related("enrolment").get(pk=seat.pk)
    if row.enrolment.user_id != user.pk:
        raise Refusal("not_permitted", status=404)
    if row.state == Seat.GIVEN_UP:
        return
    if row.state != Seat.BOOKED or place.starts_at <= clock.now():
        raise Refusal("class_is_over")
    row.state = Seat.GIVEN_UP
    row.save(update_fields=["state"])
    place.taken -= 1
    place.save(update_fields=["taken"])


@transaction.atomic
def mark(session: ClassSession, present: Mapping[int, bool], *, by: User) -> ClassSession:
    """Take the attendance: seat → whether he was there. Whoever was has done the step; what was noted before may be put
    right from “was not there” to “was there”, not the other way.

    The trainer takes it, or whoever plans classes; nobody takes his own. Refuses before the class has begun.
    """
    place = _lock(session)
    refuse_foreign(place, by=by)
    if place.state == State.CANCELLED:
        raise Refusal("class_was_cancelled")
    if place.starts_at > clock.now():
        raise Refusal("class_has_not_begun")
    seats = ClassSeat.objects.filter(session=place, pk__in=present).exclude(state=Seat.GIVEN_UP)
    for seat in seats.select_related("enrolment__user").order_by("pk"):
        if seat.enrolment.user_id == by.pk:
            raise Refusal("not_oneself", status=403)
        if seat.state == Seat.ATTENDED:
            continue
        was_there = present[seat.pk]
        seat.state = Seat.ATTENDED if was_there else Seat.MISSED
        seat.marked_by, seat.marked_at = by, clock.now()
        seat.save(update_fields=["state", "marked_by", "marked_at"])
        if was_there and seat.enrolment.is_open:
            row = enrolments.lock(seat.enrolment)
            enrolments.done(row, place.step, by=by, details={"class": place.pk})
    if not place.booked.filter(state=Seat.BOOKED).exists():
        place.state = State.HELD
        place.save(update_fields=["state"])
    audit.record(
        "service_desk.class.mark",
        subject=place,
        actor=by,
        details={"present": [pk for pk, was in present.items() if was]},
    )
    return place


@transaction.atomic
def cancel(session: ClassSession, *, reason: str, by: User) -> ClassSession:
    """It does not take place: whoever has a seat is told. A repeat changes nothing."""
    access.require(by, CHANGE)
    if not reason.strip():
        raise Refusal("reason_needed")
    place = _lock(session)
    if place.state == State.CANCELLED:
        return place
    if place.state != State.PLANNED:
        raise Refusal("class_is_over")
    place.state, place.reason = State.CANCELLED, reason.strip()[:300]
    place.save(update_fields=["state", "reason"])
    audit.record("service_desk.class.cancel", subject=place, actor=by, reason=reason)
    seats = place.booked.filter(state=Seat.BOOKED).select_related("enrolment__user", "enrolment__course")
    outbox.send_many(
        outbox.Draft(
            event="training.class_cancelled",
            key=f"{place.pk}:{seat.enrolment.user_id}",
            to=seat.enrolment.user,
            context={
                "course": seat.enrolment.course.worded("name", seat.enrolment.user.language or None),
                "starts_at": place.starts_at.isoformat(),
                "reason": place.reason,
            },
            link=enrolments.LINK.format(seat.enrolment.course.code),
        )
        for seat in seats
    )
    return place


def refuse_foreign(session: ClassSession, *, by: User) -> None:
    """The attendance is the trainer's, and whoever's who plans classes."""
    if session.trainer_id != by.pk:
        access.require(by, CHANGE)


def _lock(session: ClassSession) -> ClassSession:
    rows = ClassSession.objects.select_for_update(of=("self",)).select_related("step__course")
    return rows.get(pk=session.pk)
