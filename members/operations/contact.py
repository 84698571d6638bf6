"""Service changes how a member is reached, at her wish (MEM-03, MEM-05 · C2.1): with a reason, and for a new phone or
e-mail address with a code that was sent there and that she reads out."""

import secrets

from django.db import transaction

from core import access
from core.models import User
from core.refusals import Refusal
from members.models import Member
from members.operations import codes, people
from members.operations.codes import Address

RIGHT = "members.change_member"
CODE_PURPOSE = "change"


def change_details(member: Member, *, name: str = "", language: str = "", by: User, reason: str) -> Member:
    """Name and language of messages; an empty one stays as it is."""
    _require(member, by=by, reason=reason)
    changes = {field: value for field, value in (("name", name), ("language", language)) if value}
    return people.update(member, changes, by=by, reason=reason)


def ask(member: Member, *, to: Address, by: User, reason: str) -> str:
    """Send a code to the new address; returns what ties the code to this change, and with it to this member.

    Whether the address belongs to somebody else is not told here (see `people.change_address`).
    """
    _require(member, by=by, reason=reason)
    binding = f"{member.pk}:{secrets.token_hex(12)}"
    codes.send(CODE_PURPOSE, to=to, binding=binding, language=member.language)
    return binding


def change(member: Member, *, to: Address, binding: str, typed: str, by: User, reason: str) -> Member:
    """Use the code up and change the address: the old one is told, and after a new phone spending rests for 72 hours."""
    _require(member, by=by, reason=reason)
    if not binding.startswith(f"{member.pk}:"):
        raise Refusal("one_time_code_expired")
    codes.check(CODE_PURPOSE, to=to, binding=binding, typed=typed)
    with transaction.atomic():
        return people.change_address(member, verified=to, by=by, reason=reason)


def _require(member: Member, *, by: User, reason: str) -> None:
    access.require(by, RIGHT)
    if member.user is not None and member.user.is_staff:
        # A colleague logs in with these addresses: whoever could change them could take the account over.
        raise Refusal("colleague_changes_own_contact", status=403)
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
