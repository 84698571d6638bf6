"""Whether a member may spend anything of value now (design/invariants.md part 3)."""

import datetime as dt

from core import clock
from members.models import Member

RESTS = dt.timedelta(hours=72)


def rests_until(member: Member | None) -> dt.datetime | None:
    """Until when spending rests because the phone has just changed; None when it does not."""
    if member is None or member.phone_changed_at is None:
        return None
    until = member.phone_changed_at + RESTS
    return until if until > clock.now() else None
