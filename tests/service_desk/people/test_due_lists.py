"""On-boarding, refreshers and reminders: the nightly sweeps give and tell once, and catch up (SVC-08 · D7.1.4)."""

import datetime as dt
from contextlib import AbstractContextManager

import pytest

from core import certifying, clock, sweeps
from core.models import Message, RoleAssignment, Store, User
from core.refusals import Refusal
from service_desk.models import Course, Enrolment, QuizAttempt
from service_desk.people.operations import enrolments, onboarding
from service_desk.people.queries import due, progress
from tests import factories
from tests.service_desk.people import school

DAY = dt.timedelta(days=1)
Source = Enrolment.Source


def sweep(name: str) -> int:
    return sweeps.run(name).done


def on(days: int) -> AbstractContextManager[None]:
    return clock.stopped(clock.now() + days * DAY)


@pytest.fixture
def rule(course: Course, clerk: User, trainer: User) -> object:
    return onboarding.set_rule(
        course, post=clerk.employment.post, role="", within_days=10, starts_on=clock.today(), by=trainer
    )


@pytest.mark.usefixtures("rule")
def test_everybody_at_the_post_is_given_the_course_once(clerk: User, other_clerk: User, manager: User) -> None:
    assert sweep("training.onboard") == 2
    assert sweep("training.onboard") == 0
    rows = Enrolment.objects.filter(source=Source.ONBOARDING)
    assert {row.user for row in rows} == {clerk, other_clerk}
    assert {row.due_on for row in rows} == {clock.today() + 10 * DAY}
    assert Message.objects.filter(event="training.enrolled", channel="inbox").count() == 2


@pytest.mark.usefixtures("rule")
def test_who_has_it_already_or_has_had_it_taken_off_is_left_alone(
    clerk: User, other_clerk: User, course: Course, trainer: User
) -> None:
    school.certify(clerk, course)
    sweep("training.onboard")
    enrolments.withdraw(Enrolment.objects.get(user=other_clerk), reason="Leaves soon", by=trainer)
    assert sweep("training.onboard") == 0
    assert Enrolment.objects.filter(user=clerk).count() == 1


def test_a_role_brings_its_course(course: Course, trainer: User, store: Store, director: User) -> None:
    onboarding.set_rule(course, post=None, role="store_manager", within_days=5, starts_on=clock.today(), by=trainer)
    newcomer = factories.StaffFactory.create(roles={"store_manager": store})
    with on(3):
        later = factories.StaffFactory.create(roles={})
        RoleAssignment.objects.create(user=later, role="store_manager", store=store)
        assert sweep("training.onboard") == 2
        assert Enrolment.objects.get(user=newcomer).due_on == clock.today() + 2 * DAY
        assert Enrolment.objects.get(user=later).due_on == clock.today() + 5 * DAY


def test_who_has_left_is_given_nothing(course: Course, clerk: User, rule: object) -> None:
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert sweep("training.onboard") == 0


