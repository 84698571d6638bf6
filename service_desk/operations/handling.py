"""Working on a case (SVC-02, SVC-03 · A6.2.2, D4.3.2): classified, given, waiting, resolved, reopened, closed, escalated."""

from typing import Any

from django.db import transaction

from core import access
from core.models import Department, User
from core.refusals import Refusal
from service_desk.models import Case, CaseEntry, Follower
from service_desk.operations import complaint_files, entries, history, holding, letters, routing, searching
from service_desk.policy import service_levels
from service_desk.policy.codes import Complexity, Happening, Kind, Severity
from service_desk.policy.states import State
from service_desk.queries import agents, categories


@transaction.atomic
def classify(
    case: Case,
    *,
    by: User,
    kind: str = "",
    category: str | None = None,
    severity: str = "",
    complexity: str = "",
    reason: str = "",
    version: int | None = None,
) -> Case:
    """SVC-02 · A6.2.2 — say anew what a case is; what is not named stays. The promised times follow, used time counts.

    With another category its department and skill take over, and a case of nobody is routed again. What becomes a
    complaint is acknowledged as one. A repeat changes nothing. Refuses a category of another kind, and to call a complaint
    anything else once something was given for it (`complaint_compensated`).
    """
    row = holding.held(case, by=by, version=version)
    before = _classification(row)
    row.kind = Kind(kind or row.kind)
    row.severity, row.complexity = Severity(severity or row.severity), Complexity(complexity or row.complexity)
    if category is not None:
        row.category = categories.of_code(category) if category else None
        row.skill = row.category.skill if row.category else None
        row.department = (row.category.department if row.category else None) or row.department
    if row.category is not None and row.category.kind != row.kind:
        if category:
            raise Refusal("category_of_another_kind", status=422)
        row.category = row.skill = None
    after = _classification(row)
    if after == before:
        return row
    history.note(row, Happening.CLASSIFIED, by=by, targets=history.promised(row).as_json(), before=before, after=after)
    complaint_files.classified(row, before=before["kind"], by=by)
    if row.owner is None and row.is_undone:
        routing.route(row, by=by)
    return _finish(row, "service_desk.case.classify", by=by, reason=reason, before=before, after=after)


@transaction.atomic
def assign(
    case: Case,
    *,
    by: User,
    to: User | None = None,
    department: Department | None = None,
    reason: str = "",
    version: int | None = None,
) -> Case:
    """SVC-02 · A6.2.2 — give a case to a colleague, or to a department's queue (`to=None`). Giving is for who may assign."""
    row = holding.held(case, by=by, version=version, right=holding.ASSIGN)
    return _give(row, to=to, department=department, by=by, reason=reason, how="assigned")


@transaction.atomic
def take(case: Case, *, by: User, version: int | None = None) -> Case:
    """SVC-02 · A6.2.2 — make a case one's own. Taking it twice changes nothing; refuses what another works on."""
    row = holding.held(case, by=by, version=version)
    if row.owner_id == by.pk:
        return row
    if row.owner_id is not None and not access.allows(by, holding.ASSIGN):
        raise Refusal("case_of_another", owner=str(row.owner))
    return _give(row, to=by, department=None, by=by, reason="", how="taken")


@transaction.atomic
def hand_over(
    case: Case,
    *,
    by: User,
    note: str,
    to: User | None = None,
    department: Department | None = None,
    version: int | None = None,
) -> Case:
    """SVC-02 · A6.2.2 — pass one's case on with a note: what was done and what is to be done. Refuses it without a word,
    and a case that is another's."""
    row = holding.held(case, by=by, version=version)
    if row.owner_id not in (None, by.pk) and not access.allows(by, holding.ASSIGN):
        raise Refusal("case_of_another", owner=str(row.owner))
    if to is None and department is None:
        raise Refusal("nobody_named", status=422)
    said = holding.clean(note)
    if not said:
        raise Refusal("text_missing", status=422)
    entries.write_down(row, CaseEntry.Direction.NOTE, body=said, channel=row.channel, author=by)
    searching.add(row, said)
    return _give(row, to=to, department=department, by=by, reason="", how="handed-over")


