"""The pages of coordination: asking, doing, leading a project, keeping minutes — and what others may not see (SVC-13)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.models import User
from service_desk.quality.models import Meeting, Milestone, Project, Task
from service_desk.quality.operations import projects, tasks
from tests.service_desk.quality import office

pytestmark = pytest.mark.django_db


def at(name: str, *args: object) -> str:
    return reverse(f"admin:service_desk_{name}", args=args)


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, name: str, *args: object, status: int = 200, **query: str) -> str:
    answer = as_(user).get(at(name, *args), query, headers={"accept-language": "en"})
    assert answer.status_code == status
    return str(answer.content.decode())


def task_typed(**more: Any) -> dict[str, Any]:
    usual = {
        "title": "Print the poster", "detail": "A2", "department": office.department().pk, "owner": "", "project": "",
        "starts_on": office.day(0).isoformat(), "due_on": office.day(7).isoformat(),
    }  # fmt: skip
    return usual | more


def test_a_task_goes_from_the_form_to_its_proof() -> None:
    planner, printer = office.planner(), office.colleague("printing")
    answer = as_(planner).post(at("task_add"), task_typed(owner=printer.pk))
    task = Task.objects.get()
    assert answer["Location"] == at("task_change", task.pk)
    assert "Print the poster" in page(printer, "task_changelist", whose="mine")
    assert "What shows that it is done" in page(printer, "task_change", task.pk)
    as_(printer).post(at("task_act", task.pk, "begin"))
    as_(printer).post(at("task_act", task.pk, "finish"), {"said": "Hangs at both doors."})
    assert "Hangs at both doors." in page(planner, "task_change", task.pk)
    assert "Print the poster" not in page(printer, "task_changelist")
    assert "Print the poster" in page(printer, "task_changelist", standing="done")
    as_(planner).post(at("task_act", task.pk, "reopen"), {"said": "One door is missing."})
    task.refresh_from_db()
    assert task.state == "open"


def test_a_form_that_cannot_be_kept_says_why_and_keeps_nothing() -> None:
    planner = office.planner()
    for typed, said in (
        (task_typed(due_on=office.day(-1).isoformat()), "The last day lies before the first."),
        (task_typed(title="   "), "field-error"),
        (task_typed(department=""), "field-error"),
    ):
        answer = as_(planner).post(at("task_add"), typed, headers={"accept-language": "en"})
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert Task.objects.count() == 0


def test_what_waits_cannot_be_finished_from_its_page_and_the_refusal_is_read() -> None:
    planner = office.planner()
    words = office.asked("Write the words", by=planner)
    task = office.asked(by=planner, waits_for=(words.pk,))
    shown = page(planner, "task_change", task.pk)
    assert "It can be finished once what it waits for is done." in shown
    answer = as_(planner).post(
        at("task_act", task.pk, "finish"), {"said": "Anyway."}, follow=True, headers={"accept-language": "en"}
    )
    assert "It waits for “Write the words”, which is not done." in answer.content.decode()


def test_ties_are_kept_when_a_task_is_changed_and_an_owner_who_has_left_stays_until_another_is_named() -> None:
    planner, gone = office.planner(), office.colleague("printing")
    words = office.asked("Write the words", by=planner)
    task = office.asked(by=planner, waits_for=(words.pk,), owner=gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    shown = page(planner, "task_edit", task.pk)
    assert f'<option value="{gone.pk}" selected>' in shown
    typed = task_typed(title="Print two posters", waits_for=[words.pk], owner=gone.pk)
    as_(planner).post(at("task_edit", task.pk), typed)
    task.refresh_from_db()
    assert (task.title, task.owner, list(task.waits_for.all())) == ("Print two posters", gone, [words])


def test_whoever_has_no_part_in_a_task_finds_no_page_of_it() -> None:
    task, stranger = office.asked(), office.colleague("stores")
    page(stranger, "task_change", task.pk, status=404)
    page(stranger, "task_edit", task.pk, status=404)
    for verb in ("take", "begin", "finish", "drop", "reopen"):
        assert as_(stranger).post(at("task_act", task.pk, verb), {"said": "x"}).status_code == 404
    assert "Print the poster" not in page(stranger, "task_changelist")
    task.refresh_from_db()
    assert task.state == "open"


def test_whoever_may_look_but_not_steer_finds_nothing_to_press() -> None:
    task, auditor = office.asked(), office.colleague("", "auditor")
    assert "What can be done" not in page(auditor, "task_change", task.pk)
    assert as_(auditor).post(at("task_act", task.pk, "begin")).status_code == 403
    page(auditor, "task_edit", task.pk, status=403)
    page(auditor, "task_add", status=403)
    assert as_(task.made_by).post(at("task_act", task.pk, "burn")).status_code == 404


def test_a_colleague_of_the_department_takes_on_what_nobody_does() -> None:
    printer = office.colleague("printing")
    task = office.asked(department=office.department("printing"))
    assert "I do it" in page(printer, "task_change", task.pk)
    as_(printer).post(at("task_act", task.pk, "take"))
    assert "I do it" not in page(printer, "task_change", task.pk)
    assert Task.objects.get().owner == printer


def test_a_project_is_begun_led_and_ended_on_its_page() -> None:
    planner, lead = office.planner(), office.colleague("stores")
    typed = {
        "name": "Harvest festival", "goal": "Four hundred guests.", "department": office.department().pk,
        "owner": lead.pk, "starts_on": office.day(0).isoformat(), "ends_on": office.day(40).isoformat(),
    }  # fmt: skip
    as_(planner).post(at("project_add"), typed)
    own = Project.objects.get()
    assert "No task and no milestone yet." in page(lead, "project_change", own.pk)
    leading = as_(lead)
    leading.post(at("project_act", own.pk, "milestone"), {"name": "Poster hangs", "due_on": office.day(20).isoformat()})
    leading.post(at("project_act", own.pk, "note"), {"light": "at-risk", "text": "A week more."})
    leading.post(f"{at('task_add')}?project={own.pk}", task_typed(project=own.pk))
    shown = page(lead, "project_change", own.pk)
    for said in ("<svg", "Print the poster", "Poster hangs", "at risk", "A week more.", "0 of 1 tasks done"):
        assert said in shown
    assert "at risk" in page(lead, "project_changelist")
    leading.post(at("project_reach", Milestone.objects.get().pk))
    assert Milestone.objects.get().reached_on == clock.today()
    leading.post(at("project_act", own.pk, "finish"), {"outcome": "214 guests."})
    own.refresh_from_db()
    assert own.state == "running", "a task is left"
    leading.post(at("project_act", own.pk, "stop"), {"outcome": "Too dear."})
    shown = page(lead, "project_change", own.pk)
    assert "Why it was stopped" in shown
    assert "Note it" not in shown


def test_a_plan_is_changed_by_whoever_leads_it_alone() -> None:
    own, stranger, doer = office.project(), office.colleague(), office.colleague("printing")
    office.asked(owner=doer, project=own)
    typed = {
        "name": "Harvest feast", "goal": own.goal, "department": own.department_id, "owner": own.owner_id,
        "starts_on": own.starts_on.isoformat(), "ends_on": office.day(-1).isoformat(),
    }  # fmt: skip
    page(stranger, "project_edit", own.pk, status=404)
    page(doer, "project_edit", own.pk, status=403)
    assert "Harvest festival" in page(doer, "project_change", own.pk)
    for verb in ("note", "milestone", "finish", "stop"):
        assert as_(doer).post(at("project_act", own.pk, verb), {"outcome": "x"}).status_code == 403
    answer = as_(own.owner).post(at("project_edit", own.pk), typed, headers={"accept-language": "en"})
    assert (answer.status_code, "The last day lies before the first." in answer.content.decode()) == (422, True)
    as_(own.owner).post(at("project_edit", own.pk), typed | {"ends_on": office.day(50).isoformat()})
    own.refresh_from_db()
    assert (own.name, own.ends_on) == ("Harvest feast", office.day(50))


def test_a_note_without_words_and_a_milestone_without_a_day_are_refused_in_words() -> None:
    own = office.project()
    for verb, said in (("note", "Say how it stands."), ("milestone", "A milestone needs a name.")):
        answer = as_(own.owner).post(at("project_act", own.pk, verb), follow=True, headers={"accept-language": "en"})
        assert said in answer.content.decode()


def test_minutes_are_kept_and_a_decision_becomes_a_task() -> None:
    planner, guest = office.planner(), office.colleague("stores")
    typed = {
        "title": "Weekly round", "held_on": office.day(0).isoformat(), "department": office.department().pk,
        "project": "", "attendees": [planner.pk, guest.pk], "minutes": "All present.",
        "decisions": "- Print posters\n\n• Ask the choir\n",
    }  # fmt: skip
    as_(planner).post(at("meeting_add"), typed)
    held = Meeting.objects.get()
    assert [one.text for one in held.decisions.all()] == ["Print posters", "Ask the choir"]
    decision = held.decisions.first()
    assert decision
    assert "Make it a task" in page(planner, "meeting_change", held.pk)
    assert "Make it a task" not in page(guest, "meeting_change", held.pk)
    form = page(planner, "task_add", decision=str(decision.pk))
    assert 'value="Print posters"' in form
    as_(planner).post(f"{at('task_add')}?decision={decision.pk}", task_typed(title="Print posters"))
    assert Task.objects.get().decision == decision
    again = as_(planner).post(
        f"{at('task_add')}?decision={decision.pk}", task_typed(title="Again"), headers={"accept-language": "en"}
    )
    assert "A task has come of this decision already." in again.content.decode()
    as_(planner).post(at("meeting_decide", held.pk), {"text": "Bake a cake"})
    assert "Bake a cake" in page(guest, "meeting_change", held.pk)
    assert as_(guest).post(at("meeting_decide", held.pk), {"text": "Two cakes"}).status_code == 403
    page(office.colleague("printing"), "meeting_change", held.pk, status=404)


def test_minutes_are_of_a_meeting_that_was_held() -> None:
    planner = office.planner()
    typed = {
        "title": "Tomorrow", "held_on": office.day(1).isoformat(), "department": office.department().pk,
        "attendees": [planner.pk], "minutes": "…",
    }  # fmt: skip
    answer = as_(planner).post(at("meeting_add"), typed, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert "Minutes are of a meeting that was held." in answer.content.decode()


def test_what_colleagues_write_is_shown_as_it_was_typed_and_never_run() -> None:
    planner = office.planner()
    evil = "<script>alert(1)</script>"
    own = office.project(evil, owner=planner, goal=evil)
    projects.note(own, light="on-track", text=evil, by=planner)
    projects.set_milestone(own, evil, due_on=office.day(9), by=planner)
    task = office.asked(evil, by=planner, project=own, detail=evil)
    tasks.finish(task, proof=evil, by=planner)
    held = office.meeting(evil, by=planner, title=evil, minutes=evil)
    for name, key in (
        ("task_change", task.pk), ("project_change", own.pk), ("meeting_change", held.pk), ("task_edit", task.pk),
    ):  # fmt: skip
        shown = page(planner, name, key)
        assert evil not in shown
        assert "&lt;script&gt;alert(1)" in shown
    for name in ("task_changelist", "project_changelist", "meeting_changelist"):
        query = {"standing": "all"} if name.startswith("task") else {}
        shown = str(as_(planner).get(at(name), query).content.decode())
        assert evil not in shown


@pytest.mark.parametrize("typed", ["0", "99999999999999999999", "x", "-1"])
def test_what_is_not_there_is_not_found(typed: str) -> None:
    planner = office.planner()
    for name in ("task_change", "project_change", "meeting_change"):
        page(planner, name, typed, status=404)
    page(planner, "task_add", status=404, project=typed)
    page(planner, "task_add", status=404, decision=typed)
