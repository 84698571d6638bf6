"""The practical check: an assessor watches, marks line by line, and says whether it is enough (SVC-09 · D7.2)."""

from collections.abc import Mapping

from django.db import transaction

from core import access, audit, clock, staff
from core.models import User
from core.refusals import Refusal
from service_desk.models import CourseStep, Enrolment, PracticalCheck
from service_desk.people.operations import enrolments
from service_desk.people.policy import grading
from service_desk.people.queries import bank

ASSESS = "people.assess_practice"


def record(
    enrolment: Enrolment, step: CourseStep, marks: Mapping[int, bool], *, comment: str = "", by: User
) -> PracticalCheck:
    """Note what was seen: a line of the sheet → whether it was right; `policy.grading.suffices` says whether it is enough.

    Refuses whoever would assess himself (with an alert), a colleague of another store than one's own, a sheet that is not
    filled in, and a step whose turn has not come.
    """
    access.require(by, ASSESS)
    if enrolment.user_id == by.pk:
        audit.alert("self_certified", subject=enrolment, actor=by, details={"step": step.pk})
        raise Refusal("not_oneself", status=403)
    if not staff.roll(by).filter(pk=enrolment.user_id).exists():
        raise Refusal("not_permitted", status=404)
    with transaction.atomic():
        return _record(enrolment, step, marks, comment=comment, by=by)


def _record(
    enrolment: Enrolment, step: CourseStep, marks: Mapping[int, bool], *, comment: str, by: User
) -> PracticalCheck:
    row = enrolments.lock(enrolment)
    is_done = enrolments.refuse_unopened(row, step, kind=CourseStep.Kind.CHECK)
    items = bank.items_of(step)
    if not items or {item.pk for item in items} - marks.keys():
        raise Refusal("check_sheet_not_filled", status=422)
    if is_done:
        raise Refusal("step_is_done")
    employment = getattr(row.user, "employment", None)
    check = PracticalCheck.objects.create(
        enrolment=row,
        step=step,
        trainee=row.user,
        assessor=by,
        store=employment.store if employment else None,
        at=clock.now(),
        marks=[
            {"item": item.pk, "name": item.name, "is_critical": item.is_critical, "is_right": bool(marks[item.pk])}
            for item in items
        ],
        comment=comment.strip(),
        passed=grading.suffices([(item.is_critical, bool(marks[item.pk])) for item in items]),
    )
    audit.record(
        "service_desk.check.record",
        subject=check,
        actor=by,
        store_id=check.store_id,
        details={"trainee": row.user_id, "passed": check.passed},
    )
    if check.passed:
        enrolments.done(row, step, by=by, details={"check": check.pk})
    return check