@pytest.mark.parametrize(
    ("post", "role", "code"),
    [(True, "clerk", "rule_is_for_a_post_or_a_role"), (False, "", "rule_is_for_a_post_or_a_role"),
     (False, "king", "rule_is_for_a_post_or_a_role")],
)  # fmt: skip
def test_a_rule_is_for_a_post_or_a_role(
    course: Course, clerk: User, trainer: User, post: bool, role: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        onboarding.set_rule(
            course,
            post=clerk.employment.post if post else None,
            role=role,
            within_days=5,
            starts_on=clock.today(),
            by=trainer,
        )
    assert refused.value.code == code


def test_an_ended_rule_gives_nothing_more(course: Course, clerk: User, trainer: User) -> None:
    made = onboarding.set_rule(
        course, post=clerk.employment.post, role="", within_days=5, starts_on=clock.today(), by=trainer
    )
    onboarding.end_rule(made, reason="Not needed", by=trainer)
    onboarding.end_rule(made, reason="again", by=trainer)
    assert sweep("training.onboard") == 0


def test_a_certificate_that_ends_brings_its_refresher_once(clerk: User, course: Course) -> None:
    given = school.certify(clerk, course).certificate
    assert given is not None
    last = given.last_valid_on
    assert last is not None
    with clock.stopped(dt.datetime.combine(last - 31 * DAY, dt.time(3), tzinfo=clock.zone())):
        assert sweep("training.refresh") == 0
    with clock.stopped(dt.datetime.combine(last - 30 * DAY, dt.time(3), tzinfo=clock.zone())):
        assert sweep("training.refresh") == 1
        assert sweep("training.refresh") == 0
    row = Enrolment.objects.get(user=clerk, source=Source.REFRESHER)
    assert row.due_on == last


def test_nights_that_were_missed_are_caught_up_and_there_is_time_for_it(clerk: User, course: Course) -> None:
    given = school.certify(clerk, course).certificate
    assert given is not None
    assert given.last_valid_on is not None
    with clock.stopped(dt.datetime.combine(given.last_valid_on + 40 * DAY, dt.time(3), tzinfo=clock.zone())):
        assert sweep("training.refresh") == 1
        assert Enrolment.objects.get(source=Source.REFRESHER).due_on == clock.today() + 7 * DAY


def test_a_refresher_that_was_taken_off_does_not_come_back_every_night(
    clerk: User, course: Course, trainer: User
) -> None:
    given = school.certify(clerk, course).certificate
    assert given is not None
    assert given.last_valid_on is not None
    with clock.stopped(dt.datetime.combine(given.last_valid_on - 5 * DAY, dt.time(3), tzinfo=clock.zone())):
        sweep("training.refresh")
        enrolments.withdraw(Enrolment.objects.get(source=Source.REFRESHER), reason="Moves to finance", by=trainer)
        assert sweep("training.refresh") == 0


def test_a_revoked_certificate_needs_no_refresher(clerk: User, course: Course, director: User) -> None:
    given = school.certify(clerk, course).certificate
    assert given is not None
    assert given.last_valid_on is not None
    certifying.revoke(given, by=director, reason="x")
    with clock.stopped(dt.datetime.combine(given.last_valid_on, dt.time(3), tzinfo=clock.zone())):
        assert sweep("training.refresh") == 0


def test_people_are_reminded_soon_and_late_once_each(clerk: User, course: Course, trainer: User) -> None:
    row = enrolments.enrol(clerk, course, by=trainer, due_on=clock.today() + 10 * DAY)
    told = []
    for days in (0, 6, 7, 8, 10, 11, 12, 30):
        with on(days):
            told.append(sweep("training.remind"))
    assert told == [0, 0, 1, 0, 0, 1, 0, 0]
    inbox = Message.objects.filter(recipient=clerk, channel="inbox")
    assert inbox.filter(event="training.due_soon").count() == 1
    assert inbox.filter(event="training.overdue").count() == 1
    enrolments.withdraw(row, reason="x", by=trainer)


def test_what_is_done_is_reminded_of_no_more(clerk: User, course: Course) -> None:
    school.certify(clerk, course)
    with on(400):
        assert sweep("training.remind") == 0


def test_quizzes_out_of_time_are_graded_by_the_sweep(clerk: User, course: Course) -> None:
    row = school.enrolled(clerk, course)
    school.read(row)
    attempt = school.begin(row)
    assert sweep("training.close_attempts") == 0
    with clock.stopped(attempt.ends_at or clock.now()):
        assert sweep("training.close_attempts") == 1
        assert sweep("training.close_attempts") == 0
    assert QuizAttempt.objects.get().passed is False


def test_a_check_waits_for_the_manager_once_all_else_is_done(
    clerk: User, manager: User, trainer: User, whole: Course
) -> None:
    row = school.enrolled(clerk, whole)
    assert not due.to_check(manager)
    school.read(row)
    school.attend(row, trainer)
    school.pass_quiz(row)
    assert list(due.to_check(manager)) == [row]
    assert list(due.to_check(trainer)) == [row]
    assert not due.to_check(clerk)


def test_certificates_about_to_end_are_listed(clerk: User, course: Course) -> None:
    given = school.certify(clerk, course).certificate
    assert given is not None
    assert given.last_valid_on is not None
    assert not progress.ending(clock.today(), within=30)
    assert list(progress.ending(given.last_valid_on - 30 * DAY, within=30)) == [given]
    assert not progress.ending(given.last_valid_on + DAY, within=30)
