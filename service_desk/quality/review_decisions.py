"""A score sheet is published (SVC-12 · D9)."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import approvals
from core.approvals import Kind, Word
from core.models import Approval
from service_desk.quality.models import SheetCriterion
from service_desk.quality.operations import sheets


def _told(terms: Any) -> str:
    """`Accuracy · Was the answer right? · 20 points · yes or no · critical`."""
    if not isinstance(terms, dict):
        return "—"
    parts = [terms["section"], terms["name"], _now("%(number)s points") % {"number": terms["weight"]}]
    parts.append(str(SheetCriterion.Marking(terms["scale"]).label))
    parts += [_now("critical")] if terms["is_critical"] else []
    parts += [_now("may not apply")] if terms["may_be_left_out"] else []
    return " · ".join(parts)


def _words(approval: Approval) -> Mapping[str, Word]:
    found = {code: Word(terms["name"], _told) for code, terms in (approval.before | approval.after).items()}
    return found | {"version": Word(_("Version"))}


approvals.register(
    Kind(
        code=sheets.KIND,
        label=_("Score sheet"),
        right=sheets.DECIDE,
        apply=sheets.approve,
        reject=sheets.take_back,
        withdraw=sheets.take_back,
        current=sheets.current,
        words=_words,
        url=lambda approval: reverse(
            "admin:service_desk_scoresheet_change", args=[int(approval.subject.rpartition(":")[2])]
        ),
    )
)
