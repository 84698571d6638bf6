"""The member says that her matter is settled (SVC-04 · D6.3)."""

from django.db import transaction

from core import clock
from service_desk.models import Case, CaseTask
from service_desk.operations import complaint_files, history, holding
from service_desk.policy.codes import Happening
from service_desk.policy.states import State
from service_desk.queries import cases


@transaction.atomic
def settle(case: Case) -> Case:
    """SVC-04 · D6.3 — it is solved, says the member herself: the end of the case. That it is hers the caller knows.

    What departments were still asked is withdrawn. A complaint of which we do not know yet how it came about is resolved by
    this, and closed once we do. Saying it twice is saying it once; whatever she writes later reopens it.
    """
    row = holding.locked_root(case)
    if row.state == State.CLOSED or cases.is_settled(row):
        return row
    for task in CaseTask.objects.select_for_update().filter(case=row, state=CaseTask.State.OPEN).order_by("pk"):
        task.state, task.ended_at = CaseTask.State.CANCELLED, clock.now()
        task.save(update_fields=["state", "ended_at"])
        history.note(row, Happening.TASK_CANCELLED, task=task.pk)
    if row.state != State.RESOLVED:
        history.move(row, State.RESOLVED)
    history.note(row, Happening.SETTLED)
    if not Case.objects.filter(complaint_files.UNREADY, pk=row.pk).exists():
        history.move(row, State.CLOSED)
        complaint_files.closed([row.pk])
    history.reckon([row])
    holding.save(row)
    holding.tell("service_desk.case.settle_herself", row, by=None, state=row.state)
    return row
