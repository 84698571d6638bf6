"""Tasks and projects under concurrency, each with its negative control (SVC-13)."""

from typing import Any

import pytest
from django.db import OperationalError

from core.rules import RuleBroken
from service_desk.quality.models import Meeting, Project, Task
from service_desk.quality.operations import meetings, planning, projects, tasks
from tests.racing import at_once, unlocked
from tests.service_desk.quality import office

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_two_ties_made_at_once_never_close_a_circle() -> None:
    planner = office.planner()
    for _ in range(6):
        first, second = office.asked("First", by=planner), office.asked("Second", by=planner)
        answers = at_once(lambda pair: _tie(*pair, by=planner), [(first, second), (second, first)])
        assert sum(isinstance(one, RuleBroken) for one in answers) == 1, answers
    assert office.broken() == []


def test_without_the_lock_on_the_plan_a_circle_closes_or_each_waits_for_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both pass the check; then the database lets both in, or ends one of two that wait for one another."""
    planner = office.planner()
    monkeypatch.setattr(planning, "_hold_the_plan", lambda: None)
    for _ in range(20):
        first, second = office.asked("First", by=planner), office.asked("Second", by=planner)
        answers = at_once(lambda pair: _tie(*pair, by=planner), [(first, second), (second, first)])
        if office.broken() or any(isinstance(one, OperationalError) for one in answers):
            return
    pytest.fail("neither a circle nor a deadlock: the lock may not be what keeps them apart")


def _tie(task: Task, on: Task, *, by: Any) -> Any:
    return planning.change(task, office.order(task.title, waits_for=(on.pk,)), by=by)


def test_a_task_that_is_done_and_given_up_at_once_ends_once() -> None:
    planner = office.planner()
    for _ in range(6):
        task = office.asked(by=planner)

        def end(turn: int, task: Task = task) -> Any:
            if turn % 2:
                return tasks.drop(task, reason="Too dear.", by=planner)
            return tasks.finish(task, proof="Printed.", by=planner)

        answers = at_once(end, range(8))
        assert sum(isinstance(one, Task) for one in answers) == 1, answers


def test_without_the_lock_on_the_task_it_ends_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    planner = office.planner()
    with unlocked(monkeypatch, Task.objects):
        for _ in range(20):
            task = office.asked(by=planner)
            answers = at_once(lambda _turn, task=task: tasks.finish(task, proof="Printed.", by=planner), range(8))  # type: ignore[misc]
            if sum(isinstance(one, Task) for one in answers) > 1:
                return
    pytest.fail("it ended once each time: the lock may not be what keeps it so")


def test_a_project_never_ends_beside_a_task_that_is_asked_or_opened_again() -> None:
    planner = office.planner()
    for _ in range(6):
        own = office.project(owner=planner)
        done = office.asked(by=planner, project=own)
        tasks.finish(done, proof="Printed.", by=planner)

        def act(turn: int, own: Project = own, done: Task = done) -> Any:
            match turn % 3:
                case 0:
                    return projects.end(own, is_done=True, outcome="It was a feast.", by=planner)
                case 1:
                    return planning.ask(office.order(project=own), by=planner)
            return tasks.reopen(done, reason="Wrong colour.", by=planner)

        answers = at_once(act, range(6))
        assert all(isinstance(one, Task | Project | RuleBroken) for one in answers), answers
    assert office.broken() == []


def test_without_the_lock_on_the_project_something_is_left_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    planner = office.planner()
    with unlocked(monkeypatch, Project.objects):
        for _ in range(30):
            own = office.project(owner=planner)

            def act(turn: int, own: Project = own) -> Any:
                if turn % 2:
                    return planning.ask(office.order(project=own), by=planner)
                return projects.end(own, is_done=True, outcome="It was a feast.", by=planner)

            at_once(act, range(8))
            if office.broken():
                return
    pytest.fail("nothing was ever left: the lock may not be what keeps it so")


def test_one_decision_of_which_a_task_is_made_eight_times_at_once_has_one() -> None:
    planner = office.planner()
    decision = office.meeting("Print posters", by=planner).decisions.get()
    answers = at_once(lambda _turn: planning.ask(office.order(), decision=decision, by=planner), range(8))
    assert sum(isinstance(one, Task) for one in answers) == 1
    assert all(isinstance(one, Task | RuleBroken) for one in answers), answers


def test_decisions_added_at_once_are_numbered_one_by_one() -> None:
    planner = office.planner()
    held = office.meeting(by=planner)
    at_once(lambda turn: meetings.decide(held, f"Decision {turn}", by=planner), range(16))
    assert [one.position for one in held.decisions.all()] == list(range(1, 17))


def test_without_the_lock_on_the_meeting_numbers_are_taken_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    planner = office.planner()
    held = office.meeting(by=planner)
    with unlocked(monkeypatch, Meeting.objects):
        answers = at_once(lambda turn: meetings.decide(held, f"Decision {turn}", by=planner), range(40))
    assert any(isinstance(one, Exception) for one in answers)


def test_a_task_that_eight_colleagues_take_on_at_once_is_one_s() -> None:
    crowd = [office.colleague("printing") for _ in range(8)]
    task = office.asked(department=office.department("printing"))
    answers = at_once(lambda user: tasks.take(task, by=user), crowd)
    assert sum(isinstance(one, Task) for one in answers) == 1, answers
