"""The rulebook as it was on every day: parameters by their revisions, earn rules by their versions (LOY-17)."""

import datetime as dt
from typing import TypeVar

from core import parameters
from core.models import ParameterRevision
from loyalty.models import EarnRuleVersion
from loyalty.policy import rule_forms
from loyalty.policy.parameters import BirthdayParameters, PointsParameters, TierParameters
from loyalty.policy.rules import Rule
from loyalty.policy.simulation.rulebook import Rulebook

P = TypeVar("P")


def in_force() -> Rulebook:
    """LOY-17 — all that ever held, from which day or moment on."""
    return Rulebook(_dated(PointsParameters), _dated(TierParameters), _rules(), _dated(BirthdayParameters))


def _dated(cls: type[P]) -> tuple[tuple[dt.date, P], ...]:
    area = str(cls.AREA)  # type: ignore[attr-defined]
    days = ParameterRevision.objects.filter(area=area).order_by().values_list("effective_on", flat=True)
    return tuple((day, parameters.in_force(cls, on=day)) for day in [dt.date.min, *sorted(set(days))])


def _rules() -> tuple[tuple[dt.datetime, tuple[Rule, ...]], ...]:
    """From each moment on, the newest version of each rule by then; an ended rule is none."""
    found: dict[dt.datetime, tuple[Rule, ...]] = {}
    newest: dict[int, Rule | None] = {}
    for row in EarnRuleVersion.objects.select_related("rule").order_by("effective_at", "number"):
        said = row.definition
        newest[row.rule_id] = rule_forms.from_json(row.rule.code, row.number, said) if said is not None else None
        found[row.effective_at] = tuple(rule for rule in newest.values() if rule is not None)
    return tuple(found.items())
