"""Earn rules as a manager looks at them: what each says now, what it will say, what waits for a second person (LOY-04)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from core import audit
from core.models import Approval
from loyalty.models import EarnRule, EarnRuleVersion
from loyalty.policy import rule_forms
from loyalty.policy.rules import Rule

KIND = "earn-rule"


@dataclass(frozen=True)
class Standing:
    """A rule at a moment: the version in force, the next one, its versions from the newest, and what waits."""

    rule: EarnRule
    versions: Sequence[EarnRuleVersion]
    now: EarnRuleVersion | None
    following: EarnRuleVersion | None
    waiting: Approval | None
    is_over: bool

    @property
    def state(self) -> str:
        if self.now and self.now.definition and not self.is_over:
            return "active"
        if self.following and self.following.definition:
            return "scheduled"
        if self.waiting:
            return "pending"
        return "ended" if self.versions else "refused"

    @property
    def said(self) -> Rule | None:
        """What is worth reading: what it says now, else what it will say, else what is asked for, else what it said."""
        for version in (self.now, self.following):
            if version and version.definition:
                return of_version(version)
        if self.waiting and self.waiting.after:
            return rule_forms.from_json(self.rule.code, 0, self.waiting.after)
        return next((of_version(one) for one in self.versions if one.definition), None)


def of_version(version: EarnRuleVersion) -> Rule | None:
    if version.definition is None:
        return None
    return rule_forms.from_json(version.rule.code, version.number, version.definition)


def standings(moment: dt.datetime) -> list[Standing]:
    """Every rule, in three statements."""
    found = pending()
    return [standing(rule, moment, found) for rule in with_versions(EarnRule.objects.order_by("code"))]


def with_versions(rows: QuerySet[EarnRule]) -> QuerySet[EarnRule]:
    versions = EarnRuleVersion.objects.select_related("approval", "author", "approver", "rule").order_by("-number")
    return rows.prefetch_related(Prefetch("versions", versions))


def pending() -> dict[str, Approval]:
    """What waits for a second person, by the rule it is about."""
    rows = Approval.objects.filter(kind=KIND, state=Approval.State.PENDING).select_related("author")
    return {row.subject: row for row in rows}


def standing(rule: EarnRule, moment: dt.datetime, waiting: dict[str, Approval]) -> Standing:
    versions = list(rule.versions.all())
    begun = [one for one in versions if one.effective_at <= moment]
    now = max(begun, key=lambda one: (one.effective_at, one.number), default=None)
    later = [one for one in versions if one.effective_at > moment]
    said = of_version(now) if now else None
    over = bool(said and said.when.ends_at and said.when.ends_at <= moment)
    following = min(later, key=lambda one: (one.effective_at, -one.number), default=None)
    return Standing(rule, versions, now, following, waiting.get(audit.label_of(rule)), over)


def neighbours(rule: Rule, others: Iterable[Rule]) -> list[Rule]:
    """LOY-04 · B7.1 — the rules that share its group and so take turns with it, in the order they are asked."""
    if not rule.group:
        return []
    same = [one for one in others if (one.group, one.effect, one.kind) == (rule.group, rule.effect, rule.kind)]
    kept = [one for one in same if one.code != rule.code]
    return sorted([*kept, rule], key=lambda one: (one.priority, one.code))
