"""On-boarding and refreshers: who begins at a post, and whose certificate ends, is given the course (SVC-08 · D7.1.4)."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from core import access, audit, clock
from core.messaging import outbox
from core.models import Certificate, Post, User
from core.parameters import Snapshot
from core.refusals import Refusal
from service_desk.models import Course, Enrolment, OnboardingRule
from service_desk.people.operations import enrolments
from service_desk.people.operations.courses import CHANGE
from service_desk.people.policy import due
from service_desk.people.policy.parameters import TrainingParameters
from service_desk.people.queries import due as rows

EVENTS = {due.Reminder.SOON: "training.due_soon", due.Reminder.LATE: "training.overdue"}


@transaction.atomic
def set_rule(
    course: Course, *, post: Post | None, role: str, within_days: int, starts_on: dt.date, by: User
) -> OnboardingRule:
    """Give a course to everybody who begins at a post, or is given a role, from a day on. Refuses both or neither, a role
    that does not exist, a rule that holds already, and a course that is not open."""
    access.require(by, CHANGE)
    if bool(post) == bool(role) or (role and role not in access.roles()):
        raise Refusal("rule_is_for_a_post_or_a_role", status=422)
    if course.state != Course.State.OPEN:
        raise Refusal("course_not_open")
    if OnboardingRule.objects.filter(course=course, post=post, role=role, ended_at=None).exists():
        raise Refusal("nothing_changes")
    rule = OnboardingRule.objects.create(
        course=course, post=post, role=role, within_days=within_days, starts_on=starts_on, set_by=by
    )
    audit.record(
        "service_desk.onboarding.set",
        subject=rule,
        actor=by,
        details={"course": course.code, "post": post.pk if post else None, "role": role, "within_days": within_days},
    )
    return rule


@transaction.atomic
def end_rule(rule: OnboardingRule, *, reason: str, by: User) -> None:
    """Give it to nobody any more; who has it keeps it. A repeat changes nothing."""
    access.require(by, CHANGE)
    if not reason.strip():
        raise Refusal("reason_needed")
    if OnboardingRule.objects.filter(pk=rule.pk, ended_at=None).update(ended_at=clock.now(), ended_by=by):
        audit.record("service_desk.onboarding.end", subject=rule, actor=by, reason=reason)


def give(users: Sequence[int], *, on: dt.date) -> int:
    """The courses that rules in force ask of these people and that they have not; in a constant number of statements for
    each batch. Returns how many enrolments are new."""
    wanted = [
        Enrolment(
            user_id=one.user,
            course_id=one.course,
            source=Enrolment.Source.ONBOARDING,
            due_on=due.on_boarding(began_on=one.began_on, rule_from=one.rule_from, within_days=one.within_days),
        )
        for one in rows.missing_onboarding(users, on=on)
    ]
    return _enrol_many(wanted)


def refresh(certificates: Sequence[int], *, on: dt.date, parameters: Snapshot) -> int:
    """A course for everybody of these whose certificate ends and whom no open course renews. Returns how many are new."""
    given = parameters.of(TrainingParameters)
    courses = rows.renewing()
    ending = Certificate.objects.filter(pk__in=certificates).order_by("pk")
    wanted = [
        Enrolment(
            user_id=one.user_id,
            course_id=courses[one.competence_id],
            source=Enrolment.Source.REFRESHER,
            due_on=due.refresher(last_valid_on=one.last_valid_on, today=on, least_days=given.refresher_least_days),
        )
        for one in ending
        if one.competence_id in courses and one.last_valid_on is not None
    ]
    return _enrol_many(wanted)


def remind(enrolments_: Sequence[int], *, on: dt.date, parameters: Snapshot) -> int:
    """Tell people of a course that is due soon or overdue, each of it once. Returns how many were told."""
    soon = parameters.of(TrainingParameters).remind_days
    open_ = Enrolment.objects.select_for_update(of=("self",)).filter(
        pk__in=enrolments_, completed_at=None, withdrawn_at=None
    )
    told: list[Enrolment] = []
    drafts: list[outbox.Draft] = []
    for row in open_.select_related("user", "course").order_by("pk"):
        now = due.reminder(row.due_on, today=on, soon_days=soon)
        if due.is_news(row.told, now):
            row.told = now
            told.append(row)
            drafts.append(enrolments.letter(row, EVENTS[now]))
    outbox.send_many(drafts)
    Enrolment.objects.bulk_update(told, ["told"])
    return len(told)


def _enrol_many(wanted: list[Enrolment]) -> int:
    """Write those that are new, put them on record, tell the people; two at once write one."""
    already = set(
        Enrolment.objects.filter(
            user__in={one.user_id for one in wanted}, completed_at=None, withdrawn_at=None
        ).values_list("user", "course")
    )
    fresh = {(one.user_id, one.course_id): one for one in wanted if (one.user_id, one.course_id) not in already}
    Enrolment.objects.bulk_create(fresh.values(), ignore_conflicts=True)
    made = Enrolment.objects.filter(
        user__in={user for user, _ in fresh},
        course__in={course for _, course in fresh},
        completed_at=None,
        withdrawn_at=None,
    ).select_related("user", "course")
    new = [row for row in made if (row.user_id, row.course_id) in fresh]
    for row in new:
        audit.record(
            "service_desk.enrolment.enrol",
            subject=row,
            details={"user": row.user_id, "course": row.course.code, "source": row.source, "due_on": row.due_on},
        )
    outbox.send_many(enrolments.letter(row, "training.enrolled") for row in new)
    return len(new)