@transaction.atomic
def follow(case: Case, *, by: User, user: User | None = None) -> Follower:
    """SVC-02 · A6.2.2 — hear of a case that is another's; following twice is following once. `user` lets a colleague in."""
    row, who = holding.held(case, by=by), user or by
    if not (who.is_staff and who.is_active):
        raise Refusal("colleague_unfit", status=422)
    found, is_new = Follower.objects.get_or_create(case=row, user=who)
    if is_new:
        holding.tell("service_desk.case.follow", row, by=by, follower=who.pk)
    return found


@transaction.atomic
def unfollow(case: Case, *, by: User, user: User | None = None) -> None:
    """SVC-02 · A6.2.2 — hear no more of a case."""
    row, who = holding.held(case, by=by), user or by
    if Follower.objects.filter(case=row, user=who).delete()[0]:
        holding.tell("service_desk.case.unfollow", row, by=by, follower=who.pk)


@transaction.atomic
def wait(case: Case, *, by: User, for_member: bool = True, reason: str = "", version: int | None = None) -> Case:
    """SVC-03 · D4.3.2 — wait for the member, which stops the clocks, or for a colleague, which does not.

    Refuses to wait for a member who is still waiting for us (`member_waits_for_answer`).
    """
    row = holding.held(case, by=by, version=version)
    if for_member and row.unanswered_since is not None:
        raise Refusal("member_waits_for_answer")
    history.move(row, State.WAITING if for_member else State.INSIDE, by=by)
    return _finish(row, "service_desk.case.wait", by=by, reason=reason, state=row.state)


@transaction.atomic
def resume(case: Case, *, by: User, version: int | None = None) -> Case:
    """SVC-03 · D4.3.2 — nothing is waited for any longer: the clocks go on."""
    row = holding.held(case, by=by, version=version)
    if row.state not in (State.NEW, State.WAITING, State.INSIDE):
        raise Refusal("case_does_not_wait")
    history.move(row, State.OPEN, by=by)
    return _finish(row, "service_desk.case.resume", by=by)


@transaction.atomic
def resolve(case: Case, *, by: User, resolution: str, tell: bool = True, version: int | None = None) -> Case:
    """SVC-02, SVC-04 · A6.2.2, D6.2 — a solution was found and is told (`tell`), unless it was told already.

    It stops the clock of the resolution. Refuses an empty solution and questions that are still open (`tasks_open`).
    """
    row = holding.held(case, by=by, version=version)
    said = holding.clean(resolution)
    if not said:
        raise Refusal("text_missing", status=422)
    holding.refuse_open_tasks(row)
    _resolve(row, said, by=by)
    if tell:
        letters.resolved(row, key=str(row.version))
    return _finish(row, "service_desk.case.resolve", by=by)


@transaction.atomic
def reopen(case: Case, *, reason: str, by: User | None = None, version: int | None = None) -> Case:
    """SVC-04 · D6.3 — it was not solved after all: the clock of the resolution goes on. `by` None is the member herself."""
    row = holding.held(case, by=by, version=version) if by is not None else holding.locked(case)
    if row.state not in (State.RESOLVED, State.CLOSED):
        raise Refusal("case_not_resolved")
    said = holding.clean(reason)
    if not said:
        raise Refusal("text_missing", status=422)
    author: dict[str, Any] = {"author": by} if by is not None else {"member": row.member}
    direction = CaseEntry.Direction.NOTE if by is not None else CaseEntry.Direction.INCOMING
    entry = entries.write_down(row, direction, body=said, channel=row.channel, **author)
    history.move(row, State.OPEN, by=by)
    if by is None:
        history.note(row, Happening.MEMBER_WROTE)
    if row.owner is None or not row.owner.is_active:
        routing.route(row, by=by)
    letters.wrote(row, entry)
    searching.add(row, said)
    return _finish(row, "service_desk.case.reopen", by=by)


