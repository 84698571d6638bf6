"""What a rule may give all members together: counted in one row per rule and period (LOY-04 · B7.1).

The rows are locked last, after the accounts, and in sorted order. Whoever posts for many members in one transaction
locks their accounts first.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from django.db.models import F

from loyalty.models import EarnBudget
from loyalty.policy.rules import Rule, period_of


def lock(of: Sequence[Rule], *, on: dt.date) -> dict[str, EarnBudget]:
    """The budgets of these rules as they stand, held until the transaction ends; one that is new begins at nothing."""
    held = hold({(rule.code, period_of(rule.programme_cap.per, on)) for rule in of if rule.programme_cap})
    return {rule: row for (rule, _), row in held.items()}


def hold(wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], EarnBudget]:
    """The same by rule and period, of as many as there are."""
    if not wanted:
        return {}
    EarnBudget.objects.bulk_create(
        [EarnBudget(rule=rule, period=period) for rule, period in sorted(wanted)], ignore_conflicts=True
    )
    rows = EarnBudget.objects.select_for_update().filter(
        rule__in={rule for rule, _ in wanted}, period__in={period for _, period in wanted}
    )
    return {(row.rule, row.period): row for row in rows.order_by("rule", "period") if (row.rule, row.period) in wanted}


def count(held: Mapping[str, EarnBudget], gave: Mapping[str, int]) -> None:
    """Add what was given to the budgets that are held."""
    for code, row in held.items():
        if gave.get(code, 0) > 0:
            EarnBudget.objects.filter(pk=row.pk).update(points=F("points") + gave[code])
