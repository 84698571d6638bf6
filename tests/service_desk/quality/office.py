"""Tasks, projects and meetings for tests, made by the real operations."""

import datetime as dt
from typing import Any

from core import clock, verify
from core.models import Department, Message, Post, User
from service_desk.quality.models import Meeting, Project, Task
from service_desk.quality.operations import meetings, planning, projects
from service_desk.quality.operations.meetings import Minutes
from service_desk.quality.operations.planning import Order
from service_desk.quality.operations.projects import Plan
from tests import factories


def department(code: str = "planning") -> Department:
    found, _ = Department.objects.get_or_create(code=code, defaults={"name": code.title()})
    return found


def colleague(at: str = "planning", role: str = "", **more: Any) -> User:
    """Somebody who works in a department, without any right unless a role says so."""
    user: User = factories.StaffFactory.create(roles={role: None} if role else {}, **more)
    post, _ = Post.objects.get_or_create(title=f"{at} {role}", department=department(at))
    user.employment.post = post
    user.employment.save()
    return user


def planner() -> User:
    return colleague("planning", "operations_planner")


def day(days: int) -> dt.date:
    """So many days from today."""
    return clock.today() + dt.timedelta(days=days)


def order(title: str = "Print the poster", *, due: int = 7, begins: int = 0, **more: Any) -> Order:
    usual: dict[str, Any] = {"department": department(), "starts_on": day(begins), "due_on": day(due)}
    return Order(title=title, **(usual | more))


def asked(title: str = "Print the poster", *, by: User | None = None, **more: Any) -> Task:
    return planning.ask(order(title, **more), by=by or planner())


def project(
    name: str = "Harvest festival", *, owner: User | None = None, by: User | None = None, days: int = 60, **more: Any
) -> Project:
    lead = owner or planner()
    usual: dict[str, Any] = {"goal": "Four hundred guests.", "department": department(), "starts_on": day(0)}
    return projects.begin(Plan(name=name, owner=lead, ends_on=day(days), **(usual | more)), by=by or planner())


def meeting(*decisions: str, there: tuple[User, ...] = (), by: User | None = None, **more: Any) -> Meeting:
    by = by or planner()
    usual: dict[str, Any] = {"title": "Weekly round", "held_on": day(0), "minutes": "All present."}
    said = Minutes(department=department(), attendees=[one.pk for one in (by, *there)], **(usual | more))
    return meetings.record(said, decisions=decisions, by=by)


def told(user: User, event: str, channel: str = "inbox") -> int:
    """How many messages of a kind somebody has been written."""
    return Message.objects.filter(recipient=user, event=event, channel=channel).count()


def broken() -> list[str]:
    """What `manage.py verify` would say of coordination."""
    return [said for one in verify.invariants() if one.code in {"Q1", "Q2"} for said in one.check()]
