"""Courses written, opened and retired; their steps, what there is to read in them and their check sheets (SVC-08 · D7.1)."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from core import access, audit, clock
from core.models import User
from core.refusals import Refusal
from service_desk.models import Course, CourseMaterial, CourseStep, PracticalItem
from service_desk.people.queries import bank

CHANGE = "people.change_course"
WORDS = ("name", "name_zh_hans", "name_zh_hant", "description", "description_zh_hans", "description_zh_hant")
COURSE = (*WORDS, "competence", "due_days")
STEP = (*WORDS, "questions", "pass_percent", "minutes", "tries", "wait_minutes")
ITEM = ("name", "name_zh_hans", "name_zh_hant", "is_critical")
BODIES = ("body", "body_zh_hans", "body_zh_hant")
ASIDE = 30_000
"""Where a step stands while two change places."""


@transaction.atomic
def begin(code: str, terms: Mapping[str, Any], *, by: User) -> Course:
    """Begin a course as a draft. Refuses a code that is taken."""
    access.require(by, CHANGE)
    try:
        with transaction.atomic():
            course = Course.objects.create(code=code, created_by=by, **_of(terms, COURSE))
    except IntegrityError as error:
        raise Refusal("course_code_taken") from error
    audit.record("service_desk.course.begin", subject=course, actor=by, details={"code": code})
    return course


@transaction.atomic
def change(course: Course, terms: Mapping[str, Any], *, by: User) -> Course:
    """Say it otherwise, or let it lead to another certificate; what was awarded stays."""
    access.require(by, CHANGE)
    row = Course.objects.select_for_update().get(pk=course.pk)
    given = _of(terms, COURSE)
    before = {name: getattr(row, name) for name in given}
    _assign(row, given)
    audit.record(
        "service_desk.course.change", subject=row, actor=by, details={"before": _plain(before), "after": _plain(given)}
    )
    return row


@transaction.atomic
def open_(course: Course, *, by: User) -> Course:
    """Let people take it. Refuses (`course_not_ready`) while something is missing, and what is retired."""
    access.require(by, CHANGE)
    row = Course.objects.select_for_update().get(pk=course.pk)
    if row.state == Course.State.OPEN:
        return row
    if row.state == Course.State.RETIRED:
        raise Refusal("course_retired")
    if [line for line in bank.checklist(row) if not line.met]:
        raise Refusal("course_not_ready")
    row.state = Course.State.OPEN
    row.save(update_fields=["state"])
    audit.record("service_desk.course.open", subject=row, actor=by)
    return row


@transaction.atomic
def retire(course: Course, *, reason: str, by: User) -> Course:
    """Take nobody on any more; who is in it may finish it. Certificates stand."""
    access.require(by, CHANGE)
    if not reason.strip():
        raise Refusal("reason_needed")
    row = Course.objects.select_for_update().get(pk=course.pk)
    if row.state != Course.State.RETIRED:
        row.state = Course.State.RETIRED
        row.save(update_fields=["state"])
        audit.record("service_desk.course.retire", subject=row, actor=by, reason=reason)
    return row


@transaction.atomic
def add_step(course: Course, kind: str, terms: Mapping[str, Any], *, by: User) -> CourseStep:
    """A further step, behind the others."""
    access.require(by, CHANGE)
    row = Course.objects.select_for_update().get(pk=course.pk)
    if row.state == Course.State.RETIRED:
        raise Refusal("course_retired")
    last = row.steps.filter(retired_at=None).order_by("-position").first()
    step = CourseStep.objects.create(
        course=row, kind=kind, position=(last.position if last else 0) + 1, **_of(terms, STEP)
    )
    audit.record("service_desk.course.add_step", subject=step, actor=by, details={"course": row.code, "kind": kind})
    return step


@transaction.atomic
def change_step(step: CourseStep, terms: Mapping[str, Any], *, by: User) -> CourseStep:
    """Other words or terms. Attempts that have begun keep the terms they began with."""
    access.require(by, CHANGE)
    row = CourseStep.objects.select_for_update().get(pk=step.pk)
    given = _of(terms, STEP)
    before = {name: getattr(row, name) for name in given}
    _assign(row, given)
    audit.record(
        "service_desk.course.change_step", subject=row, actor=by, details={"before": _plain(before), "after": given}
    )
    return row


@transaction.atomic
def move_step(step: CourseStep, *, by: User) -> None:
    """One place up; the first stays where it is."""
    access.require(by, CHANGE)
    Course.objects.select_for_update().get(pk=step.course_id)
    row = CourseStep.objects.get(pk=step.pk)
    above = CourseStep.objects.filter(course=row.course_id, retired_at=None, position__lt=row.position).last()
    if above is None or row.retired_at is not None:
        return
    here, there = row.position, above.position
    for one, place in ((above, ASIDE), (row, there), (above, here)):
        CourseStep.objects.filter(pk=one.pk).update(position=place)
    audit.record("service_desk.course.change_step", subject=row, actor=by, details={"position": [here, there]})


@transaction.atomic
def drop_step(step: CourseStep, *, reason: str, by: User) -> None:
    """Ask it of nobody any more; what was done stays on record. An open course keeps a step at least."""
    access.require(by, CHANGE)
    if not reason.strip():
        raise Refusal("reason_needed")
    course = Course.objects.select_for_update().get(pk=step.course_id)
    others = course.steps.filter(retired_at=None).exclude(pk=step.pk)
    if course.state == Course.State.OPEN and not others.exists():
        raise Refusal("course_needs_a_step")
    if CourseStep.objects.filter(pk=step.pk, retired_at=None).update(retired_at=clock.now()):
        audit.record("service_desk.course.drop_step", subject=step, actor=by, reason=reason)


@transaction.atomic
def write_material(
    step: CourseStep, bodies: Mapping[str, str], *, by: User, file: str = "", file_name: str = ""
) -> CourseMaterial:
    """A new version of what there is to read. The same words again write nothing."""
    access.require(by, CHANGE)
    CourseStep.objects.select_for_update().get(pk=step.pk)
    newest = step.materials.order_by("-number").first()
    words = {name: bodies.get(name, "").strip() for name in BODIES}
    kept = (file, file_name[:120]) if file else ((newest.file, newest.file_name) if newest else ("", ""))
    if newest and words == {name: getattr(newest, name) for name in BODIES} and kept[0] == newest.file:
        return newest
    row = CourseMaterial.objects.create(
        step=step, number=(newest.number if newest else 0) + 1, file=kept[0], file_name=kept[1], author=by, **words
    )
    audit.record("service_desk.course.write_material", subject=row, actor=by, details={"version": row.number})
    return row


@transaction.atomic
def add_item(step: CourseStep, terms: Mapping[str, Any], *, by: User) -> PracticalItem:
    """A further line of a check sheet."""
    access.require(by, CHANGE)
    CourseStep.objects.select_for_update().get(pk=step.pk)
    item = PracticalItem.objects.create(step=step, position=step.items.count() + 1, **_of(terms, ITEM))
    audit.record("service_desk.course.add_item", subject=item, actor=by, details={"item": item.name})
    return item


@transaction.atomic
def drop_item(item: PracticalItem, *, by: User) -> None:
    """A line that is looked at no more; checks that were made keep it."""
    access.require(by, CHANGE)
    if PracticalItem.objects.filter(pk=item.pk, retired_at=None).update(retired_at=clock.now()):
        audit.record("service_desk.course.drop_item", subject=item, actor=by, details={"item": item.name})


def _of(terms: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in terms.items() if name in names}


def _assign(row: Course | CourseStep, given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        setattr(row, name, value)
    row.save(update_fields=[*given])


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(value, "code", value) for name, value in values.items()}
