"""LOY-17 — everything that decides points and tiers, day by day: the rules as they were, and the same with a change."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from core import money, parameter_values
from loyalty.policy import earning, rule_forms
from loyalty.policy.parameters import BirthdayParameters, PointsParameters, TierParameters
from loyalty.policy.rules import Rule

P = TypeVar("P")
M = TypeVar("M", date, datetime)
Rules = tuple[Rule, ...]
NO_BIRTHDAY = BirthdayParameters(points_bps=money.BASIS_POINTS)


@dataclass(frozen=True)
class Change:
    """What the question changes: parameters by name, and earn rules by code (None ends one); empty changes nothing."""

    points: Mapping[str, Any] = field(default_factory=dict)
    tiers: Mapping[str, Any] = field(default_factory=dict)
    birthday: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Rulebook:
    """What holds from which day on (earn rules: from which moment); the first row of each holds from the beginning. `asked`
    are the earn rules that a question has changed.
    """

    points: tuple[tuple[date, PointsParameters], ...]
    tiers: tuple[tuple[date, TierParameters], ...]
    rules: tuple[tuple[datetime, Rules], ...] = ()
    birthday: tuple[tuple[date, BirthdayParameters], ...] = ((date.min, NO_BIRTHDAY),)
    asked: frozenset[str] = frozenset()
    _house: dict[tuple[str, int, int, int], Rules] = field(default_factory=dict, compare=False, repr=False)

    def points_on(self, day: date) -> PointsParameters:
        return _at(self.points, day)

    def tiers_on(self, day: date) -> TierParameters:
        return _at(self.tiers, day)

    def rules_for(self, tier: str, *, on: date, at: datetime) -> Rules:
        """LOY-04 · B7.1 — the house's own rules on the day, then the earn rules of the moment."""
        points, tiers, birthday = self.points_on(on), self.tiers_on(on), _at(self.birthday, on)
        known = (tier, id(points), id(tiers), id(birthday))
        if known not in self._house:
            bps = next((one.points_bps for one in tiers.ladder if one.code == tier), money.BASIS_POINTS)
            self._house[known] = earning.base_rules(tier, parameters=points, tier_bps=bps, birthday=birthday)
        place = bisect_right(self.rules, at, key=lambda row: row[0])
        return self._house[known] + (self.rules[place - 1][1] if place else ())

    def asks_birthday(self) -> bool:
        """Whether any rule of any day wants to know when somebody was born."""
        house = any(one.points_bps != money.BASIS_POINTS for _, one in self.birthday)
        return house or any(rule.when.birthday_days is not None for _, of in self.rules for rule in of)

    def judged_between(self, after: date, through: date) -> list[date]:
        """The days on which the standards of tiers change, when everybody is judged anew."""
        return [since for since, _ in self.tiers if after < since <= through]

    def changed(self, change: Change, *, since: date, since_at: datetime) -> "Rulebook":
        """The same book in which the change holds from a day (and its first moment) on, whatever was revised later."""
        return Rulebook(
            _overlaid(self.points, change.points, since),
            _overlaid(self.tiers, change.tiers, since),
            _swapped(self.rules, change.rules, since_at),
            _overlaid(self.birthday, change.birthday, since),
            frozenset(change.rules),
        )


def _at(rows: tuple[tuple[date, P], ...], day: date) -> P:
    return rows[max(bisect_right(rows, day, key=lambda row: row[0]) - 1, 0)][1]


def _overlaid(rows: tuple[tuple[date, P], ...], values: Mapping[str, Any], since: date) -> tuple[tuple[date, P], ...]:
    if not values:
        return rows
    later = [row for row in rows if row[0] > since]
    return tuple(row for row in rows if row[0] < since) + tuple(
        (day, _with(value, values)) for day, value in [(since, _at(rows, since)), *later]
    )


def _with(value: P, values: Mapping[str, Any]) -> P:
    return parameter_values.from_json(type(value), parameter_values.to_json(value) | dict(values))


def _swapped(
    rows: tuple[tuple[datetime, Rules], ...], wanted: Mapping[str, Mapping[str, Any] | None], since: datetime
) -> tuple[tuple[datetime, Rules], ...]:
    if not wanted:
        return rows
    new = tuple(rule_forms.from_json(code, 0, said) for code, said in wanted.items() if said is not None)
    before = [row for row in rows if row[0] <= since]
    later = [row for row in rows if row[0] > since]
    changed = [
        (moment, tuple(rule for rule in rules if rule.code not in wanted) + new)
        for moment, rules in [(since, before[-1][1] if before else ()), *later]
    ]
    return tuple(row for row in before if row[0] < since) + tuple(changed)
