"""Training under concurrency, on a server database, each with its negative control (SVC-08, SVC-09)."""

import datetime as dt
from typing import Any

import pytest

from core import certifying, clock, verify
from core.models import Certificate, Competence, User
from core.refusals import Refusal
from service_desk.models import ClassSeat, ClassSession, Course, Enrolment, QuizAttempt
from service_desk.people.operations import attempts, enrolments, sessions
from tests import factories
from tests.racing import at_once, unlocked
from tests.service_desk.people import school

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def broken() -> list[str]:
    ours = [one for one in verify.invariants() if one.code.startswith("T")]
    assert len(ours) >= 5
    return [f"{one.code}: {found.examples}" for one in ours if (found := verify.look(one)).broken]


def crowd(whole: Course, count: int) -> list[Enrolment]:
    people = [factories.StaffFactory.create(roles={}) for _ in range(count)]
    return [school.enrolled(user, whole) for user in people]


def last_seats(whole: Course, trainer: User, seats: int) -> ClassSession:
    return sessions.plan(
        school.step_of(whole, "class"), starts_at=clock.now() + dt.timedelta(hours=1), minutes=60, place="SH1",
        trainer=trainer, seats=seats, by=trainer,
    )  # fmt: skip


def book(session: ClassSession, rows: list[Enrolment]) -> list[Any]:
    return at_once(lambda row: sessions.book(session, row, user=row.user), rows)


def test_thirty_reach_for_three_seats_and_three_have_one(whole: Course, trainer: User) -> None:
    session = last_seats(whole, trainer, 3)
    answers = book(session, crowd(whole, 30))
    assert sum(isinstance(one, ClassSeat) for one in answers) == 3
    assert {one.code for one in answers if isinstance(one, Refusal)} == {"class_is_full"}
    assert broken() == []


def test_without_the_lock_on_the_class_more_sit_than_there_are_seats(
    whole: Course, trainer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = last_seats(whole, trainer, 3)
    rows = crowd(whole, 30)
    with unlocked(monkeypatch, ClassSession.objects):
        answers = book(session, rows)
    assert sum(isinstance(one, ClassSeat) for one in answers) > 3 or broken()


def test_one_click_on_begin_that_arrives_often_begins_one_try(course: Course, clerk: User) -> None:
    row = school.enrolled(clerk, course)
    school.read(row)
    step = school.step_of(course, "quiz")
    answers = at_once(lambda _: attempts.begin(row, step, user=clerk), range(30))
    assert {one.pk for one in answers} == {QuizAttempt.objects.get().pk}


def test_without_the_lock_on_the_enrolment_a_second_try_is_stopped_by_the_database_alone(
    course: Course, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = school.enrolled(clerk, course)
    school.read(row)
    step = school.step_of(course, "quiz")
    with unlocked(monkeypatch, Enrolment.objects):
        answers = at_once(lambda _: attempts.begin(row, step, user=clerk), range(30))
    assert any(isinstance(one, Exception) for one in answers)
    assert QuizAttempt.objects.count() == 1


def test_handing_in_twice_at_once_awards_one_certificate(course: Course, clerk: User) -> None:
    row = school.enrolled(clerk, course)
    school.read(row)
    attempt = school.begin(row)
    school.answer_rightly(attempt)
    answers = at_once(lambda _: attempts.hand_in(attempt, user=clerk), range(20))
    assert all(one.passed for one in answers)
    assert Certificate.objects.filter(user=clerk).count() == 1
    assert broken() == []


def test_two_awards_at_once_leave_one_current_certificate(clerk: User, activating: Competence) -> None:
    answers = at_once(lambda turn: certifying.award(clerk, activating, source=f"course {turn}"), range(20))
    assert not [one for one in answers if isinstance(one, Exception)]
    assert Certificate.objects.filter(user=clerk, replaced_at=None).count() == 1
    assert Certificate.objects.count() == 20


def test_without_the_lock_on_the_person_awards_collide(
    clerk: User, activating: Competence, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unlocked(monkeypatch, User.objects):
        answers = at_once(lambda turn: certifying.award(clerk, activating, source=f"course {turn}"), range(20))
    assert any(isinstance(one, Exception) for one in answers)


def test_enrolling_somebody_twice_at_once_enrols_him_once(course: Course, clerk: User, trainer: User) -> None:
    answers = at_once(lambda _: enrolments.enrol(clerk, course, by=trainer), range(20))
    assert {one.pk for one in answers} == {Enrolment.objects.get().pk}
