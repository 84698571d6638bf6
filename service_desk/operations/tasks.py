"""Asking another department for a case (SVC-02, SVC-13 · A6.2.2, B10)."""

import datetime as dt
from typing import Any

from django.db import transaction

from core import access, clock, parameters
from core.models import Department, User
from core.refusals import Refusal
from service_desk.models import Case, CaseTask
from service_desk.operations import history, holding, letters, searching
from service_desk.policy.codes import Happening
from service_desk.policy.parameters import ServiceDeskParameters
from service_desk.policy.states import State
from service_desk.queries import hours

MOST_TOLD = 50


@transaction.atomic
def ask(
    case: Case,
    *,
    department: Department,
    question: str,
    by: User,
    owner: User | None = None,
    due_at: dt.datetime | None = None,
    key: str = "",
    version: int | None = None,
) -> CaseTask:
    """SVC-02 · A6.2.2 — ask a department (or one of its people) something; without `due_at` within the usual business hours.

    The case waits for a colleague meanwhile; its clocks run on. The same `key` gives the same task again.
    """
    row = holding.held(case, by=by)
    said = holding.clean(question)
    if not said:
        raise Refusal("text_missing", status=422)
    if key and (known := CaseTask.objects.filter(key=key[:80]).first()):
        if (known.case_id, known.question) != (row.pk, said):
            raise Refusal("key_reused")
        return known
    holding.refuse_stale(row, version)
    if not row.is_undone:
        raise Refusal("case_not_open")
    if owner is not None and not (owner.is_staff and owner.is_active):
        raise Refusal("colleague_unfit", status=422)
    usual = dt.timedelta(hours=parameters.in_force(ServiceDeskParameters).task_hours)
    task = CaseTask.objects.create(
        case=row,
        department=department,
        owner=owner,
        question=said,
        key=key[:80] or None,
        asked_by=by,
        due_at=due_at or hours.in_force().after(clock.now(), usual),
    )
    history.note(row, Happening.TASK_ASKED, by=by, task=task.pk, department=department.pk)
    if row.state in (State.NEW, State.OPEN):
        history.move(row, State.INSIDE, by=by)
    letters.asked(task, [owner] if owner else people_of(department)[:MOST_TOLD])
    searching.add(row, said)
    _finish(row, "service_desk.task.ask", by=by, task=task.pk, department=department.code)
    return task


@transaction.atomic
def answer(task: CaseTask, *, answer: str, by: User) -> CaseTask:
    """SVC-02 · A6.2.2 — answer what one's department was asked. Once the last question is answered the case goes on.

    Refuses whoever was not asked, an empty answer, and a second one (`task_ended`).
    """
    row = holding.locked(task.case_id)
    task = CaseTask.objects.select_for_update(of=("self",)).select_related("department", "asked_by").get(pk=task.pk)
    _check_asked(task, by)
    holding.refuse_own(row, by=by)
    said = holding.clean(answer)
    if not said:
        raise Refusal("text_missing", status=422)
    _end(task, CaseTask.State.DONE, by=by, answer=said)
    task.case = row
    history.note(row, Happening.TASK_ANSWERED, by=by, task=task.pk)
    _go_on(row, by=by)
    letters.answered(task)
    searching.add(row, said)
    _finish(row, "service_desk.task.answer", by=by, task=task.pk)
    return task


@transaction.atomic
def cancel(task: CaseTask, *, by: User, reason: str) -> CaseTask:
    """SVC-02 · A6.2.2 — withdraw a question. Refuses it without a reason, and what has ended (`task_ended`)."""
    row = holding.held(task.case, by=by)
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    task = CaseTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    _end(task, CaseTask.State.CANCELLED, by=by, answer=holding.clean(reason))
    history.note(row, Happening.TASK_CANCELLED, by=by, task=task.pk)
    _go_on(row, by=by)
    _finish(row, "service_desk.task.cancel", by=by, task=task.pk)
    return task


def people_of(department: Department) -> list[User]:
    """Everybody at work in a department."""
    people = User.objects.filter(
        is_active=True, is_staff=True, employment__post__department=department, employment__ended_on__isnull=True
    )
    return list(people.order_by("pk"))


def _check_asked(task: CaseTask, by: User) -> None:
    if task.owner_id == by.pk or access.allows(by, holding.HANDLE):
        return
    works_there = by.is_active and by.is_staff and task.department.posts.filter(holders__user=by).exists()
    if not works_there:
        raise Refusal("not_permitted", status=403)


def _end(task: CaseTask, state: str, *, by: User, answer: str) -> None:
    if task.state != CaseTask.State.OPEN:
        raise Refusal("task_ended")
    task.state, task.answer, task.ended_by, task.ended_at = state, answer, by, clock.now()
    task.save(update_fields=["state", "answer", "ended_by", "ended_at"])


def _go_on(case: Case, *, by: User) -> None:
    if case.state == State.INSIDE and not CaseTask.objects.filter(case=case, state=CaseTask.State.OPEN).exists():
        history.move(case, State.OPEN, by=by)


def _finish(row: Case, action: str, *, by: User, **details: Any) -> None:
    history.reckon([row])
    holding.save(row)
    holding.tell(action, row, by=by, **details)
