"""Tasks: asked of a department, taken on, done with proof in their order, reminded of (SVC-13 · B10.2)."""

import datetime as dt

import pytest

from core import clock, sweeps, worklists
from core.messaging import dispatch
from core.models import AuditRecord, Message
from service_desk.quality.models import Task
from service_desk.quality.operations import planning, projects, tasks
from service_desk.quality.queries import coordination as rows
from tests.service_desk.desk import refused
from tests.service_desk.quality import office

pytestmark = pytest.mark.django_db


def test_a_department_is_asked_and_whoever_does_it_is_told() -> None:
    printer = office.colleague("printing")
    task = office.asked(owner=printer, detail="A2, two languages.")
    assert (task.state, task.remind_on) == ("open", office.day(4))
    assert (office.told(printer, "task.assigned"), office.told(printer, "task.assigned", "email")) == (1, 1)
    assert list(rows.mine(printer)) == [task]
    record = AuditRecord.objects.latest("pk")
    assert record.action == "service_desk.department_task.ask"
    assert record.details["title"] == "Print the poster"


def test_whoever_asks_himself_is_not_told() -> None:
    planner = office.planner()
    office.asked(by=planner, owner=planner)
    assert office.told(planner, "task.assigned") == 0


def test_asking_needs_the_right_except_in_a_project_of_ones_own() -> None:
    nobody = office.colleague("printing")
    with refused("not_permitted"):
        office.asked(by=nobody)
    own = office.project(owner=nobody)
    assert office.asked(by=nobody, project=own).project == own


def test_a_task_ends_no_earlier_than_it_begins_and_not_in_a_project_that_is_over() -> None:
    with refused("plan_ends_before_it_begins"):
        office.asked(due=-1)
    planner = office.planner()
    over = office.project(owner=planner)
    projects.end(over, is_done=True, outcome="Done.", by=planner)
    with refused("project_is_over"):
        office.asked(project=over)
    assert Task.objects.count() == 0


def test_it_is_done_with_proof_and_whoever_asked_is_told() -> None:
    planner, printer = office.planner(), office.colleague("printing")
    task = office.asked(by=planner, owner=printer)
    tasks.begin(task, by=printer)
    with refused("task_needs_proof"):
        tasks.finish(task, proof=" ", by=printer)
    done = tasks.finish(task, proof="Hangs at both doors.", by=printer)
    assert (done.state, done.proof, done.ended_by) == ("done", "Hangs at both doors.", printer)
    assert office.told(planner, "task.finished") == 1
    with refused("task_not_so"):
        tasks.finish(task, proof="Again.", by=printer)


def test_nothing_is_done_before_what_it_waits_for_and_whoever_waited_is_told_once_the_last_is_out_of_the_way() -> None:
    printer = office.colleague("printing")
    words, money = office.asked("Write the words"), office.asked("Agree on the money")
    task = office.asked(owner=printer, waits_for=(words.pk, money.pk))
    with refused("task_waits"):
        tasks.finish(task, proof="Printed anyway.", by=printer)
    tasks.finish(words, proof="In the folder.", by=words.made_by)
    assert office.told(printer, "task.ready") == 0
    tasks.drop(money, reason="It costs nothing.", by=money.made_by)
    assert office.told(printer, "task.ready") == 1
    assert tasks.finish(task, proof="Printed.", by=printer).state == "done"


def test_a_tie_that_would_close_a_circle_is_refused() -> None:
    planner = office.planner()
    first = office.asked("First", by=planner)
    second = office.asked("Second", by=planner, waits_for=(first.pk,))
    third = office.asked("Third", by=planner, waits_for=(second.pk,))
    with refused("task_waits_in_a_circle"):
        planning.change(first, office.order("First", waits_for=(third.pk,)), by=planner)
    with refused("task_waits_in_a_circle"):
        planning.change(first, office.order("First", waits_for=(first.pk,)), by=planner)
    assert office.broken() == []


def test_what_nobody_does_is_taken_on_by_a_colleague_of_the_department_alone() -> None:
    printer, stranger = office.colleague("printing"), office.colleague("stores")
    task = office.asked(department=office.department("printing"))
    assert list(rows.nobodys(printer)) == [task]
    with refused("not_permitted"):
        tasks.take(task, by=stranger)
    assert tasks.take(task, by=printer).owner == printer
    assert tasks.take(task, by=printer).owner == printer
    assert AuditRecord.objects.filter(action="service_desk.department_task.take").count() == 1
    with refused("task_not_so"):
        tasks.take(task, by=office.colleague("printing"))
    assert list(rows.nobodys(printer)) == []


