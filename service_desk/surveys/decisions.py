"""A survey is published (SVC-07 · D5.1)."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import approvals
from core.approvals import Kind, Word
from core.models import Approval
from service_desk.surveys.operations import publishing
from service_desk.surveys.wording import contents


def _page(approval: Approval) -> str:
    return reverse("admin:service_desk_survey_change", args=[publishing.of(approval).pk])


def _words(approval: Approval) -> Mapping[str, Word]:
    return contents.words(approval.before, approval.after)


approvals.register(
    Kind(
        code=publishing.KIND,
        label=_("Survey"),
        right="service_desk.decide_survey",
        apply=publishing.approve,
        reject=publishing.take_back,
        withdraw=publishing.take_back,
        url=_page,
        current=publishing.current,
        words=_words,
    )
)
