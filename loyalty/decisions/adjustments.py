"""Points are adjusted by hand above a limit (LOY-04)."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import approvals, show
from core.approvals import Kind, Word
from core.models import Approval
from loyalty.models import PointAdjustment
from loyalty.operations import adjustments


def _member_page(approval: Approval) -> str:
    row = PointAdjustment.objects.get(pk=int(approval.subject.rpartition(":")[2]))
    return reverse("admin:loyalty_pointtransaction_ledger", args=[row.member_id])


def _adjustment_words(_approval: Approval) -> Mapping[str, Word]:
    return {
        "points": Word(_("Points"), lambda points: f"{'+' if points > 0 else ''}{show.number(points)}"),
        "category": Word(_("Reason"), lambda code: str(PointAdjustment.Category(code).label)),
        "member": Word(_("Member")),
        "available": Word(_("Points now"), show.number),
        "available_after": Word(_("Points afterwards"), show.number),
    }


approvals.register(
    Kind(
        code=adjustments.KIND,
        label=_("Adjustment of points"),
        right="loyalty.decide_adjustment",
        apply=adjustments.approve,
        reject=adjustments.reject,
        withdraw=adjustments.withdraw,
        url=_member_page,
        words=_adjustment_words,
    )
)
