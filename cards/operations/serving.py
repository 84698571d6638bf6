"""Whom a clerk may serve (invariant 33), and when a member may be served at all (invariants.md part 3)."""

from core.models import User
from core.refusals import Refusal
from members.models import Member
from members.queries import spending


def refuse_own(holder: Member | None, *, clerk: User | None) -> None:
    """A clerk does not serve himself or his household without a second person: refuses `own_card`."""
    own: Member | None = getattr(clerk, "member", None)
    if own is None or holder is None:
        return
    if holder.pk == own.pk or (own.household_id and holder.household_id == own.household_id):
        raise Refusal("own_card", status=403)


def refuse_while_spending_rests(member: Member | None) -> None:
    """Nothing of value is spent for 72 hours after the phone changed; refuses `spending_rests` and says until when."""
    if until := spending.rests_until(member):
        raise Refusal("spending_rests", allowed_from=until, until=until)
