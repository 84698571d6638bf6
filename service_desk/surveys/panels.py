"""What the page of a member shows of surveys (MEM-03 · C2.1): when she was asked, and what she answered."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from members import panels
from members.models import Member
from service_desk.surveys.models import SurveyInvitation

SHOWN = 10


def _surveys(member: Member) -> Mapping[str, Any]:
    rows = SurveyInvitation.objects.filter(member=member).select_related("survey", "version", "store", "response")
    return {"member": member, "invitations": list(rows.order_by("-pk")[:SHOWN])}


panels.register(
    panels.Panel(
        "surveys",
        _("Surveys"),
        "admin/service_desk/surveys/member_surveys.html",
        _surveys,
        right="service_desk.view_surveyresponse",
        order=60,
    )
)
