"""What two people decide about performance: targets, rewards, careers (SVC-10, SVC-11)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import approvals, show
from core.approvals import Kind, Word
from core.models import Approval
from service_desk.models import CareerLevel, Incentive
from service_desk.people.models import KpiCode, Span, SubjectKind
from service_desk.people.operations import careers, incentives, targets
from service_desk.people.wording import told


def _day(value: str) -> str:
    return show.day(dt.date.fromisoformat(value))


def _target_words(approval: Approval) -> Mapping[str, Word]:
    kpi = approval.effect["kpi"]
    return {
        "target": Word(_("Target"), lambda value: told(kpi, value)),
        "kpi": Word(_("Figure"), lambda code: str(KpiCode(code).label)),
        "kind": Word(_("Whose"), lambda code: str(SubjectKind(code).label)),
        "span": Word(_("For each"), lambda code: str(Span(code).label)),
        "whom": Word(_("Only of"), lambda whom: whom["name"] or str(_("everybody"))),
        "starts_on": Word(_("in force from"), _day),
    }


def _incentive_words(_approval: Approval) -> Mapping[str, Word]:
    return {
        "person": Word(_("Colleague")),
        "kind": Word(_("Kind"), lambda code: str(Incentive.Kind(code).label)),
        "title": Word(pgettext_lazy("incentive", "For what")),
        "amount": Word(_("Amount"), lambda minor: show.money(minor) if minor else "—"),
    }


def _career_words(_approval: Approval) -> Mapping[str, Word]:
    names = {level.code: level.localized_name for level in CareerLevel.objects.all()}

    def level(code: Any) -> str:
        return names.get(code, "—")

    return {
        "level": Word(_("Career level"), level),
        "whom": Word(_("Colleague"), lambda whom: str(whom["name"])),
        "starts_on": Word(_("in force from"), _day),
    }


approvals.register(
    Kind(
        code=targets.KIND,
        label=_("Target"),
        right=targets.DECIDE,
        apply=targets.approve,
        current=targets.current,
        words=_target_words,
        url=lambda _approval: reverse("admin:service_desk_kpitarget_changelist"),
    )
)
approvals.register(
    Kind(
        code=incentives.KIND,
        label=_("Incentive"),
        right=targets.DECIDE,
        apply=incentives.approve,
        reject=incentives.reject,
        withdraw=incentives.withdraw,
        words=_incentive_words,
        url=lambda approval: reverse(
            "admin:service_desk_incentive_change", args=[int(approval.subject.rpartition(":")[2])]
        ),
    )
)
approvals.register(
    Kind(
        code=careers.KIND,
        label=_("Career level"),
        right=targets.DECIDE,
        apply=careers.approve,
        current=careers.current,
        words=_career_words,
        url=lambda _approval: reverse("admin:service_desk_careerstep_changelist"),
    )
)
