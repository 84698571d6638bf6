"""What accruals have counted against the caps of rules, read from what each says of its number (LOY-04 · B7.1)."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from loyalty.models import EarnRuleVersion
from loyalty.policy import earning, rule_forms, rules
from loyalty.policy.rules import Rule, period_of

Versions = Mapping[tuple[str, int], Rule]
HOUSE: Versions = {
    (earning.BIRTHDAY, 0): Rule(
        earning.BIRTHDAY, 0, rules.Kind.PURCHASE, rules.Effect.MULTIPLY, when=rules.When(birthday_days=0)
    )
}
"""Of the rules that the parameters make, the one that is counted."""


class Accrual(NamedTuple):
    """Points that came in: whose, of which day, and the rules that made the number."""

    member: int
    day: dt.date
    why: Mapping[str, Any]


@dataclass
class Counted:
    """Points by member, rule and period, and by rule and period of all members together.

    `unsaid`: whose birthday by which rule was used up before an entry said which birthday it was.
    """

    members: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    programmes: Counter[tuple[str, str]] = field(default_factory=Counter)
    unsaid: set[tuple[int, str]] = field(default_factory=set)

    def add(self, accrual: Accrual, versions: Versions) -> None:
        """A rule that gave nothing is counted too: it may have used up a birthday."""
        for part in accrual.why.get("parts", ()):
            rule = versions.get((part["rule"], part["version"]))
            if rule is None:
                continue
            given = max(part["points"], 0)
            for period in periods(rule, part, accrual.day):
                self.members[accrual.member, rule.code, period] += given
            if rule.when.birthday_days is not None and "birthday" not in part:
                self.unsaid.add((accrual.member, rule.code))
            if rule.programme_cap is not None:
                self.programmes[rule.code, period_of(rule.programme_cap.per, accrual.day)] += given


def periods(rule: Rule, part: Mapping[str, Any], day: dt.date) -> set[str]:
    """Those of its cap and of the birthday. What was posted before a part named its birthday had it in that year."""
    birthday = {part.get("birthday") or rules.birthday_period(day)} if rule.when.birthday_days is not None else set()
    return rules.capped_in(rule, day) | birthday


def of(accruals: Iterable[Accrual], versions: Versions) -> Counted:
    """What these have counted, all of them together."""
    found = Counted()
    for accrual in accruals:
        found.add(accrual, versions)
    return found


def versions_of(codes: Iterable[str] | None = None) -> dict[tuple[str, int], Rule]:
    """The versions of these rules (None: of all) that are counted against anything."""
    rows = EarnRuleVersion.objects.filter(definition__isnull=False).select_related("rule")
    if codes is not None:
        rows = rows.filter(rule__code__in=set(codes) - earning.OF_THE_HOUSE)
    found = dict(HOUSE)
    for row in rows:
        rule = rule_forms.from_json(row.rule.code, row.number, row.definition or {})
        if rule.cap or rule.programme_cap or rule.when.birthday_days is not None:
            found[rule.code, rule.version] = rule
    return found
