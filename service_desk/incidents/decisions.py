"""What a second person decides in emergencies: a plan, a message to many members, a review (SVC-16 · D12)."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import approvals, show
from core.approvals import Kind, Word
from core.models import Approval
from service_desk.incidents.models import IncidentReview, IncidentTelling, PlanVersion
from service_desk.incidents.operations import plans, reviewing, telling
from service_desk.incidents.policy.states import SEVERITIES

PARTS = {"title": _("Title"), "body": _("Text")}


def _lines(value: Any) -> str:
    return "\n".join(map(str, value or ())) or "—"


def _of_texts() -> dict[str, Word]:
    return {
        f"{part}.{language}": Word(f"{label} ({name})")
        for part, label in PARTS.items()
        for language, name in settings.LANGUAGES
    }


PLAN_WORDS: Mapping[str, Word] = {
    **{f"criterion.{one}": Word(f"{_('Severity')} {one}") for one in SEVERITIES},
    "steps": Word(_("Steps"), _lines),
    "chain": Word(_("Contact chain"), _lines),
}
TELLING_WORDS: Mapping[str, Word] = {
    "rule": Word(_("Whom"), lambda code: str(IncidentTelling.Rule(code).label)),
    "members": Word(_("Members concerned"), show.number),
}
REVIEW_WORDS: Mapping[str, Word] = {
    "happened": Word(_("What happened")),
    "causes": Word(_("Causes")),
    "went_well": Word(_("What went well")),
    "went_badly": Word(_("What did not")),
    "measures": Word(_("Measures"), _lines),
}


def _key(approval: Approval) -> int:
    return int(approval.subject.rpartition(":")[2])


def _page_of_plan(approval: Approval) -> str:
    plan = PlanVersion.objects.values_list("plan", flat=True).get(pk=_key(approval))
    return reverse("admin:service_desk_emergencyplan_change", args=[plan])


def _page_of_telling(approval: Approval) -> str:
    incident = IncidentTelling.objects.values_list("incident", flat=True).get(pk=_key(approval))
    return reverse("admin:service_desk_incident_change", args=[incident])


def _page_of_review(approval: Approval) -> str:
    incident = IncidentReview.objects.values_list("incident", flat=True).get(pk=_key(approval))
    return reverse("admin:service_desk_incident_review", args=[incident])


approvals.register(
    Kind(
        code=plans.KIND,
        label=_("Emergency plan"),
        right="service_desk.decide_emergencyplan",
        apply=plans.approve,
        reject=plans.take_back,
        withdraw=plans.take_back,
        words=lambda _approval: {**PLAN_WORDS, **_of_texts()},
        url=_page_of_plan,
    )
)
approvals.register(
    Kind(
        code=telling.KIND,
        label=_("Message to members concerned"),
        right="service_desk.decide_telling",
        apply=telling.approve,
        reject=telling.drop,
        withdraw=telling.drop,
        words=lambda _approval: {**TELLING_WORDS, **_of_texts()},
        url=_page_of_telling,
    )
)
approvals.register(
    Kind(
        code=reviewing.KIND,
        label=_("Review of an incident"),
        right=reviewing.DECIDE,
        apply=reviewing.approve,
        reject=reviewing.take_back,
        withdraw=reviewing.take_back,
        words=lambda _approval: REVIEW_WORDS,
        url=_page_of_review,
    )
)
