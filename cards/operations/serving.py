"""Who may serve whom at a counter (invariant 33)."""

from core.models import User
from core.refusals import Refusal
from members.models import Member


def refuse_own(holder: Member | None, *, clerk: User | None) -> None:
    """A clerk does not serve himself or his household without a second person: refuses `own_card`."""
    own: Member | None = getattr(clerk, "member", None)
    if own is None or holder is None:
        return
    if holder.pk == own.pk or (own.household_id and holder.household_id == own.household_id):
        raise Refusal("own_card", status=403)
