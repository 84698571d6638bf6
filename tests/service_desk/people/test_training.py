"""A course from the first step to the certificate: reading, a class, a quiz, a practical check (SVC-08, SVC-09)."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core import certifying, clock, competence
from core.models import AuditRecord, Certificate, Message, Store, User
from core.refusals import Refusal
from service_desk.models import ClassSeat, ClassSession, Course, Enrolment, PracticalCheck, QuizAnswer, QuizAttempt
from service_desk.people.operations import attempts, checks, courses, enrolments, questions, sessions
from service_desk.people.queries import bank, progress
from tests import factories
from tests.service_desk.people import school

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def row(clerk: User, course: Course) -> Enrolment:
    return school.enrolled(clerk, course)


def test_reading_and_a_quiz_make_a_certificate(clerk: User, course: Course, director: User) -> None:
    certifying.demand(course.competence, right="counter.activate", starts_on=clock.today(), reason="x", by=director)  # type: ignore[arg-type]
    assert [one.learn_at for one in competence.missing(clerk, "counter.activate")] == ["/work/training/activating/"]
    row = school.certify(clerk, course)
    assert row.completed_at is not None
    assert row.certificate is not None
    assert row.certificate.last_valid_on == certifying.last_day(clock.today(), months=12)
    assert row.certificate.source == f"course {row.pk}"
    assert competence.missing(User.objects.get(pk=clerk.pk), "counter.activate") == []


def test_a_step_opens_the_next(row: Enrolment) -> None:
    with pytest.raises(Refusal) as refused:
        school.begin(row)
    assert refused.value.code == "step_comes_later"
    school.read(row)
    assert school.read(row).done.count() == 1, "read twice is read once"
    assert school.begin(row).number == 1


def test_nobody_does_anybody_elses_course(row: Enrolment, other_clerk: User) -> None:
    for act in (
        lambda: enrolments.read(row, school.step_of(row.course, "read"), user=other_clerk),
        lambda: attempts.begin(row, school.step_of(row.course, "quiz"), user=other_clerk),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.status == 404


def test_what_was_answered_is_graded_by_the_version_that_was_asked(row: Enrolment, trainer: User) -> None:
    school.read(row)
    attempt = school.begin(row)
    school.answer_rightly(attempt)
    for question in school.bank_of(row.course):
        opposite = {"kind": "truth", "answer": "true", "text": "Now the other way round?"}
        questions.revise(question, opposite, by=trainer)
    assert attempts.hand_in(attempt, user=row.user).score_bps == 10_000


def test_a_graded_attempt_is_frozen(row: Enrolment) -> None:
    school.read(row)
    attempt = school.pass_quiz(row)
    with pytest.raises(Refusal) as refused:
        attempts.answer(attempt, 1, user=row.user, shown=[0])
    assert refused.value.code == "quiz_is_over"
    assert attempts.hand_in(attempt, user=row.user).closed_at == attempt.closed_at
    for rows in (QuizAnswer.objects.filter(attempt=attempt), QuizAttempt.objects.filter(pk=attempt.pk)):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**{"is_right": False} if rows.model is QuizAnswer else {"passed": False})


def test_the_pass_mark_counts_and_one_less_does_not(row: Enrolment) -> None:
    school.read(row)
    attempt = school.begin(row)
    school.answer_rightly(attempt, but=2)
    assert attempts.hand_in(attempt, user=row.user).passed is False
    with clock.stopped(clock.now() + HOUR):
        attempt = school.begin(row)
        school.answer_rightly(attempt, but=1)
        assert attempts.hand_in(attempt, user=row.user).passed is True


def test_tries_wait_and_are_used_up(row: Enrolment) -> None:
    school.read(row)
    now = clock.now()
    for number in range(3):
        with clock.stopped(now + number * HOUR):
            attempt = school.begin(row)
            assert school.begin(row) == attempt, "a try that runs goes on"
            attempts.hand_in(attempt, user=row.user)
            with pytest.raises(Refusal) as refused:
                school.begin(row)
            assert refused.value.code == ("quiz_waits" if number < 2 else "quiz_tries_used_up")
            if number < 2:
                assert refused.value.allowed_from == clock.now() + dt.timedelta(minutes=30)


def test_a_second_try_asks_first_what_the_first_did_not(row: Enrolment) -> None:
    school.read(row)
    first = school.begin(row)
    attempts.hand_in(first, user=row.user)
    with clock.stopped(clock.now() + HOUR):
        second = school.begin(row)
    asked = [set(one.answers.values_list("question", flat=True)) for one in (first, second)]
    assert all(len(one) == 4 for one in asked)
    assert len(asked[0] & asked[1]) == 2, "six in the bank, four drawn: the two fresh ones and two known"


def test_a_question_out_of_use_is_not_drawn(row: Enrolment, trainer: User) -> None:
    for question in school.bank_of(row.course)[:2]:
        questions.use(question, is_active=False, by=trainer)
    school.read(row)
    drawn = set(school.begin(row).answers.values_list("question", flat=True))
    assert drawn == {one.pk for one in school.bank_of(row.course)[2:]}


def test_no_answer_is_taken_after_the_time_and_the_sweep_grades_what_there_is(row: Enrolment) -> None:
    school.read(row)
    attempt = school.begin(row)
    school.answer_rightly(attempt)
    assert attempt.ends_at is not None
    with clock.stopped(attempt.ends_at):
        with pytest.raises(Refusal) as refused:
            attempts.answer(attempt, 1, user=row.user, shown=[0])
        assert refused.value.code == "quiz_is_over"
        assert attempts.close_overdue(attempt).passed is True
    with clock.stopped(attempt.ends_at - dt.timedelta(seconds=1)):
        other = QuizAttempt.objects.get(pk=attempt.pk)
        assert attempts.close_overdue(other).closed_at is not None, "closed once, it stays so"


def test_an_attempt_that_still_runs_is_not_closed_by_the_sweep(row: Enrolment) -> None:
    school.read(row)
    assert attempts.close_overdue(school.begin(row)).closed_at is None


def test_every_kind_of_step_is_needed(clerk: User, whole: Course, trainer: User, manager: User) -> None:
    row = school.enrolled(clerk, whole)
    school.read(row)
    school.attend(row, trainer)
    school.pass_quiz(row)
    step = school.step_of(whole, "check")
    items = bank.items_of(step)
    failed = checks.record(row, step, {items[0].pk: True, items[1].pk: False}, comment="Looked away", by=manager)
    assert failed.passed is False
    assert not Certificate.objects.filter(user=clerk).exists()
    passed = checks.record(row, step, {item.pk: True for item in items}, by=manager)
    assert (passed.passed, passed.store) == (True, clerk.employment.store)
    row.refresh_from_db()
    assert row.certificate is not None
    assert PracticalCheck.objects.get(pk=failed.pk).comment == "Looked away"


def test_the_practical_check_is_somebody_elses_work(whole: Course, trainer: User, manager: User, clerk: User) -> None:
    row = school.enrolled(manager, whole)
    school.read(row)
    school.attend(row, trainer)
    school.pass_quiz(row)
    step = school.step_of(whole, "check")
    marks = {item.pk: True for item in bank.items_of(step)}
    with pytest.raises(Refusal) as refused:
        checks.record(row, step, marks, by=manager)
    assert refused.value.code == "not_oneself"
    assert AuditRecord.objects.filter(action="core.alert.self_certified").exists()
    with pytest.raises(Refusal) as refused:
        checks.record(row, step, marks, by=clerk)
    assert refused.value.code == "not_permitted"
    with pytest.raises(IntegrityError), transaction.atomic():
        PracticalCheck.objects.create(enrolment=row, step=step, trainee=manager, assessor=manager, passed=True)


def test_a_manager_assesses_the_people_of_his_store_alone(
    whole: Course, trainer: User, manager: User, other_clerk: User
) -> None:
    row = school.enrolled(other_clerk, whole)
    school.read(row)
    school.attend(row, trainer)
    school.pass_quiz(row)
    step = school.step_of(whole, "check")
    with pytest.raises(Refusal) as refused:
        checks.record(row, step, {item.pk: True for item in bank.items_of(step)}, by=manager)
    assert refused.value.status == 404


def test_a_check_sheet_is_filled_in_whole_and_in_its_turn(
    clerk: User, whole: Course, trainer: User, manager: User
) -> None:
    row, step = school.enrolled(clerk, whole), school.step_of(whole, "check")
    items = bank.items_of(step)
    with pytest.raises(Refusal) as refused:
        checks.record(row, step, {item.pk: True for item in items}, by=manager)
    assert refused.value.code == "step_comes_later"
    school.read(row)
    school.attend(row, trainer)
    school.pass_quiz(row)
    with pytest.raises(Refusal) as refused:
        checks.record(row, step, {items[0].pk: True}, by=manager)
    assert refused.value.code == "check_sheet_not_filled"


def _class(whole: Course, trainer: User, *, seats: int = 1) -> ClassSession:
    step = school.step_of(whole, "class")
    return sessions.plan(
        step, starts_at=clock.now() + HOUR, minutes=60, place="SH1", trainer=trainer, seats=seats, by=trainer
    )


def test_a_class_has_no_more_people_than_seats(clerk: User, other_clerk: User, whole: Course, trainer: User) -> None:
    session = _class(whole, trainer)
    mine, his = school.enrolled(clerk, whole), school.enrolled(other_clerk, whole)
    seat = sessions.book(session, mine, user=clerk)
    assert sessions.book(session, mine, user=clerk) == seat
    with pytest.raises(Refusal) as refused:
        sessions.book(session, his, user=other_clerk)
    assert refused.value.code == "class_is_full"
    sessions.give_up(seat, user=clerk)
    sessions.give_up(seat, user=clerk)
    assert sessions.book(session, his, user=other_clerk).state == ClassSeat.State.BOOKED
    with pytest.raises(IntegrityError), transaction.atomic():
        ClassSession.objects.filter(pk=session.pk).update(taken=2)


def test_a_seat_is_nobody_elses_to_give_up(clerk: User, other_clerk: User, whole: Course, trainer: User) -> None:
    seat = sessions.book(_class(whole, trainer), school.enrolled(clerk, whole), user=clerk)
    with pytest.raises(Refusal) as refused:
        sessions.give_up(seat, user=other_clerk)
    assert refused.value.status == 404


def test_attendance_is_taken_by_the_trainer_once_the_class_has_begun(clerk: User, whole: Course, trainer: User) -> None:
    session = _class(whole, trainer)
    row = school.enrolled(clerk, whole)
    seat = sessions.book(session, row, user=clerk)
    with pytest.raises(Refusal) as refused:
        sessions.mark(session, {seat.pk: True}, by=trainer)
    assert refused.value.code == "class_has_not_begun"
    with clock.stopped(clock.now() + 2 * HOUR):
        with pytest.raises(Refusal) as refused:
            sessions.mark(session, {seat.pk: True}, by=clerk)
        assert refused.value.status == 403
        sessions.mark(session, {seat.pk: False}, by=trainer)
        assert row.done.count() == 0
        assert sessions.mark(session, {seat.pk: True}, by=trainer).state == ClassSession.State.HELD
        sessions.mark(session, {seat.pk: False}, by=trainer)
    seat.refresh_from_db()
    assert (seat.state, row.done.count()) == (ClassSeat.State.ATTENDED, 1), "who was there was there"


def test_nobody_takes_his_own_attendance(whole: Course, trainer: User) -> None:
    session, row = _class(whole, trainer), school.enrolled(trainer, whole)
    seat = sessions.book(session, row, user=trainer)
    with clock.stopped(clock.now() + 2 * HOUR), pytest.raises(Refusal) as refused:
        sessions.mark(session, {seat.pk: True}, by=trainer)
    assert refused.value.code == "not_oneself"


def test_who_has_a_seat_hears_that_the_class_is_cancelled(clerk: User, whole: Course, trainer: User) -> None:
    session = _class(whole, trainer)
    sessions.book(session, school.enrolled(clerk, whole), user=clerk)
    sessions.cancel(session, reason="The trainer is ill.", by=trainer)
    sessions.cancel(session, reason="again", by=trainer)
    assert Message.objects.filter(event="training.class_cancelled", recipient=clerk, channel="inbox").count() == 1


def test_somebody_is_enrolled_once_at_a_time_and_may_begin_anew(clerk: User, course: Course, trainer: User) -> None:
    row = enrolments.enrol(clerk, course, by=trainer)
    assert enrolments.enrol(clerk, course, by=trainer) == row
    assert enrolments.begin(course, user=clerk) == row
    assert row.due_on == clock.today() + dt.timedelta(days=14)
    assert Message.objects.filter(event="training.enrolled", recipient=clerk, channel="inbox").count() == 1
    enrolments.withdraw(row, reason="Wrong person", by=trainer)
    assert enrolments.begin(course, user=clerk) != row
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(user=clerk, course=course, source="own", due_on=clock.today())


def test_a_manager_enrols_the_people_of_his_store_alone(
    clerk: User, other_clerk: User, manager: User, course: Course
) -> None:
    assert enrolments.enrol(clerk, course, by=manager).source == Enrolment.Source.BY_HAND
    with pytest.raises(Refusal) as refused:
        enrolments.enrol(other_clerk, course, by=manager)
    assert refused.value.status == 404


def test_what_is_retired_or_a_draft_is_taken_by_nobody(clerk: User, course: Course, trainer: User) -> None:
    row = school.enrolled(clerk, course)
    courses.retire(course, reason="Outdated", by=trainer)
    course.refresh_from_db()
    other = factories.StaffFactory.create(roles={"clerk": Store.objects.first()})
    with pytest.raises(Refusal) as refused:
        enrolments.begin(course, user=other)
    assert refused.value.code == "course_not_open"
    school.read(row)
    assert school.pass_quiz(row).passed, "who was at it may finish"


def test_a_course_taken_again_renews_the_certificate(clerk: User, course: Course) -> None:
    first = school.certify(clerk, course).certificate
    with clock.stopped(clock.now() + dt.timedelta(days=350)):
        second = school.certify(clerk, course).certificate
    assert first is not None
    assert second is not None
    first.refresh_from_db()
    assert first.state == "replaced"
    assert first.last_valid_on is not None
    assert second.last_valid_on == certifying.last_day(first.last_valid_on, months=12), "early renewal loses nothing"


def test_my_training_is_told_in_a_constant_number_of_statements(
    clerk: User, trainer: User, course: Course, whole: Course, django_assert_max_num_queries: object
) -> None:
    school.certify(clerk, course)
    school.enrolled(clerk, whole)
    for number in range(4):
        school.enrolled(clerk, school.make_course(f"more-{number}", ("read",), trainer=trainer))
    with django_assert_max_num_queries(7):  # type: ignore[operator]
        told = progress.training_of(clerk)
    assert (len(told.due), len(told.held), len(told.done)) == (5, 1, 1)
    assert [one.percent for one in told.due] == [0] * 5
