"""What stops a member from spending points: a hold of risk, or a phone number that was just changed."""

from core.refusals import Refusal
from members.models import Member
from members.queries import spending
from risk import queries as risk
from risk.models import Hold


def refuse(member: Member) -> None:
    """Refuses `points_held`, with the moment from which it would be allowed where that is known."""
    if hold := risk.hold_on(subjects=[], member=member, scope=Hold.Scope.REDEEM):
        raise Refusal("points_held", allowed_from=hold.ends_at)
    if until := spending.rests_until(member):
        raise Refusal("points_held_after_phone_change", allowed_from=until, until=until)
