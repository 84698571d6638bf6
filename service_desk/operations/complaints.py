"""Looking into a complaint and answering it (SVC-04, SVC-05 · D6.2, D6.3): steps, statements, finding, cause, solution.

Closing and reopening are the case's own verbs (`handling.close`, `handling.reopen`); they ask the complaint's file.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from core import clock
from core.models import User
from core.refusals import Refusal
from service_desk.models import Case, CaseAttachment, CaseEntry, Complaint, ComplaintStep, RootCause
from service_desk.operations import attachments as files
from service_desk.operations import entries, history, holding, routing, threads
from service_desk.policy.codes import Happening, Kind, Promise
from service_desk.policy.complaints import Finding, Step
from service_desk.policy.states import State

LONGEST_EXPLANATION = 4_000


@transaction.atomic
def look(case: Case, *, by: User, file: CaseAttachment | None = None) -> None:
    """SVC-04, SEC-02 · D6.2, A7.3.2 — a complaint (or a file of its evidence) is opened: on record before anything is shown.

    Refuses one's own case or household's, and a complaint about oneself.
    """
    holding.refuse_own(case, by=by)
    holding.refuse_complained_about(case, by=by)
    opened: dict[str, Any] = {"attachment": file.pk, "type": file.content_type} if file is not None else {}
    holding.tell("service_desk.complaint.look", case, by=by, **opened)


@transaction.atomic
def acknowledge(case: Case, *, by: User, version: int | None = None) -> Case:
    """SVC-04 · D6.1 — the receipt was acknowledged by telephone or in person: the clock of the acknowledgement stops.

    For whom no message reaches. Where it does not run any more nothing changes.
    """
    row, _ = _held(case, by=by, version=version)
    runs = row.clocks.filter(promise=Promise.ACKNOWLEDGE, met_at__isnull=True, stopped_at__isnull=True)
    if not runs.exists():
        return row
    history.note(row, Happening.ACKNOWLEDGED, by=by)
    return _finish(row, "service_desk.complaint.acknowledge", by=by)


@transaction.atomic
def investigate(
    case: Case,
    *,
    kind: str,
    body: str,
    by: User,
    attachments: Iterable[files.Upload] = (),
    key: str = "",
    version: int | None = None,
) -> ComplaintStep:
    """SVC-04 · D6.2.3 — write down a step of the investigation, with its evidence as files. Never changed afterwards.

    The same `key` gives the same step again. Refuses a case that is over (`case_not_open`), and an empty text.
    """
    row, complaint = _held(case, by=by)
    known = ComplaintStep.objects.filter(entry__source=threads.DESK, entry__external_id=entries.short(key)).first()
    if key and known is not None:
        return known
    holding.refuse_stale(row, version)
    if not row.is_undone:
        raise Refusal("case_not_open")
    entry = threads.note(row, body=body, by=by, attachments=attachments, key=key)
    step = ComplaintStep.objects.create(entry=entry, complaint=complaint, kind=Step(kind))
    fresh = holding.locked(row)
    if fresh.state == State.NEW:
        history.move(fresh, State.OPEN, by=by)
        history.reckon([fresh])
        holding.save(fresh)
    holding.tell("service_desk.complaint.investigate", fresh, by=by, kind=step.kind, entry=entry.pk)
    return step


@transaction.atomic
def name_colleague(case: Case, *, colleague: User | None, by: User, version: int | None = None) -> Complaint:
    """SVC-04 · D6.2 — whom the complaint is about (None: nobody in particular). From then on he does not handle it.

    A case of his is taken from him and distributed anew; what he has to say of it he is asked by a task. A repeat changes
    nothing.
    """
    row, complaint = _held(case, by=by, version=version)
    if complaint.against_id == (colleague.pk if colleague else None):
        return complaint
    if colleague is not None and not colleague.is_staff:
        raise Refusal("colleague_unfit", status=422)
    before, complaint.against = complaint.against_id, colleague
    complaint.save(update_fields=["against"])
    if colleague is not None and row.owner_id == colleague.pk and row.is_undone:
        routing.give(row, None, by=by, how="complained-about")
        routing.route(row, by=by)
    _finish(row, "service_desk.complaint.name_colleague", by=by, before=before, after=complaint.against_id)
    return complaint


@transaction.atomic
def find(case: Case, *, finding: str, explanation: str, by: User, version: int | None = None) -> Complaint:
    """SVC-04 · D6.2.3 — what was found: justified, in part, or not, and why. May be found anew until the case is closed.

    Refuses it without a word, and while a department has not answered (`tasks_open`).
    """
    row, complaint = _held(case, by=by, version=version)
    said = holding.clean(explanation, longest=LONGEST_EXPLANATION)
    if not said:
        raise Refusal("text_missing", status=422)
    _refuse_closed(row)
    holding.refuse_open_tasks(row)
    complaint.finding, complaint.explanation = Finding(finding), said
    complaint.found_by, complaint.found_at = by, clock.now()
    complaint.save(update_fields=["finding", "explanation", "found_by", "found_at"])
    _finish(row, "service_desk.complaint.find", by=by, finding=complaint.finding)
    return complaint


@transaction.atomic
def name_cause(case: Case, *, cause: RootCause, by: User, version: int | None = None) -> Complaint:
    """SVC-05 · D6.3.1 — why it came about. Refuses a cause that is not in use (`cause_unknown`), or divided further
    (`cause_too_general`). May be corrected, with a record, even after the case was closed; a repeat changes nothing."""
    row, complaint = _held(case, by=by, version=version)
    chosen = RootCause.objects.filter(pk=cause.pk, is_active=True).first()
    if chosen is None:
        raise Refusal("cause_unknown", status=422)
    if chosen.children.filter(is_active=True).exists():
        raise Refusal("cause_too_general", status=422)
    if complaint.cause_id == chosen.pk:
        return complaint
    before = complaint.cause.code if complaint.cause else ""
    complaint.cause, complaint.cause_by, complaint.cause_at = chosen, by, clock.now()
    complaint.save(update_fields=["cause", "cause_by", "cause_at"])
    _finish(row, "service_desk.complaint.name_cause", by=by, before=before, after=chosen.code)
    return complaint


@transaction.atomic
def answer(
    case: Case, *, solution: str, by: User, channel: str = "", key: str = "", version: int | None = None
) -> CaseEntry:
    """SVC-04 · D6.2.3 — tell the member what was found and what is done about it: the solution of her complaint.

    By inbox and e-mail, or (`channel`) as it was said by telephone or in person. The same `key` answers once. Refuses it as
    long as nothing was found (`finding_missing`), or somebody has not decided on a compensation (`compensation_waits`).
    """
    row, complaint = _held(case, by=by)
    if not complaint.finding:
        raise Refusal("finding_missing")
    if row.compensations.filter(state="waiting").exists():
        raise Refusal("compensation_waits")
    return threads.reply(row, body=solution, by=by, resolves=True, channel=channel, key=key, version=version)


def _held(case: Case, *, by: User, version: int | None = None) -> tuple[Case, Complaint]:
    """The case in hand and its file; refuses a case that is no complaint (`case_no_complaint`)."""
    row = holding.held(case, by=by, version=version)
    if row.kind != Kind.COMPLAINT:
        raise Refusal("case_no_complaint")
    return row, Complaint.objects.select_related("cause", "against").get(pk=row.pk)


def _refuse_closed(case: Case) -> None:
    if case.state == State.CLOSED:
        raise Refusal("case_closed")


def _finish(row: Case, action: str, *, by: User, **details: Any) -> Case:
    history.reckon([row])
    holding.save(row)
    holding.tell(action, row, by=by, **details)
    return row
