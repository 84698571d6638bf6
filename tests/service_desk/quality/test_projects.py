"""Projects and meetings: a plan, milestones, notes on how it stands, an end; what was decided and what came of it (SVC-13)."""

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from core import clock
from core.models import AuditRecord, Message
from service_desk.quality.models import MeetingDecision, Project, ProjectNote, Task
from service_desk.quality.operations import meetings, planning, projects, tasks
from service_desk.quality.operations.projects import Plan
from service_desk.quality.queries import coordination as rows
from tests.service_desk.desk import refused
from tests.service_desk.quality import office

pytestmark = pytest.mark.django_db


def test_a_project_needs_the_right_and_a_plan_that_holds() -> None:
    nobody = office.colleague()
    plan = Plan(
        name="X", goal="Y", department=office.department(), owner=nobody, starts_on=office.day(0), ends_on=office.day(9)
    )
    with refused("not_permitted"):
        projects.begin(plan, by=nobody)
    with refused("plan_ends_before_it_begins"):
        office.project(days=-1)
    with refused("plan_too_long"):
        office.project(days=5 * 366 + 1)
    assert Project.objects.count() == 0


def test_whoever_leads_it_says_how_it_stands_and_everybody_in_it_hears() -> None:
    lead, printer, gone = office.colleague(), office.colleague("printing"), office.colleague()
    own = office.project(owner=lead)
    office.asked(owner=printer, project=own)
    tasks.finish(office.asked("Over", owner=gone, project=own), proof="Yes.", by=gone)
    projects.note(own, light="at-risk", text="A week more.", by=lead)
    assert [office.told(one, "project.noted") for one in (lead, printer, gone)] == [0, 1, 0]
    with refused("not_permitted"):
        projects.note(own, light="on-track", text="Fine.", by=printer)
    with refused("light_unknown"):
        projects.note(own, light="purple", text="Fine.", by=lead)
    with refused("note_needs_words"):
        projects.note(own, light="on-track", text=" ", by=lead)
    found = rows.with_progress(Project.objects.all()).get()
    assert (vars(found)["light"], vars(found)["all_tasks"], vars(found)["done_tasks"]) == ("at-risk", 2, 1)


