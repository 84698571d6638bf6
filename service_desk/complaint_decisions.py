"""Compensation above one's authority is decided by a second person (SVC-04 · D6.2)."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import approvals, show
from core.approvals import Kind, Word
from core.models import Approval
from service_desk.models import Compensation
from service_desk.models.complaint_choices import Means
from service_desk.operations import compensation
from service_desk.queries.compensation import DECIDE, DECIDE_LARGE


def _page(approval: Approval) -> str:
    row = Compensation.objects.get(pk=int(approval.subject.rpartition(":")[2]))
    return reverse("admin:service_desk_complaint_change", args=[row.case_id])


def _words(_approval: Approval) -> Mapping[str, Word]:
    return {
        "means": Word(_("Means"), lambda code: str(Means(code).label)),
        "points": Word(_("Points"), lambda points: show.number(points) if points else "—"),
        "coupon": Word(_("Coupon")),
        "amount_minor": Word(_("Worth"), show.money),
        "case": Word(_("Case")),
        "counted_minor": Word(_("Given in the case with it"), show.money),
    }


KINDS: tuple[tuple[str, str | Promise, str], ...] = (
    (compensation.BY_LEAD, _("Compensation"), DECIDE),
    (compensation.BY_DIRECTOR, _("Large compensation"), DECIDE_LARGE),
)
for code, label, right in KINDS:
    approvals.register(
        Kind(
            code=code,
            label=label,
            right=right,
            apply=compensation.approve,
            reject=compensation.reject,
            withdraw=compensation.withdraw,
            url=_page,
            words=_words,
        )
    )
