"""LOY-17 — what may be asked of a simulation: values that the parameters take, a ladder one can climb, rules that earn."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core import parameter_values, periods
from core.parameter_values import ParameterRefused
from core.rules import RuleBroken
from loyalty.policy import rule_forms
from loyalty.policy.parameters import BirthdayParameters, PointsParameters, Tier, TierParameters
from loyalty.policy.rules import Kind
from loyalty.policy.simulation.rulebook import Change

MOST_TIERS = 12
MOST_MONTHS = 60
LARGEST = 10**9


class QuestionRefused(RuleBroken):
    """`ladder_empty`, `ladder_too_long`, `ladder_code_missing`, `ladder_code_twice`, `ladder_first_asks`,
    `rule_not_replayable`, and what parameters and rules refuse by themselves.
    """


def read(said: Mapping[str, Any]) -> Change:
    """The change that was written so (`points`, `tiers`, `birthday`, `rules`); refuses what no policy could say."""
    change = Change(**{name: dict(said.get(name) or {}) for name in ("points", "tiers", "birthday", "rules")})
    parameter_values.from_json(PointsParameters, change.points)
    parameter_values.from_json(BirthdayParameters, change.birthday)
    _refuse_huge({**change.points, **change.tiers})
    refuse_ladder(parameter_values.from_json(TierParameters, change.tiers).ladder)
    for code, definition in change.rules.items():
        if definition is not None and rule_forms.from_json(code, 0, definition).kind is not Kind.PURCHASE:
            raise QuestionRefused("rule_not_replayable", rule=code)
    return change


def refuse_ladder(ladder: Sequence[Tier]) -> None:
    """LOY-01 · B3.3 — tiers have codes of their own, and the lowest asks nothing."""
    if not ladder:
        raise QuestionRefused("ladder_empty", field="ladder")
    if len(ladder) > MOST_TIERS:
        raise QuestionRefused("ladder_too_long", field="ladder", most=MOST_TIERS)
    codes = [tier.code for tier in ladder]
    if any(not code or len(code) > 20 or not code.isidentifier() for code in codes):
        raise QuestionRefused("ladder_code_missing", field="ladder")
    if len(set(codes)) < len(codes):
        raise QuestionRefused("ladder_code_twice", field="ladder")
    if ladder[0].spend_minor or ladder[0].visits or ladder[0].activity:
        raise QuestionRefused("ladder_first_asks", field="ladder")


def _refuse_huge(values: Mapping[str, Any]) -> None:
    """What has no bound of its own is bounded here, so that sums over all members stay numbers of the database."""
    for name, value in values.items():
        if isinstance(value, int) and value > LARGEST:
            raise ParameterRefused("parameter_out_of_range", field=name, minimum=0, maximum=LARGEST)
        for row in value if isinstance(value, list) else ():
            for cell in row.values():
                _refuse_huge({name: cell})


def period(months: int, *, today: date) -> tuple[date, date]:
    """The last so many months, the present one included, through today."""
    kept = min(max(months, 1), MOST_MONTHS)
    return periods.add_months(today.replace(day=1), 1 - kept), today
