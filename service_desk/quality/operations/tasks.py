"""Tasks: taken on, begun, done with proof in the order in which they wait for one another (SVC-13 · B10)."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from core import audit, clock, parameters
from core.models import User
from core.refusals import Refusal
from service_desk.quality.models import Project, Task
from service_desk.quality.operations import steering, telling
from service_desk.quality.policy import coordination
from service_desk.quality.policy.parameters import CoordinationParameters
from service_desk.quality.queries import coordination as rows


@transaction.atomic
def take(task: Task, *, by: User) -> Task:
    """SVC-13 · B10.2 — a colleague of the department takes on what nobody does yet. A repeat changes nothing."""
    task = steering.held(task)
    if task.owner_id == by.pk:
        return task
    if not rows.works_in(task.department_id, by):
        steering.require(task, by)
    if task.owner_id is not None or task.state not in coordination.UNDONE:
        raise Refusal("task_not_so")
    task.owner = by
    task.save(update_fields=["owner"])
    audit.record("service_desk.department_task.take", subject=task, actor=by)
    return task


@transaction.atomic
def begin(task: Task, *, by: User) -> Task:
    """Whoever does it has begun."""
    return _move(task, "begin", by=by)


@transaction.atomic
def finish(task: Task, *, proof: str, by: User) -> Task:
    """SVC-13 · B10.2 — it is done, and this shows it. Whoever asked is told, and whoever waited for it.

    Refuses without proof, and before what it waits for is done.
    """
    task = _move(task, "finish", by=by, said=proof)
    telling.finished(task, by=by)
    telling.ready(task)
    return task


@transaction.atomic
def drop(task: Task, *, reason: str, by: User) -> Task:
    """It is not done at all, for a reason; whoever asked is told, and what waited for it waits no longer."""
    task = _move(task, "drop", by=by, said=reason)
    telling.finished(task, by=by)
    telling.ready(task)
    return task


@transaction.atomic
def reopen(task: Task, *, reason: str, by: User) -> Task:
    """It is not done after all: said by whoever steers it, not by whoever did it. Refuses once its project is over."""
    task = _move(task, "reopen", by=by, said=reason)
    telling.assigned(task, by=by)
    return task


@transaction.atomic
def open_again(task: Task, *, reason: str, due_on: dt.date, by: User) -> Task:
    """SVC-12 · D9 — what was done did not help: it is to be done by another day. Asked by an operation with a right of its
    own; whoever does it is told."""
    before = task.due_on
    task = _move(task, "reopen", by=by, said=reason, was_asked=True)
    ahead = parameters.in_force(CoordinationParameters).remind_ahead_days
    task.due_on = due_on
    task.remind_on = max(coordination.first_reminder(due_on, ahead_days=ahead), clock.today())
    task.save(update_fields=["due_on", "remind_on"])
    details = {"before": {"due_on": before}, "after": {"due_on": due_on}}
    audit.record("service_desk.department_task.change", subject=task, actor=by, details=details)
    telling.assigned(task, by=by)
    return task


def _move(task: Task, verb: str, *, by: User, said: str = "", was_asked: bool = False) -> Task:
    task = steering.held(task)
    if not was_asked and (task.owner_id != by.pk or verb == "reopen"):
        steering.require(task, by)
    if verb == "reopen" and task.project_id is not None:
        _hold_running(task.project_id)
    waits = [one.title for one in rows.open_before(task)]
    task.state = coordination.move(task.state, verb, waits_for=waits, said=said)
    over = task.state not in coordination.UNDONE
    task.ended_at, task.ended_by = (clock.now(), by) if over else (None, None)
    if verb in {"finish", "drop", "reopen"}:
        task.proof = "" if verb == "reopen" else said.strip()[:4_000]
    if verb == "reopen":
        task.remind_on = max(task.due_on, clock.today()) + dt.timedelta(days=1)
    task.save(update_fields=["state", "ended_at", "ended_by", "proof", "remind_on"])
    audit.record(f"service_desk.department_task.{verb}", subject=task, actor=by, reason=said.strip()[:300])
    return task


def _hold_running(project: int) -> None:
    """A project that is over has nothing left to do: it cannot end while a task of it is opened again."""
    if Project.objects.select_for_update().get(pk=project).state != Project.State.RUNNING:
        raise Refusal("project_is_over")


def remind(keys: Sequence[int], *, today: dt.date) -> int:
    """SVC-13 · B10.1 — a batch of the nightly sweep: each owner is told, and the next day of telling is set."""
    every = parameters.in_force(CoordinationParameters, on=today).remind_every_days
    due = rows.to_remind(today).filter(pk__in=keys).select_for_update(of=("self",))
    tasks = list(due.select_related("owner", "made_by", "department").order_by("pk"))
    telling.remind(tasks, today=today)
    for task in tasks:
        task.remind_on = coordination.next_reminder(task.due_on, today=today, every_days=every)
    Task.objects.bulk_update(tasks, ["remind_on"])
    return len(tasks)