@transaction.atomic
def close(case: Case, *, by: User | None = None, version: int | None = None) -> Case:
    """SVC-04 · D6.3 — the end of a resolved case; `by` None is the clock. Refuses a case that is not resolved, and a
    complaint without a finding or a root cause, or about whoever closes it."""
    row = holding.held(case, by=by, version=version) if by is not None else holding.locked(case)
    if row.state != State.RESOLVED:
        raise Refusal("case_not_resolved")
    complaint_files.refuse_unready(row)
    history.move(row, State.CLOSED, by=by)
    complaint_files.closed([row.pk])
    return _finish(row, "service_desk.case.close", by=by)


@transaction.atomic
def escalate(case: Case, *, by: User, reason: str, version: int | None = None) -> Case:
    """SVC-03 · D4.3.2 — ask the lead for help, and if he has it already the director. Refuses it without a reason."""
    row = holding.held(case, by=by, version=version)
    said = holding.clean(reason)
    if not said:
        raise Refusal("reason_needed", status=400)
    level = max(row.escalation, 1) + 1
    if level > len(service_levels.TOLD):
        raise Refusal("escalated_already")
    row.escalation = level
    right = holding.LEAD if level == 2 else holding.DIRECT
    event = history.note(row, Happening.ESCALATED, by=by, level=level)
    entries.write_down(row, CaseEntry.Direction.NOTE, body=said, channel=row.channel, author=by)
    letters.escalated(row, access.holders(right), key=str(event.pk), by=by)
    searching.add(row, said)
    return _finish(row, "service_desk.case.escalate", by=by, level=level)


def settle_at_once(case: Case, *, answer: str, by: User) -> Case:
    """SVC-02 · A6.2.2 — a simple matter, answered on the spot: the answer, the solution and the end. The case is held.

    A complaint ends here with its solution; it is closed once it is known why it came about.
    """
    said = holding.clean(answer)
    entries.write_down(case, CaseEntry.Direction.OUTGOING, body=said, channel=case.channel, author=by)
    history.note(case, Happening.REPLIED, by=by, channel=case.channel)
    _resolve(case, said, by=by)
    if complaint_files.may_be_closed(case):
        history.move(case, State.CLOSED, by=by)
    searching.add(case, said)
    return _finish(case, "service_desk.case.settle", by=by)


def _resolve(case: Case, solution: str, *, by: User) -> None:
    case.resolution = solution
    if case.owner_id is None:
        routing.give(case, by, by=by, how="resolved")
    history.move(case, State.RESOLVED, by=by)


def _give(row: Case, *, to: User | None, department: Department | None, by: User, reason: str, how: str) -> Case:
    if to is not None and not access.allows(to, holding.HANDLE):
        raise Refusal("colleague_unfit", status=422)
    if to is not None and (to.pk in agents.kin_of(row.member)):
        raise Refusal("own_case", status=403)
    if to is not None and to.pk == holding.complained_about(row):
        raise Refusal("colleague_complained_about")
    if not row.is_undone:
        raise Refusal("case_not_open")
    row.department = department or row.department
    routing.give(row, to, by=by, how=how)
    return _finish(row, "service_desk.case.assign", by=by, reason=reason, owner=to.pk if to else None)


def _classification(case: Case) -> dict[str, str]:
    return {
        "kind": str(case.kind),
        "category": case.category.code if case.category else "",
        "severity": str(case.severity),
        "complexity": str(case.complexity),
    }


def _finish(row: Case, action: str, *, by: User | None, reason: str = "", **details: Any) -> Case:
    history.reckon([row])
    holding.save(row)
    holding.tell(action, row, by=by, reason=reason, **details)
    return row
