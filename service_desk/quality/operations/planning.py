"""What is asked of whom, until when, after what (SVC-13 · B10.2)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from core import access, audit, clock, parameters
from core.models import Department, User
from core.refusals import Refusal
from service_desk.quality.models import MeetingDecision, Project, Task
from service_desk.quality.operations import steering, telling
from service_desk.quality.policy import coordination
from service_desk.quality.policy.parameters import CoordinationParameters

ASK = "service_desk.add_task"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is asked: of which department, perhaps of whom, until when, after what (keys of tasks)."""

    title: str
    department: Department
    due_on: date
    starts_on: date
    detail: str = ""
    owner: User | None = None
    project: Project | None = None
    waits_for: tuple[int, ...] = field(default=())


@transaction.atomic
def ask(order: Order, *, by: User, decision: MeetingDecision | None = None) -> Task:
    """SVC-13 · B10.2 — ask a department to do something; whoever does it is told.

    Refuses a plan that ends before it begins, a project that has ended, and a decision that has its task already.
    """
    if order.project is None or order.project.owner_id != by.pk:
        access.require(by, ASK)
    _check(order, None)
    if decision is not None:
        decision = MeetingDecision.objects.select_for_update().get(pk=decision.pk)
        if Task.objects.filter(decision=decision).exists():
            raise Refusal("decision_has_its_task")
    return _write(Task(made_by=by, decision=decision), order)


@transaction.atomic
def give(order: Order, *, by: User) -> Task:
    """SVC-12 · D9, SVC-13 · B10.2 — the same for an operation that has asked for a right of its own: the measure against a
    finding is a task."""
    _check(order, None)
    return _write(Task(made_by=by), order)


def _write(task: Task, order: Order) -> Task:
    _fill(task, order)
    task.save()
    task.waits_for.set(order.waits_for)
    audit.record("service_desk.department_task.ask", subject=task, actor=task.made_by, details=_told(task))
    telling.assigned(task, by=task.made_by)
    return task


@transaction.atomic
def change(task: Task, order: Order, *, by: User) -> Task:
    """What is asked from now on; somebody else who does it from now on is told. Refuses what has ended."""
    if order.waits_for:
        _hold_the_plan()
    task = steering.held(task)
    steering.require(task, by)
    if task.state not in coordination.UNDONE:
        raise Refusal("task_not_so")
    _check(order, task)
    before, owner = _told(task), task.owner_id
    _fill(task, order)
    task.save()
    task.waits_for.set(order.waits_for)
    audit.record(
        "service_desk.department_task.change", subject=task, actor=by, details={"before": before, "after": _told(task)}
    )
    if task.owner_id != owner:
        telling.assigned(task, by=by)
    return task


def _hold_the_plan() -> None:
    """Whoever ties tasks to one another does so alone: two ties made at once could close a circle that neither closes."""
    list(Task.objects.undone().select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


def _check(order: Order, task: Task | None) -> None:
    coordination.check_days(order.starts_on, order.due_on)
    if order.project is not None:
        project = Project.objects.select_for_update().get(pk=order.project.pk)
        if project.state != Project.State.RUNNING and (task is None or task.project_id != project.pk):
            raise Refusal("project_is_over")
    if task is not None and order.waits_for:
        waits = _waits()
        if any(coordination.closes_a_circle(task.pk, on, waits=waits) for on in order.waits_for):
            raise Refusal("task_waits_in_a_circle")


def _waits() -> Mapping[int, Collection[int]]:
    """What each task waits for: the plan that a circle could close in."""
    found: dict[int, set[int]] = {}
    for task, on in Task.waits_for.through.objects.values_list("from_task", "to_task"):
        found.setdefault(task, set()).add(on)
    return found


def _fill(task: Task, order: Order) -> None:
    ahead = parameters.in_force(CoordinationParameters).remind_ahead_days
    task.title, task.detail, task.department = order.title, order.detail, order.department
    task.owner, task.project = order.owner, order.project
    if task.due_on != order.due_on:
        task.remind_on = max(coordination.first_reminder(order.due_on, ahead_days=ahead), clock.today())
    task.starts_on, task.due_on = order.starts_on, order.due_on


def _told(task: Task) -> dict[str, object]:
    names = ("title", "department_id", "owner_id", "project_id", "starts_on", "due_on")
    return {name.removesuffix("_id"): getattr(task, name) for name in names}