def test_how_it_stood_stays_as_it_was_said() -> None:
    own = office.project()
    row = projects.note(own, light="on-track", text="Fine.", by=own.owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProjectNote.objects.filter(pk=row.pk).update(text="Never said.")


def test_milestones_move_until_they_are_reached() -> None:
    own = office.project()
    set_on = projects.set_milestone(own, "Poster hangs", due_on=office.day(20), by=own.owner)
    moved = projects.set_milestone(own, "Poster hangs", due_on=office.day(25), by=own.owner)
    assert (moved.pk, moved.due_on) == (set_on.pk, office.day(25))
    with refused("milestone_before_the_project"):
        projects.set_milestone(own, "Too soon", due_on=office.day(-1), by=own.owner)
    reached = projects.reach(moved, by=own.owner)
    assert reached.reached_on == clock.today()
    projects.reach(moved, by=own.owner)
    assert AuditRecord.objects.filter(action="service_desk.project.reach").count() == 1
    with refused("milestone_is_reached"):
        projects.set_milestone(own, "Poster hangs", due_on=office.day(30), by=own.owner)


def test_a_project_is_done_once_nothing_is_left_and_says_what_came_of_it() -> None:
    own, printer = office.project(), office.colleague("printing")
    task = office.asked(owner=printer, project=own)
    with refused("outcome_needed"):
        projects.end(own, is_done=True, outcome=" ", by=own.owner)
    with refused("project_has_tasks_left"):
        projects.end(own, is_done=True, outcome="214 guests.", by=own.owner)
    tasks.finish(task, proof="Printed.", by=printer)
    ended = projects.end(own, is_done=True, outcome="214 guests.", by=own.owner)
    assert (ended.state, ended.outcome) == ("done", "214 guests.")
    assert office.told(printer, "project.ended") == 1
    for again in (
        lambda: projects.end(own, is_done=True, outcome="More.", by=own.owner),
        lambda: projects.note(own, light="on-track", text="Fine.", by=own.owner),
        lambda: projects.set_milestone(own, "Late", due_on=office.day(9), by=own.owner),
    ):
        with refused("project_is_over"):
            again()
    assert office.broken() == []


def test_a_project_can_be_stopped_with_tasks_left_which_can_still_be_given_up() -> None:
    own = office.project()
    task = office.asked(project=own)
    assert projects.end(own, is_done=False, outcome="Too dear.", by=own.owner).state == "stopped"
    assert tasks.drop(task, reason="The project was stopped.", by=task.made_by).state == "dropped"
    assert office.broken() == []


def test_another_plan_and_another_owner_are_on_record() -> None:
    own, heir = office.project(), office.colleague()
    plan = Plan(
        name="Harvest feast", goal=own.goal, department=own.department, owner=heir, starts_on=own.starts_on,
        ends_on=office.day(90),
    )  # fmt: skip
    projects.change(own, plan, by=own.owner)
    own.refresh_from_db()
    assert (own.name, own.owner, own.ends_on) == ("Harvest feast", heir, office.day(90))
    assert projects.may_lead(own, heir)


def test_the_whole_of_a_project_takes_four_statements_however_long_its_plan(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    own = office.project()
    before: tuple[int, ...] = ()
    for number in range(12):
        before = (office.asked(f"Task {number}", project=own, begins=number, due=number + 3, waits_for=before).pk,)
    projects.set_milestone(own, "Half", due_on=office.day(6), by=own.owner)
    projects.note(own, light="on-track", text="Fine.", by=own.owner)
    with django_assert_num_queries(4):
        whole = rows.whole(own, today=clock.today())
        assert [line.task.owner for line in whole.lines if line.task] == [None] * 12
        ties = [[one.title for one in line.task.waits_for.all()] for line in whole.lines if line.task]
        assert [note.by for note in whole.notes] == [own.owner]
    assert ties[1:3] == [["Task 0"], ["Task 1"]]
    assert (whole.all_tasks, whole.done_tasks, len(whole.picture.rows)) == (12, 0, 13)


def test_late_tasks_and_missed_milestones_are_drawn_as_late() -> None:
    own = office.project(starts_on=office.day(-20))
    office.asked("Late", project=own, begins=-9, due=-1)
    tasks.finish(office.asked("Done", project=own, begins=-9, due=-1), proof="Yes.", by=own.made_by)
    projects.set_milestone(own, "Missed", due_on=office.day(-2), by=own.owner)
    projects.reach(projects.set_milestone(own, "Reached", due_on=office.day(-3), by=own.owner), by=own.owner)
    tones = {row.span.label: row.span.tone for row in rows.whole(own, today=clock.today()).picture.rows}
    assert tones == {"Late": "late", "Done": "done", "Missed": "late", "Reached": "done"}


def test_minutes_reach_everybody_who_was_there_and_decisions_become_tasks_once() -> None:
    planner, guest = office.planner(), office.colleague("stores")
    held = office.meeting("Print posters", "Ask the choir", there=(guest,), by=planner)
    assert (office.told(guest, "meeting.recorded"), office.told(planner, "meeting.recorded")) == (1, 0)
    posters, choir = held.decisions.all()
    assert [posters.position, choir.position] == [1, 2]
    task = planning.ask(office.order("Print posters"), decision=posters, by=planner)
    assert MeetingDecision.objects.get(pk=posters.pk).task == task
    with refused("decision_has_its_task"):
        planning.ask(office.order("Print them again"), decision=posters, by=planner)
    added = meetings.decide(held, " Bake a cake ", by=planner)
    assert (added.position, added.text) == (3, "Bake a cake")
    assert list(rows.meetings_visible_to(guest)) == [held]
    assert list(rows.meetings_visible_to(office.colleague())) == []


def test_minutes_need_the_right_somebody_who_was_there_and_words_for_what_was_decided() -> None:
    with refused("not_permitted"):
        office.meeting(by=office.colleague())
    with refused("decision_needs_words"):
        office.meeting(" ")
    planner = office.planner()
    said = meetings.Minutes(
        title="Alone", held_on=office.day(0), department=office.department(), minutes="…", attendees=[]
    )
    with refused("meeting_of_nobody"):
        meetings.record(said, by=planner)
    assert Message.objects.count() == 0


def test_a_project_that_is_done_with_something_left_and_a_circle_are_found_by_verify() -> None:
    own = office.project()
    first = office.asked("First", project=own)
    second = office.asked("Second", project=own, waits_for=(first.pk,))
    assert office.broken() == []
    first.waits_for.add(second)
    Project.objects.filter(pk=own.pk).update(state="done", ended_at=clock.now())
    found = office.broken()
    assert f"project {own.pk} is done and has tasks left" in found
    assert {f"task {one} waits for itself" for one in (first.pk, second.pk)} <= set(found)


def test_the_tables_refuse_what_no_operation_would_write() -> None:
    task = office.asked()
    for wrong in (
        {"state": "done", "ended_at": clock.now(), "ended_by": task.made_by, "proof": ""},
        {"state": "dropped"},
        {"ended_at": clock.now()},
        {"due_on": office.day(-1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Task.objects.filter(pk=task.pk).update(**wrong)
