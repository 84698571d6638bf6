"""An earn rule is revised (LOY-04, LOY-13)."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import approvals
from core.approvals import Kind, Word
from core.models import Approval
from loyalty.operations import earn_rules
from loyalty.queries import earn_rules as rows
from loyalty.wording import rule_fields
from loyalty.wording.sentences import Names


def _rule_now(approval: Approval) -> Mapping[str, Any]:
    """What the rule says by now: a request that compared with anything else is stale."""
    return earn_rules.current(earn_rules.of(approval))


def _words_of_rule(_approval: Approval) -> Mapping[str, Word]:
    return rule_fields.words(Names.read())


def _page_of_rule(approval: Approval) -> str:
    return reverse("admin:loyalty_earnrule_change", args=[earn_rules.key_of(approval)])


approvals.register(
    Kind(
        code=rows.KIND,
        label=_("Earn rule"),
        right="loyalty.decide_earnrule",
        apply=earn_rules.approve,
        current=_rule_now,
        words=_words_of_rule,
        url=_page_of_rule,
    )
)