def test_another_owner_is_told_and_what_has_ended_is_not_changed() -> None:
    planner, first, second = office.planner(), office.colleague(), office.colleague()
    task = office.asked(by=planner, owner=first)
    planning.change(task, office.order(owner=second, due=20), by=planner)
    task.refresh_from_db()
    assert (task.owner, task.due_on, task.remind_on) == (second, office.day(20), office.day(17))
    assert (office.told(first, "task.assigned"), office.told(second, "task.assigned")) == (1, 1)
    with refused("not_permitted"):
        planning.change(task, office.order(), by=second)
    tasks.drop(task, reason="Too dear.", by=second)
    with refused("task_not_so"):
        planning.change(task, office.order(), by=planner)


def test_whoever_did_it_does_not_open_it_again_and_nobody_does_once_the_project_is_over() -> None:
    planner, printer = office.planner(), office.colleague("printing")
    own = office.project(owner=planner)
    task = office.asked(by=planner, owner=printer, project=own)
    tasks.finish(task, proof="Printed.", by=printer)
    with refused("not_permitted"):
        tasks.reopen(task, reason="Wrong colour.", by=printer)
    opened = tasks.reopen(task, reason="Wrong colour.", by=planner)
    assert (opened.state, opened.proof, opened.ended_at) == ("open", "", None)
    tasks.finish(task, proof="Printed again.", by=printer)
    projects.end(own, is_done=True, outcome="It was a feast.", by=planner)
    with refused("project_is_over"):
        tasks.reopen(task, reason="Wrong colour.", by=planner)
    assert office.broken() == []


def test_owners_are_reminded_before_on_the_day_after_and_every_week_until_it_is_done() -> None:
    printer = office.colleague("printing")
    task = office.asked(owner=printer, due=7)
    begin = clock.now()
    reminded = []
    for days in range(30):
        with clock.stopped(begin + dt.timedelta(days=days)):
            before = office.told(printer, "task.due")
            sweeps.run("quality.remind_tasks")
            if office.told(printer, "task.due") > before:
                reminded.append(days)
    assert reminded == [4, 8, 15, 22, 29]
    task.refresh_from_db()
    with clock.stopped(begin + dt.timedelta(days=30)):
        tasks.finish(task, proof="At last.", by=printer)
    with clock.stopped(begin + dt.timedelta(days=60)):
        assert sweeps.run("quality.remind_tasks").done == 0


def test_what_nobody_does_reminds_whoever_asked() -> None:
    planner = office.planner()
    office.asked(by=planner, due=0)
    sweeps.run("quality.remind_tasks")
    sweeps.run("quality.remind_tasks")
    assert office.told(planner, "task.due") == 1


def test_messages_say_in_each_language_what_is_to_be_done() -> None:
    for language, said in (("en", "asks you to do this by"), ("zh-hans", "请您在"), ("zh-hant", "請您在")):
        printer = office.colleague("printing", language=language)
        office.asked(owner=printer)
        dispatch.run("inbox")
        message = Message.objects.get(recipient=printer, channel="inbox")
        assert said in message.body
        assert "{{" not in message.body


def test_late_tasks_of_ones_department_are_a_worklist() -> None:
    printer, stranger = office.colleague("printing"), office.colleague("stores")
    printing = office.department("printing")
    late = office.asked("Late", begins=-9, due=-1, department=printing)
    office.asked("In time", due=0, department=printing)
    tasks.finish(office.asked("Done", begins=-9, due=-1, department=printing, owner=printer), proof="Yes.", by=printer)
    assert list(rows.late_around(printer)) == [late]
    assert list(rows.late_around(stranger)) == []
    waiting = {one.worklist.code: one.count for one in worklists.waiting_for(printer)}
    assert (waiting["quality.late"], waiting["quality.mine"], waiting["quality.nobodys"]) == (1, 0, 2)


def test_who_sees_which_tasks() -> None:
    printer, stranger, auditor = office.colleague("printing"), office.colleague(), office.colleague("", "auditor")
    clerk = office.colleague("stores")
    task = office.asked(department=office.department("printing"), owner=clerk)
    for user, sees in ((printer, True), (clerk, True), (task.made_by, True), (auditor, True), (stranger, False)):
        assert rows.visible_to(user).filter(pk=task.pk).exists() is sees


def test_a_plan_that_cannot_hold_is_seen() -> None:
    later = office.asked("Later", due=20)
    task = office.asked(due=7, waits_for=(later.pk,))
    assert rows.too_early(rows.open_before(task), task) == [later]
    tasks.finish(later, proof="Sooner.", by=later.made_by)
    assert rows.too_early(rows.open_before(task), task) == []
