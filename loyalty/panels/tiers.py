"""The tier on a member's page in the back office (MEM-03, LOY-03)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import clock
from loyalty.queries import tiers
from loyalty.wording import standing
from members import panels
from members.models import Member

SHOWN = 8


def _tier(member: Member) -> Mapping[str, Any]:
    progress = tiers.progress(member, on=clock.today())
    return {
        "progress": progress,
        "told": standing.told(progress),
        "activities": standing.activities(progress),
        "changes": standing.explained(list(tiers.history(member)[:SHOWN])),
        "hold": tiers.hold_of(member),
        "member": member,
    }


panels.register(
    panels.Panel("tier", _("Tier"), "admin/loyalty/member_tier.html", _tier, right="loyalty.view_tierchange", order=5)
)
