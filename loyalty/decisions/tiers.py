"""A tier is guaranteed (LOY-02)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import approvals, show, words
from core.approvals import Kind, Word
from core.models import Approval
from loyalty.operations import tier_holds


def _guarantee_now(approval: Approval) -> Mapping[str, Any]:
    return tier_holds.current(tier_holds.of(approval))


def _tier_words(_approval: Approval) -> Mapping[str, Word]:
    return {
        "tier": Word(_("Tier"), lambda code: words.of(words.TIER, code) if code else "—"),
        "ends_on": Word(_("Guaranteed through"), lambda day: show.day(dt.date.fromisoformat(day)) if day else "—"),
    }


approvals.register(
    Kind(
        code=tier_holds.KIND,
        label=_("Guaranteed tier"),
        right=tier_holds.DECIDE,
        apply=tier_holds.approve,
        current=_guarantee_now,
        words=_tier_words,
        url=lambda approval: reverse("admin:members_member_overview", args=[tier_holds.of(approval).pk]),
    )
)
