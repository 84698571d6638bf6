"""“My training” and the back office of training, as they are clicked (SVC-08, SVC-09)."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from core import certifying, clock
from core.models import Certificate, Competence, CompetenceRequirement, User
from service_desk.models import (
    ClassSession,
    Course,
    Enrolment,
    OnboardingRule,
    PracticalCheck,
    QuizAttempt,
    QuizQuestion,
)
from service_desk.people.operations import courses, enrolments
from service_desk.people.queries import bank
from tests.service_desk.people import school

ENGLISH: dict[str, Any] = {"headers": {"accept-language": "en"}}
CSS = "/static/css/work.css"


def browser(user: User) -> Client:
    made = Client(**ENGLISH)
    made.force_login(user)
    return made


def text(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


def test_a_clerk_goes_through_a_course_by_its_pages(clerk: User, course: Course, trainer: User) -> None:
    enrolments.enrol(clerk, course, by=trainer)
    page = browser(clerk)
    home = text(page.get("/work/training/"))
    assert "Activating" in home
    assert "0 of 2 steps" in home
    assert CSS in home
    shown = text(page.get("/work/training/activating/"))
    step = school.step_of(course, "read")
    assert reverse("people:step", args=["activating", step.pk]) in shown
    reading = text(page.get(f"/work/training/activating/steps/{step.pk}/"))
    assert "<h2>Who</h2>" in reading
    assert "<li>Card</li>" in reading
    page.post(f"/work/training/activating/steps/{step.pk}/")
    quiz = school.step_of(course, "quiz")
    answer = page.post(f"/work/training/activating/steps/{quiz.pk}/quiz/")
    attempt = QuizAttempt.objects.get()
    assert answer["Location"] == f"/work/quiz/{attempt.pk}/1/"
    for one in attempt.answers.select_related("version").order_by("position"):
        asked = text(page.get(f"/work/quiz/{attempt.pk}/{one.position}/"))
        assert str(one.version) in asked
        assert "data-seconds" in asked
        key = bank.key_of(one.version)
        places = [place for place, choice in enumerate(one.order) if choice in key.right] or sorted(key.right)
        page.post(
            f"/work/quiz/{attempt.pk}/{one.position}/",
            {"choice": places, "typed": one.version.answer if one.version.kind == "number" else ""},
        )
    overview = text(page.get(f"/work/quiz/{attempt.pk}/"))
    assert "4 of 4 answered" in overview
    page.post(f"/work/quiz/{attempt.pk}/hand-in/")
    result = text(page.get(f"/work/quiz/{attempt.pk}/"))
    assert 'data-outcome="passed"' in result
    assert "Because of" in result
    done = text(page.get("/work/training/activating/"))
    assert "This course is done" in done
    assert "valid through" in text(page.get("/work/training/"))


def test_going_back_keeps_what_was_answered(clerk: User, course: Course) -> None:
    row = school.enrolled(clerk, course)
    school.read(row)
    attempt, page = school.begin(row), browser(clerk)
    position = attempt.answers.exclude(version__kind="number").earliest("position").position
    back = {"back": "1"} if position > 1 else {}
    answer = page.post(f"/work/quiz/{attempt.pk}/{position}/", {"choice": "0"} | back)
    assert answer["Location"] == f"/work/quiz/{attempt.pk}/{position - 1 if back else 2}/"
    assert "checked" in text(page.get(f"/work/quiz/{attempt.pk}/{position}/"))


def test_a_quiz_out_of_time_leads_to_its_result(clerk: User, course: Course) -> None:
    row = school.enrolled(clerk, course)
    school.read(row)
    attempt, page = school.begin(row), browser(clerk)
    with clock.stopped(attempt.ends_at or clock.now()):
        assert page.get(f"/work/quiz/{attempt.pk}/1/")["Location"] == f"/work/quiz/{attempt.pk}/"
        assert "The time is over" in text(page.get(f"/work/quiz/{attempt.pk}/"))
        page.post(f"/work/quiz/{attempt.pk}/hand-in/")
        assert 'data-outcome="failed"' in text(page.get(f"/work/quiz/{attempt.pk}/"))


def test_somebody_elses_attempt_is_as_good_as_missing(clerk: User, other_clerk: User, course: Course) -> None:
    row = school.enrolled(clerk, course)
    school.read(row)
    attempt, page = school.begin(row), browser(other_clerk)
    for path in (f"/work/quiz/{attempt.pk}/", f"/work/quiz/{attempt.pk}/1/"):
        assert page.get(path).status_code == 404
    assert page.post(f"/work/quiz/{attempt.pk}/1/", {"choice": "0"}).status_code == 404
    assert page.post(f"/work/quiz/{attempt.pk}/hand-in/").status_code == 404
    attempt.refresh_from_db()
    assert attempt.closed_at is None


@pytest.mark.parametrize(
    "typed", [{"choice": "99"}, {"choice": "-1"}, {"choice": "\x00"}, {"typed": "x" * 10_000}, {"choice": "²"}]
)
def test_what_no_one_means_harms_nothing(clerk: User, course: Course, typed: dict[str, str]) -> None:
    row = school.enrolled(clerk, course)
    school.read(row)
    attempt = school.begin(row)
    assert browser(clerk).post(f"/work/quiz/{attempt.pk}/1/", typed).status_code == 302


def test_a_member_and_a_visitor_have_no_business_here(client: Client, her_work: Client, course: Course) -> None:
    assert client.get("/work/training/")["Location"].startswith("/account/login/")
    assert her_work.get("/work/training/").status_code == 403
    assert her_work.post("/work/training/activating/begin/").status_code == 403


@pytest.fixture
def her_work(wanqing: Any) -> Client:
    return browser(wanqing.user)


def test_a_draft_is_seen_by_nobody_who_learns(clerk: User, trainer: User) -> None:
    courses.begin("draft", {"name": "Draft"}, by=trainer)
    assert browser(clerk).get("/work/training/draft/").status_code == 404


def test_a_course_is_taken_of_ones_own_accord(clerk: User, course: Course) -> None:
    page = browser(clerk)
    assert "Take this course" in text(page.get("/work/training/activating/"))
    page.post("/work/training/activating/begin/")
    assert Enrolment.objects.get(user=clerk).source == Enrolment.Source.OWN


def test_a_seat_is_booked_and_given_up(clerk: User, whole: Course, trainer: User) -> None:
    school.enrolled(clerk, whole)
    page = browser(trainer)
    when = (clock.now() + dt.timedelta(days=2)).astimezone(clock.zone())
    typed = {
        "step": school.step_of(whole, "class").pk, "starts_at": f"{when:%Y-%m-%dT%H:%M}", "minutes": 60, "place": "SH1",
        "trainer": trainer.pk, "seats": 2,
    }  # fmt: skip
    page.post("/admin/service_desk/classsession/add/", typed)
    session = ClassSession.objects.get()
    learner = browser(clerk)
    assert "2 seats left" in text(learner.get("/work/training/whole/"))
    learner.post(f"/work/classes/{session.pk}/book/")
    assert "you have a seat" in text(learner.get("/work/training/whole/"))
    seat = session.booked.get()
    assert browser(trainer).post(f"/work/seats/{seat.pk}/give-up/").status_code == 404
    with clock.stopped(clock.now() + dt.timedelta(days=2, hours=1)):
        page = browser(trainer)
        assert "Was there" in text(page.get(f"/admin/service_desk/classsession/{session.pk}/change/"))
        page.post(f"/admin/service_desk/classsession/{session.pk}/mark/", {"present": [seat.pk]})
    seat.refresh_from_db()
    assert seat.state == "attended"


def test_a_file_is_a_download_for_who_takes_the_course(
    clerk: User, other_clerk: User, course: Course, trainer: User
) -> None:
    step, page = school.step_of(course, "read"), browser(trainer)
    upload = SimpleUploadedFile("Leitfaden für alle.pdf", b"%PDF-1.4\n%%EOF\n", content_type="text/html")
    page.post(f"/admin/service_desk/course/steps/{step.pk}/", {"body": "Read the guide.", "file": upload})
    school.enrolled(clerk, course)
    answer = browser(clerk).get(f"/work/training/activating/steps/{step.pk}/file/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert browser(other_clerk).get(f"/work/training/activating/steps/{step.pk}/file/").status_code == 404


def test_the_trainer_writes_a_course_by_its_pages(trainer: User, activating: Competence) -> None:
    page = browser(trainer)
    page.post(
        "/admin/service_desk/course/add/",
        {"code": "tills", "name": "Tills", "competence": activating.pk, "due_days": 10},
    )
    course = Course.objects.get(code="tills")
    page.post(f"/admin/service_desk/course/{course.pk}/steps/add/read/", {"name": "Read"})
    page.post(
        f"/admin/service_desk/course/{course.pk}/steps/add/quiz/",
        {"name": "Quiz", "questions": 1, "pass_percent": 100, "wait_minutes": 0},
    )
    reading, quiz = bank.steps_of(course)
    page.post(f"/admin/service_desk/course/steps/{reading.pk}/", {"body": "A till is a till."})
    question = {
        "course": course.pk, "kind": "single", "text": "What is a till?", "choice_0_en": "A till", "right_0": "on",
        "choice_1_en": "A tail", "explanation": "Read it.",
    }  # fmt: skip
    page.post("/admin/service_desk/quizquestion/add/", question)
    row = QuizQuestion.objects.get()
    assert row.version is not None
    assert [one["right"] for one in row.version.choices] == [True, False]
    refused = page.post("/admin/service_desk/quizquestion/add/", question | {"right_0": ""})
    assert refused.status_code == 422
    assert QuizQuestion.objects.count() == 1
    page.post(f"/admin/service_desk/quizquestion/{row.pk}/change/", question | {"text": "What is a till, really?"})
    row.refresh_from_db()
    assert row.version.number == 2
    assert "is-met" in text(page.get(f"/admin/service_desk/course/{course.pk}/change/"))
    page.post(f"/admin/service_desk/course/{course.pk}/state/open/")
    page.post(f"/admin/service_desk/course/steps/{quiz.pk}/", {"name": "Quiz!", "questions": 1, "pass_percent": 90})
    quiz.refresh_from_db()
    assert (quiz.name, quiz.pass_percent) == ("Quiz!", 90)
    course.refresh_from_db()
    assert course.state == "open"
    page.post(f"/admin/service_desk/quizquestion/{row.pk}/use/out/")
    row.refresh_from_db()
    assert not row.is_active


def test_the_manager_gives_a_course_to_his_store_and_makes_the_check(
    clerk: User, manager: User, other_clerk: User, whole: Course, trainer: User
) -> None:
    page = browser(manager)
    form = text(page.get("/admin/service_desk/enrolment/add/"))
    assert str(clerk) in form
    assert str(other_clerk) not in form
    page.post("/admin/service_desk/enrolment/add/", {"course": whole.pk, "users": [clerk.pk]})
    row = Enrolment.objects.get(user=clerk)
    school.read(row)
    school.attend(row, trainer)
    school.pass_quiz(row)
    assert "Make the practical check" in text(page.get(f"/admin/service_desk/enrolment/{row.pk}/change/"))
    items = bank.items_of(school.step_of(whole, "check"))
    assert page.post(f"/admin/service_desk/enrolment/{row.pk}/check/", {f"item_{items[0].pk}": "1"}).status_code == 422
    page.post(
        f"/admin/service_desk/enrolment/{row.pk}/check/",
        {f"item_{item.pk}": "1" for item in items} | {"comment": "Well done"},
    )
    assert PracticalCheck.objects.get().passed
    assert Certificate.objects.filter(user=clerk).exists()
    elsewhere = school.enrolled(other_clerk, whole)
    assert page.get(f"/admin/service_desk/enrolment/{elsewhere.pk}/change/").status_code == 404
    assert page.get(f"/admin/service_desk/enrolment/{elsewhere.pk}/check/").status_code == 404


def test_the_director_requires_a_certificate_awards_and_revokes_one(
    director: User, clerk: User, activating: Competence
) -> None:
    page = browser(director)
    assert "Activating a card at the counter" in text(page.get("/admin/core/competencerequirement/add/"))
    typed = {"what": "counter.activate", "of": activating.pk, "starts_on": clock.today().isoformat(), "reason": "Rule"}
    page.post("/admin/core/competencerequirement/add/", typed)
    rule = CompetenceRequirement.objects.get()
    assert (rule.right, rule.subject) == ("counter.activate", "")
    assert page.post("/admin/core/competencerequirement/add/", typed).status_code == 422
    award = {"user": clerk.pk, "of": activating.pk, "awarded_on": clock.today().isoformat(), "reason": "Shown"}
    page.post("/admin/core/certificate/add/", award)
    given = Certificate.objects.get()
    assert "valid" in text(page.get("/admin/core/certificate/?standing=valid"))
    page.post(f"/admin/core/certificate/{given.pk}/decide/revoke/", {"reason": "x"})
    given.refresh_from_db()
    assert given.state == "revoked"
    page.post(f"/admin/core/competencerequirement/{rule.pk}/decide/waive/", {"reason": "Lifted"})
    rule.refresh_from_db()
    assert rule.ended_on == clock.today()


def test_a_competence_that_is_required_stays_in_use(director: User, activating: Competence) -> None:
    certifying.demand(activating, right="counter.sell", starts_on=clock.today(), reason="x", by=director)
    page = browser(director)
    answer = page.post(
        f"/admin/core/competence/{activating.pk}/change/",
        {"code": activating.code, "name": "Activating", "valid_months": 12},
    )
    assert "required of a right" in text(answer)
    activating.refresh_from_db()
    assert activating.is_active


def test_a_rule_of_on_boarding_is_set_and_ended(trainer: User, course: Course) -> None:
    page = browser(trainer)
    typed = {"course": course.pk, "role": "clerk", "within_days": 7, "starts_on": clock.today().isoformat()}
    page.post("/admin/service_desk/onboardingrule/add/", typed)
    rule = OnboardingRule.objects.get()
    page.post(f"/admin/service_desk/onboardingrule/{rule.pk}/decide/end/", {"reason": "x"})
    rule.refresh_from_db()
    assert rule.ended_at is not None


@pytest.mark.parametrize("standing", ["open", "overdue", "done", "withdrawn", "nonsense"])
def test_the_due_list_is_filtered(trainer: User, clerk: User, course: Course, standing: str) -> None:
    school.enrolled(clerk, course)
    assert browser(trainer).get(f"/admin/service_desk/enrolment/?standing={standing}").status_code in {200, 302}


def test_the_workbench_tells_what_training_waits(clerk: User, course: Course, trainer: User) -> None:
    enrolments.enrol(clerk, course, by=trainer)
    home = text(browser(clerk).get("/admin/"))
    assert "My training due" in home
    assert 'href="/work/training/"' in home


def test_a_clerk_writes_nothing_in_the_back_office(clerk: User, course: Course) -> None:
    page = browser(clerk)
    for path in ("/admin/service_desk/course/", "/admin/service_desk/enrolment/", "/admin/core/certificate/"):
        assert page.get(path).status_code == 403
    assert page.post(f"/admin/service_desk/course/{course.pk}/state/retire/", {"reason": "x"}).status_code == 403
