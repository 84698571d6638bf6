"""How a case is taken in hand: locked, read afresh, the right and what was seen checked (SVC-02, SVC-14 · A6.2.2, B2)."""

from typing import Any

from django.db.models import F

from cards.operations import serving
from core import access, audit
from core.models import User
from core.refusals import Refusal
from members.models import Member
from service_desk.models import Case, CaseTask, Complaint
from service_desk.policy.codes import Kind
from service_desk.policy.states import State
from service_desk.queries.agents import HANDLE as HANDLE

ASSIGN, LEAD, DIRECT = "service_desk.assign_case", "service_desk.lead_case", "service_desk.direct_case"
OPEN_AT_COUNTER = "counter.open_case"
LONGEST = 50_000
_WITH = ("member__user", "owner", "category", "department")


def locked(case: Case | int) -> Case:
    """The case's row, held until the transaction ends. Merged cases are given as they are."""
    pk: int = case if isinstance(case, int) else case.pk
    rows = Case.objects.select_for_update(of=("self",)).select_related(*_WITH)
    return rows.get(pk=pk)


def locked_root(case: Case) -> Case:
    """The case in which a case now lives: its own row, or that of the one it was merged into, however often."""
    row = locked(case)
    while row.merged_into_id is not None:
        row = locked(row.merged_into_id)
    return row


def held(case: Case, *, by: User, version: int | None = None, right: str = HANDLE) -> Case:
    """Take a case in hand for a colleague.

    Refuses without the right, his own case or his household's (`own_case`), a complaint about himself
    (`complained_about_you`), one that was merged away (`case_merged`), and a `version` that is not the present one
    (`case_changed`): somebody else has changed what he was looking at.
    """
    access.require(by, right)
    row = locked(case)
    refuse_own(row, by=by)
    refuse_complained_about(row, by=by)
    if row.state == State.MERGED:
        raise Refusal("case_merged", number=Case.objects.get(merged=row).number)
    refuse_stale(row, version)
    return row


def refuse_stale(case: Case, version: int | None) -> None:
    """SVC-01 — a stale form is told so: refuses `case_changed`."""
    if version is not None and version != case.version:
        raise Refusal("case_changed", number=case.number)


def refuse_own(case: Case, *, by: User) -> None:
    """D8 · invariant 33 — nobody handles his own case or his household's: refuses `own_case`."""
    own = {by.phone_index, by.email_index} - {None, ""}
    if own & {case.contact_phone_index, case.contact_email_index}:
        raise Refusal("own_case", status=403)
    refuse_kin(case.member, by=by)


def refuse_complained_about(case: Case, *, by: User) -> None:
    """SVC-04 · D6.2 — whoever is complained about does not handle the complaint: refuses `complained_about_you`."""
    if complained_about(case) == by.pk:
        raise Refusal("complained_about_you", status=403)


def complained_about(case: Case) -> int | None:
    """SVC-04 · D6.2 — the colleague that a complaint is about, by id."""
    if case.kind != Kind.COMPLAINT:
        return None
    return Complaint.objects.filter(pk=case.pk).values_list("against", flat=True).first()


def refuse_kin(member: Member | None, *, by: User) -> None:
    try:
        serving.refuse_own(member, clerk=by)
    except Refusal as refusal:
        raise Refusal("own_case", status=403) from refusal


def refuse_open_tasks(case: Case) -> None:
    """SVC-02 · A6.2.2 — what another department was asked is answered or withdrawn first: refuses `tasks_open`."""
    if CaseTask.objects.filter(case=case, state=CaseTask.State.OPEN).exists():
        raise Refusal("tasks_open")


def save(case: Case) -> None:
    """Write what changed, and let everybody who looks at the old version know."""
    case.version = F("version") + 1
    case.save()
    case.refresh_from_db(fields=["version"])


def tell(action: str, case: Case, *, by: User | None, reason: str = "", **details: Any) -> None:
    """The record of an operation in the trail; never what a person said."""
    audit.record(
        action,
        subject=case,
        actor=by,
        member_id=case.member_id,
        store_id=case.store_id,
        reason=reason,
        details={"number": case.number, **details},
    )


def clean(text: str, *, longest: int = LONGEST) -> str:
    """A text as it is kept: no NUL, plain line ends, nothing around it; refuses what is longer than anybody writes."""
    plain = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(plain) > longest:
        raise Refusal("text_too_long", status=413, most=longest)
    return plain
