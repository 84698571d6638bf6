"""A department is asked: whoever works there sees the question and answers it, and sees nothing of what the member said."""

import pytest
from django.test import Client

from core import worklists
from core.models import Department, Message, User
from service_desk.models import Case, CaseTask
from service_desk.operations import tasks
from tests.service_desk import desk
from tests.service_desk.screens.cast import logged_in, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def accountant(finance: User, finance_department: Department) -> Client:
    return logged_in(finance)


@pytest.fixture
def question(complaint: Case, finance_department: Department, service_agent: User, finance: User) -> CaseTask:
    return tasks.ask(complaint, department=finance_department, question="Was she charged twice?", by=service_agent)


def at(task: CaseTask) -> str:
    return f"/admin/service_desk/casetask/{task.pk}/change/"


def test_the_department_is_led_to_the_question_and_answers_it(
    accountant: Client, question: CaseTask, finance: User, complaint: Case
) -> None:
    assert Message.objects.get(event="case.task_asked", recipient=finance).link.endswith(at(question))
    waiting = {one.worklist.code: one for one in worklists.waiting_for(finance)}["cases.tasks"]
    assert waiting.count == 1
    assert complaint.number in shown(accountant.get(waiting.worklist.address))
    page = shown(accountant.get(at(question)))
    assert "Was she charged twice?" in page
    assert "The kitchen was closed at nine." not in page
    assert complaint.subject not in page
    accountant.post(at(question), {"answer": "Once only."})
    question.refresh_from_db()
    assert (question.state, question.answer, question.ended_by) == ("done", "Once only.", finance)
    assert desk.fresh(complaint).state == "open"
    assert not {one.worklist.code: one for one in worklists.waiting_for(finance)}["cases.tasks"].count


def test_it_is_answered_once(accountant: Client, question: CaseTask) -> None:
    accountant.post(at(question), {"answer": "Once only."})
    again = accountant.post(at(question), {"answer": "Twice after all."})
    assert again.status_code == 422
    question.refresh_from_db()
    assert question.answer == "Once only."


def test_an_empty_answer_says_so(accountant: Client, question: CaseTask) -> None:
    assert accountant.post(at(question), {"answer": " "}).status_code == 422
    question.refresh_from_db()
    assert question.state == "open"


def test_another_department_finds_nothing(question: CaseTask, planner: User) -> None:
    browser = logged_in(planner)
    assert browser.get(at(question)).status_code == 404
    assert browser.post(at(question), {"answer": "Yes"}).status_code == 404
    assert question.case.number not in shown(browser.get("/admin/service_desk/casetask/"))


def test_who_only_looks_does_not_answer(question: CaseTask, auditor: User) -> None:
    browser = logged_in(auditor)
    assert "Was she charged twice?" in shown(browser.get(at(question)))
    assert browser.post(at(question), {"answer": "Yes"}).status_code in {403, 422}
    question.refresh_from_db()
    assert question.state == "open"
