"""Training in the demo, made by the real operations: two courses, who is certified, who is not, what is due.

A visitor who logs in as `clerk2` finds activation shut, the course behind it, and activation open once he has passed.
"""

import datetime as dt

from django.db import transaction

from core import certifying, clock, sweeps
from core.fields import digest_in
from core.models import Competence, Employment, Store, User
from service_desk.models import ClassSession, Course, CourseStep, QuizAttempt
from service_desk.people import demo_content, demo_performance
from service_desk.people.demo_content import Lesson
from service_desk.people.operations import attempts, courses, enrolments, onboarding, questions, sessions
from service_desk.people.queries import bank

BEGAN = dt.timedelta(days=200)
CERTIFIED = {
    "activating": (("clerk", 150), ("manager", 345)),
    "selling": (("clerk", 150), ("manager", 345), ("clerk2", 40)),
}
"""Who was certified how many days ago: the manager's certificate for activating ends in about three weeks."""


def load() -> None:
    """Courses, certificates, what needs one, how people stand; loading again changes nothing."""
    _load_training()
    demo_performance.load()


def _load_training() -> None:
    if Course.objects.filter(code=demo_content.ACTIVATION.code).exists():
        return
    trainer, director = colleague("trainer"), colleague("director")
    with clock.stopped(clock.now() - BEGAN):
        for lesson in demo_content.LESSONS:
            with transaction.atomic():
                _write(lesson, trainer=trainer)
    for code, holders in CERTIFIED.items():
        for login, days in holders:
            with clock.stopped(clock.now() - dt.timedelta(days=days)):
                certifying.award_by_hand(
                    colleague(login), Competence.objects.get(code=code), awarded_on=clock.today(),
                    reason="Shown at the opening of the store.", by=director,
                )  # fmt: skip
    _require(director)
    _give(trainer)


def colleague(login: str) -> User:
    return User.objects.get(email_index=digest_in(User, "email_index", f"{login}@tessera.example"))


def _write(lesson: Lesson, *, trainer: User) -> None:
    code, words, months = lesson.competence
    competence = Competence.objects.create(code=code, valid_months=months, **words)
    course = courses.begin(lesson.code, lesson.words | {"competence": competence, "due_days": 14}, by=trainer)
    for kind, terms, bodies in lesson.steps:
        step = courses.add_step(course, kind, terms, by=trainer)
        if bodies:
            courses.write_material(step, bodies, by=trainer)
        for item in lesson.items if kind == CourseStep.Kind.CHECK else ():
            courses.add_item(step, item, by=trainer)
    for question in lesson.questions:
        questions.write(course, question, by=trainer)
    courses.open_(course, by=trainer)


def _require(director: User) -> None:
    """From today on: nobody activates or sells without the certificate."""
    for code, right in (("activating", "counter.activate"), ("selling", "counter.sell")):
        certifying.demand(
            Competence.objects.get(code=code), right=right, starts_on=clock.today(), by=director,
            reason="Two cards were activated for people who were not there.",
        )  # fmt: skip


def _give(trainer: User) -> None:
    """What waits for whom: the clerk of Chunxi Road, a refresher for the manager, a failed try, a class, a check to make."""
    activating, selling = (Course.objects.get(code=lesson.code) for lesson in demo_content.LESSONS)
    with clock.stopped(clock.now() - dt.timedelta(days=9)):
        enrolments.enrol(colleague("clerk2"), activating, by=trainer, due_on=clock.today() + dt.timedelta(days=14))
    post = Employment.objects.get(user=colleague("clerk2")).post
    onboarding.set_rule(activating, post=post, role="", within_days=14, starts_on=clock.today(), by=trainer)
    sweeps.run("training.refresh")
    _failed_try(colleague("service"), activating)
    _ready_for_the_check(colleague("expansion"), selling, trainer=trainer)


def _failed_try(user: User, course: Course) -> None:
    """Somebody who was in a hurry: overdue, and one try that was not enough."""
    with clock.stopped(clock.now() - dt.timedelta(days=20)):
        row = enrolments.begin(course, user=user)
    quiz = course.steps.get(kind=CourseStep.Kind.QUIZ)
    with clock.stopped(clock.now() - dt.timedelta(days=5)):
        enrolments.read(row, course.steps.get(kind=CourseStep.Kind.READ), user=user)
        attempts.hand_in(attempts.begin(row, quiz, user=user), user=user)


def _ready_for_the_check(user: User, course: Course, *, trainer: User) -> None:
    """Somebody whom only the practical check still stands before; and the next class."""
    steps = {step.kind: step for step in bank.steps_of(course)}
    store = Store.objects.get(code="SH1")
    with clock.stopped(clock.now() - dt.timedelta(days=12)):
        row = enrolments.enrol(user, course, by=trainer, due_on=clock.today() + dt.timedelta(days=21))
        enrolments.read(row, steps["read"], user=user)
        lesson = _class(steps["class"], store, trainer, days=2)
        seat = sessions.book(lesson, row, user=user)
    with clock.stopped(lesson.starts_at + dt.timedelta(hours=2)):
        sessions.mark(lesson, {seat.pk: True}, by=trainer)
        _answer_rightly(attempts.begin(row, steps["quiz"], user=user), user=user)
    _class(steps["class"], store, trainer, days=6)


def _class(step: CourseStep, store: Store, trainer: User, *, days: int) -> ClassSession:
    starts = dt.datetime.combine(clock.today() + dt.timedelta(days=days), dt.time(9, 30), tzinfo=clock.zone())
    return sessions.plan(step, starts_at=starts, minutes=120, place=store.name, trainer=trainer, seats=8, by=trainer)


def _answer_rightly(attempt: QuizAttempt, *, user: User) -> None:
    for one in attempt.answers.select_related("version"):
        key = bank.key_of(one.version)
        shown = [place for place, choice in enumerate(one.order) if choice in key.right]
        if one.version.kind == "truth":
            shown = sorted(key.right)
        attempts.answer(attempt, one.position, user=user, shown=shown, typed=one.version.answer)
    attempts.hand_in(attempt, user=user)
