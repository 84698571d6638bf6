"""Where somebody stands with his courses (SVC-08 · D7.1): what is done, what is next, what is due."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from core import clock, competence
from core.models import Certificate, CompetenceRequirement, User
from service_desk.models import Course, CourseStep, Enrolment, QuizAttempt, StepDone
from service_desk.people.policy import courses
from service_desk.people.policy.courses import Standing

OPEN = Q(completed_at__isnull=True, withdrawn_at__isnull=True)


@dataclass(frozen=True)
class Mine:
    """A course on somebody's list."""

    enrolment: Enrolment
    steps: list[CourseStep]
    standing: Standing

    @property
    def percent(self) -> int:
        return 100 * self.standing.done // len(self.steps) if self.steps else 0

    @property
    def days_left(self) -> int:
        return (self.enrolment.due_on - clock.today()).days

    @property
    def is_late(self) -> bool:
        return self.days_left < 0


@dataclass(frozen=True)
class Held:
    """A certificate of somebody, how long it holds, and the course that renews it."""

    certificate: Certificate
    course: Course | None

    @property
    def days_left(self) -> int | None:
        last = self.certificate.last_valid_on
        return None if last is None else (last - clock.today()).days


@dataclass
class Training:
    """All that a person sees of his training."""

    due: list[Mine] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    offered: list[Course] = field(default_factory=list)
    done: list[Enrolment] = field(default_factory=list)


def standing(enrolment: Enrolment) -> Standing:
    """The state of each step of an enrolment. Two queries."""
    steps = CourseStep.objects.filter(course=enrolment.course_id, retired_at=None).order_by("position")
    done = StepDone.objects.filter(enrolment=enrolment).values_list("step", flat=True)
    return courses.standing(list(steps.values_list("pk", flat=True)), set(done))


def mine(enrolments: Iterable[Enrolment]) -> list[Mine]:
    """The same for a list of them, in two queries."""
    rows = list(enrolments)
    steps: dict[int, list[CourseStep]] = defaultdict(list)
    wanted = {row.course_id for row in rows}
    for step in CourseStep.objects.filter(course__in=wanted, retired_at=None).order_by("course", "position"):
        steps[step.course_id].append(step)
    done: dict[int, set[int]] = defaultdict(set)
    for enrolment, step_id in StepDone.objects.filter(enrolment__in=rows).values_list("enrolment", "step"):
        done[enrolment].add(step_id)
    return [
        Mine(row, steps[row.course_id], courses.standing([one.pk for one in steps[row.course_id]], done[row.pk]))
        for row in rows
    ]


def open_of(user: User) -> QuerySet[Enrolment]:
    """What somebody has to do, the most urgent first."""
    return Enrolment.objects.filter(OPEN, user=user).select_related("course").order_by("due_on", "pk")


def training_of(user: User) -> Training:
    """A person's own page. A constant number of queries."""
    due = mine(open_of(user))
    certificates = Certificate.objects.filter(user=user, replaced_at=None).select_related("competence")
    held = list(certificates.order_by("revoked_at", "last_valid_on", "pk"))
    open_courses = list(Course.objects.filter(state=Course.State.OPEN).select_related("competence").order_by("code"))
    by_competence = {one.competence_id: one for one in reversed(open_courses) if one.competence_id}
    taken = {one.enrolment.course_id for one in due}
    valid = {one.competence_id for one in held if one.state == "valid"}
    return Training(
        due=due,
        held=[Held(one, by_competence.get(one.competence_id)) for one in held],
        offered=[one for one in open_courses if one.pk not in taken and one.competence_id not in valid],
        done=list(
            Enrolment.objects.filter(user=user, completed_at__isnull=False)
            .select_related("course")
            .order_by("-completed_at")[:10]
        ),
    )


def opens(course: Course) -> list[CompetenceRequirement]:
    """What the certificate of a course is needed for, today."""
    if course.competence_id is None:
        return []
    rows = CompetenceRequirement.objects.filter(competence.in_force(clock.today()), competence=course.competence_id)
    return list(rows.order_by("right", "subject"))


def ending(today: dt.date, *, within: int) -> QuerySet[Certificate]:
    """Certificates in force that end within so many days, of people who work here."""
    until = today + dt.timedelta(days=within)
    rows = Certificate.objects.filter(revoked_at=None, replaced_at=None, last_valid_on__range=(today, until))
    return rows.filter(user__is_active=True, user__is_staff=True)


def attempts() -> QuerySet[QuizAttempt]:
    """Tries at quizzes with whose and of which course they are."""
    return QuizAttempt.objects.select_related("enrolment__user", "enrolment__course", "step")
