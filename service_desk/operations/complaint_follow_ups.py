"""Whether the member is satisfied with what became of her complaint (SVC-04 · D6.2.4): asked once a closing, answered once."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from core import clock, parameters
from core.models import User
from core.refusals import Refusal
from service_desk.models import Case, Complaint, ComplaintFollowUp
from service_desk.operations import complaint_letters, handling, holding, searching
from service_desk.policy.codes import Kind
from service_desk.policy.parameters_complaints import ComplaintParameters
from service_desk.policy.states import State

LONGEST_COMMENT = 2_000


def due() -> QuerySet[Complaint]:
    """SVC-04 · D6.2.4 — complaints whose member is to be asked by now."""
    return Complaint.objects.filter(follow_up_due_at__lte=clock.now())


@transaction.atomic
def ask(pks: Sequence[int]) -> int:
    """SVC-04 · D6.2.4 — ask about these, once for each closing; what was reopened meanwhile is not asked about.

    Whom no message reaches is asked by telephone: the row says so. Returns how many were asked.
    """
    held = Case.objects.select_for_update(of=("self",)).filter(pk__among=list(pks)).order_by("pk")
    cases = {case.pk: case for case in held.select_related("member__user")}
    rows = list(due().filter(pk__in=cases).order_by("pk"))
    open_days = parameters.in_force(ComplaintParameters).follow_up_open_days
    asked = 0
    for row in rows:
        case = cases[row.pk]
        row.case = case
        if case.state == State.CLOSED and case.kind == Kind.COMPLAINT:
            made, is_new = ComplaintFollowUp.objects.get_or_create(
                complaint=row, round=case.reopened, defaults={"open_until": clock.now() + dt.timedelta(days=open_days)}
            )
            if is_new:
                made.complaint = row
                made.was_told = complaint_letters.follow_up(made)
                made.save(update_fields=["was_told"])
                holding.tell("service_desk.complaint.ask", case, by=None, round=made.round, told=made.was_told)
                asked += 1
        row.follow_up_due_at = None
        row.save(update_fields=["follow_up_due_at"])
    return asked


@transaction.atomic
def answer(
    asked: ComplaintFollowUp, *, satisfied: bool, comment: str = "", by: User | None = None
) -> ComplaintFollowUp:
    """SVC-04 · D6.2.4 — the member says whether she is satisfied; `by` is the colleague who asked her by telephone.

    Not satisfied reopens the complaint with her words. The same answer again changes nothing; another is refused
    (`follow_up_answered`), and so is one that comes too late (`follow_up_over`).
    """
    case = _case(asked.complaint, by=by)
    row = ComplaintFollowUp.objects.select_for_update().get(pk=asked.pk)
    if row.satisfied is not None:
        if row.satisfied == satisfied:
            return row
        raise Refusal("follow_up_answered")
    if row.open_until < clock.now():
        raise Refusal("follow_up_over")
    said = holding.clean(comment, longest=LONGEST_COMMENT)
    if not satisfied and not said:
        raise Refusal("dissatisfaction_needs_words", status=422)
    _write(row, satisfied=satisfied, comment=said, by=by)
    _settle(case, row, by=by)
    return row


@transaction.atomic
def dissatisfied(case: Case, *, comment: str) -> Case:
    """SVC-04 · D6.2.4 — the member says by herself that she is not satisfied with the answer: the complaint goes on.

    That it is hers the caller knows. Refuses a complaint that is not answered yet (`case_not_resolved`), an empty text, and
    one that was closed so long ago that another word is another matter (`follow_up_over`).
    """
    row = _case(Complaint.objects.get(pk=case.pk), by=None)
    said = holding.clean(comment, longest=LONGEST_COMMENT)
    if not said:
        raise Refusal("dissatisfaction_needs_words", status=422)
    if row.state not in (State.RESOLVED, State.CLOSED):
        raise Refusal("case_not_resolved")
    open_days = parameters.in_force(ComplaintParameters).follow_up_open_days
    if row.closed_at is not None and row.closed_at < clock.now() - dt.timedelta(days=open_days):
        raise Refusal("follow_up_over")
    asked, _ = ComplaintFollowUp.objects.get_or_create(
        complaint_id=row.pk, round=row.reopened, defaults={"open_until": clock.now()}
    )
    if asked.satisfied is None:
        _write(asked, satisfied=False, comment=said, by=None)
    return _settle(row, asked, by=None, comment=said)


def _case(complaint: Complaint, *, by: User | None) -> Case:
    """The case, held; a colleague's own or his household's he does not answer for."""
    return holding.held(complaint.case, by=by) if by is not None else holding.locked_root(complaint.case)


def _write(row: ComplaintFollowUp, *, satisfied: bool, comment: str, by: User | None) -> None:
    row.satisfied, row.comment, row.answered_at, row.recorded_by = satisfied, comment, clock.now(), by
    row.save(update_fields=["satisfied", "comment", "answered_at", "recorded_by"])


def _settle(case: Case, row: ComplaintFollowUp, *, by: User | None, comment: str = "") -> Case:
    said = comment or row.comment
    holding.tell("service_desk.complaint.satisfaction", case, by=by, satisfied=row.satisfied, round=row.round)
    searching.add(case, said)
    if row.satisfied or case.state not in (State.RESOLVED, State.CLOSED):
        return case
    return handling.reopen(case, reason=said, by=by)
