"""A benefit of the catalogue begins, changes or ends (LOY-09, LOY-11)."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import approvals
from core.approvals import Kind, Word
from core.models import Approval
from loyalty.operations import benefit_catalogue
from loyalty.wording import benefits as benefit_words


def _benefit_page(approval: Approval) -> str:
    return reverse("admin:loyalty_benefit_change", args=[benefit_catalogue.of(approval).pk])


def _benefit_words(approval: Approval) -> Mapping[str, Word]:
    return benefit_words.WORDS


approvals.register(
    Kind(
        code=benefit_catalogue.KIND,
        label=_("Benefit"),
        right="loyalty.decide_benefit",
        apply=benefit_catalogue.approve,
        reject=benefit_catalogue.take_back,
        withdraw=benefit_catalogue.take_back,
        url=_benefit_page,
        current=benefit_catalogue.current,
        words=_benefit_words,
    )
)
