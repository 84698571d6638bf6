"""Whose case it is (SVC-01 · A6.2.1): found out by a colleague, or claimed by the member who wrote before she joined."""

from django.db import transaction

from core.models import User
from core.refusals import Refusal
from members.models import Member
from service_desk.models import Case
from service_desk.operations import cases, history, holding, routing
from service_desk.policy.codes import Happening
from service_desk.queries import agents, claims


@transaction.atomic
def claim(member: Member) -> list[Case]:
    """SVC-01 · A6.2.1 — take over everything that was written from her own confirmed addresses; doing it again does nothing.

    Only a case whose every address is hers: one that also names a stranger's address stays with service.
    """
    found = []
    for pk in claims.unclaimed(member).order_by("pk").values_list("pk", flat=True):
        row = holding.locked(pk)
        if row.member_id is None and row.merged_into_id is None:
            _give_to(row, member, by=None)
            holding.tell("service_desk.case.claim", row, by=None)
            found.append(row)
    return found


@transaction.atomic
def identify(case: Case, *, member: Member, by: User, version: int | None = None) -> Case:
    """SVC-01 · A6.2.1 — say who the caller or writer is; the case stands on her page and in her portal from now on.

    Refuses a case that is another's (`case_of_another_member`) and a colleague's own member record or household.
    """
    row = holding.held(case, by=by, version=version)
    holding.refuse_kin(member, by=by)
    if row.member_id == member.pk:
        return row
    if row.member_id is not None:
        raise Refusal("case_of_another_member")
    _give_to(row, member, by=by)
    holding.tell("service_desk.case.identify", row, by=by)
    return row


def _give_to(row: Case, member: Member, *, by: User | None) -> None:
    """The times of her tier hold from now on; an owner who is kin of hers passes it on."""
    row.member = member
    row.language = row.language or member.language
    row.tier, row.tier_rank = cases.tier_of(member)
    history.note(row, Happening.CLASSIFIED, by=by, targets=history.promised(row).as_json(), member=member.pk)
    if row.owner_id in agents.kin_of(member):
        row.owner = None
        if row.is_undone:
            routing.route(row, by=by)
    history.reckon([row])
    holding.save(row)
