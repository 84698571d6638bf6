"""A small school for the tests: a course of every kind of step, a bank of questions, people who learn."""

import datetime as dt
from typing import Any

import pytest

from core import clock
from core.models import Competence, User
from service_desk.models import Course, CourseStep, Enrolment, QuizAttempt, QuizQuestion
from service_desk.people.operations import attempts, courses, enrolments, questions, sessions
from service_desk.people.queries import bank
from tests import factories

STEPS = ("read", "class", "quiz", "check")


@pytest.fixture
def trainer(db: None) -> User:
    """Writes courses and holds classes."""
    made: User = factories.StaffFactory.create(display_name="Wu Min", roles={"trainer": None})
    return made


@pytest.fixture
def activating(db: None) -> Competence:
    return Competence.objects.create(code="activating", name="Activating", name_zh_hans="激活", valid_months=12)


@pytest.fixture
def course(trainer: User, activating: Competence) -> Course:
    """Read, then pass a quiz of four questions of which three must be right."""
    return make_course("activating", ("read", "quiz"), trainer=trainer, competence=activating)


@pytest.fixture
def whole(trainer: User, activating: Competence) -> Course:
    """A course with a step of every kind."""
    return make_course("whole", STEPS, trainer=trainer, competence=activating)


def make_course(
    code: str,
    kinds: tuple[str, ...],
    *,
    trainer: User,
    competence: Competence | None = None,
    asked: int = 6,
    **quiz: Any,
) -> Course:
    made = courses.begin(code, {"name": code.title(), "competence": competence, "due_days": 14}, by=trainer)
    terms = {"questions": 4, "pass_percent": 75, "minutes": 10, "tries": 3, "wait_minutes": 30} | quiz
    for kind in kinds:
        step = courses.add_step(made, kind, {"name": f"To {kind}", **(terms if kind == "quiz" else {})}, by=trainer)
        if kind == "read":
            courses.write_material(step, {"body": "# Who\n\nThe holder himself.\n\n- Card\n- Document"}, by=trainer)
        if kind == "check":
            courses.add_item(step, {"name": "Greets", "is_critical": False}, by=trainer)
            courses.add_item(step, {"name": "Compares the document", "is_critical": True}, by=trainer)
    for place in range(asked):
        questions.write(made, content(place), by=trainer)
    return courses.open_(made, by=trainer)


def content(place: int, **change: Any) -> dict[str, Any]:
    """A question of each kind in turn."""
    told: list[dict[str, Any]] = [
        {"kind": "single", "choices": [{"en": "Yes", "right": True}, {"en": "No", "right": False}]},
        {"kind": "multiple", "choices": [{"en": "A", "right": True}, {"en": "B", "right": True}, {"en": "C", "right": False}]},
        {"kind": "truth", "answer": "false"},
        {"kind": "number", "answer": "180", "tolerance": "0"},
    ]  # fmt: skip
    return told[place % 4] | {"text": f"Question {place}?", "explanation": f"Because of {place}."} | change


def step_of(course: Course, kind: str) -> CourseStep:
    return course.steps.get(kind=kind, retired_at=None)


def enrolled(user: User, course: Course) -> Enrolment:
    return enrolments.begin(course, user=user)


def read(row: Enrolment) -> Enrolment:
    return enrolments.read(row, step_of(row.course, "read"), user=row.user)


def attend(row: Enrolment, trainer: User) -> None:
    """The class was yesterday's plan, and he was there."""
    step = step_of(row.course, "class")
    session = sessions.plan(
        step,
        starts_at=clock.now() + dt.timedelta(hours=1),
        minutes=60,
        place="SH1",
        trainer=trainer,
        seats=4,
        by=trainer,
    )
    seat = sessions.book(session, row, user=row.user)
    with clock.stopped(clock.now() + dt.timedelta(hours=2)):
        sessions.mark(session, {seat.pk: True}, by=trainer)


def begin(row: Enrolment) -> QuizAttempt:
    return attempts.begin(row, step_of(row.course, "quiz"), user=row.user)


def answer_rightly(attempt: QuizAttempt, *, but: int = 0) -> None:
    """Every question but so many."""
    rows = list(attempt.answers.select_related("version").order_by("position"))
    for one in rows[but:]:
        key = bank.key_of(one.version)
        shown = [place for place, choice in enumerate(one.order) if choice in key.right] or sorted(key.right)
        attempts.answer(attempt, one.position, user=attempt.enrolment.user, shown=shown, typed=one.version.answer)


def pass_quiz(row: Enrolment) -> QuizAttempt:
    attempt = begin(row)
    answer_rightly(attempt)
    return attempts.hand_in(attempt, user=row.user)


def certify(user: User, course: Course) -> Enrolment:
    """Through a course of reading and a quiz."""
    row = enrolled(user, course)
    read(row)
    pass_quiz(row)
    row.refresh_from_db()
    return row


def bank_of(course: Course) -> list[QuizQuestion]:
    return list(QuizQuestion.objects.filter(course=course).order_by("pk"))
