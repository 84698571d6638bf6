"""Looking at a case, at a file of it, or for a caller: on record before anything is shown (SEC-02 · A7.3.2, invariant 41)."""

from django.db import transaction

from core import access, audit, limits
from core.limits import Limit
from core.models import User
from members.models import Member
from service_desk.models import Case, CaseAttachment
from service_desk.operations import holding, presence

HOUR = 3_600
UNUSUAL, MOST = Limit("caller-search-unusual", 60, HOUR), Limit("caller-search", 300, HOUR)
TOLD = Limit("caller-search-told", 1, HOUR)


@transaction.atomic
def look(case: Case, *, by: User) -> None:
    """SEC-02 — a colleague opens a case. As long as it stays open on her screen that is one look."""
    access.require(by, presence.VIEW)
    if not presence.looks(case, by=by):
        holding.tell("service_desk.case.look", case, by=by)


@transaction.atomic
def take_out(attachment: CaseAttachment, *, by: User) -> None:
    """SEC-02 — a colleague opens a file of a case."""
    access.require(by, presence.VIEW)
    case = attachment.entry.case
    holding.tell("service_desk.attachment.open", case, by=by, attachment=attachment.pk, type=attachment.content_type)


def look_up(found: Member | None, *, by: User) -> None:
    """SVC-01, SEC-02 · A6.2.1 — somebody calls and is looked up: on record, and watched like a search at the counter.

    Above 60 an hour somebody is told, above 300 it is refused (`too_many_requests`).
    """
    access.require(by, holding.HANDLE)
    who = str(by.pk)
    if not limits.spend(UNUSUAL, who) and limits.spend(TOLD, who):
        audit.alert("caller_search_often", subject=by, actor=by, details={"above": UNUSUAL.times})
    limits.require((MOST, who))
    with transaction.atomic():
        audit.record(
            "service_desk.caller.look_up",
            subject=found or by,
            actor=by,
            member_id=found.pk if found else None,
        )
