"""The parameters of each day and the rules of each moment and tier, read once for many purchases (LOY-04 · B7.1)."""

import bisect
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from core import clock, parameters
from loyalty.operations import points, purchases
from loyalty.operations.points import Terms
from loyalty.policy import earning as policy
from loyalty.policy import rules
from loyalty.policy.parameters import BirthdayParameters, PointsParameters, TierParameters
from loyalty.policy.rules import Kind, Occasion, Rule
from loyalty.queries import earning as rows

P = TypeVar("P")
Key = tuple[str, str]


@dataclass(frozen=True)
class Rulebook:
    """What holds for a tier at a moment.

    `plain` are the rules that make the award whatever is bought and whoever buys it, as long as no birthday is in reach;
    None where some rule asks more, or has a cap of its own, so that all of them have to be asked each time.
    """

    rules: list[Rule]
    points: PointsParameters
    terms: Terms
    plain: list[Rule] | None

    birthday_days: int | None
    """How far from a birthday some rule reaches; None where none asks for it."""

    def is_near_birthday(self, birth: dt.date | None, day: dt.date) -> bool:
        if birth is None or self.birthday_days is None:
            return False
        return abs((policy.birthday_in_reach(birth, on=day) - day).days) <= self.birthday_days


class Policies:
    """What was in force on each day, as a delivery asks for it."""

    def __init__(self) -> None:
        self._versions = rows.versions(until=clock.now() + purchases.CLOCKS_DIFFER)
        self._starts = sorted({row.effective_at for row in self._versions})
        self._days: dict[dt.date, parameters.Snapshot] = {}
        self._dated: dict[int, list[Rule]] = {}
        self._books: dict[tuple[str, dt.date, int], Rulebook] = {}

    def of(self, area: type[P], day: dt.date) -> P:
        if day not in self._days:
            self._days[day] = parameters.Snapshot(on=day)
        return self._days[day].of(area)

    def book(self, tier: str, at: dt.datetime, day: dt.date) -> Rulebook:
        """The rules for a purchase of this tier at a moment, which falls on the day."""
        key = (tier, day, self._period(at))
        if key not in self._books:
            self._books[key] = self._written(*key)
        return self._books[key]

    def budgets(self, moments: Iterable[tuple[dt.date, dt.datetime]]) -> set[Key]:
        """The programmes that purchases of these days and moments could draw on."""
        return {
            budget_of(rule, day)
            for day, period in {(day, self._period(moment)) for day, moment in moments}
            for rule in self._at(period)
            if rule.programme_cap is not None and rule.kind is Kind.PURCHASE
        }

    def _written(self, tier: str, day: dt.date, period: int) -> Rulebook:
        values = self.of(PointsParameters, day)
        house = rows.house_rules_by(
            tier, ladder=self.of(TierParameters, day), points=values, birthday=self.of(BirthdayParameters, day)
        )
        found = [*house, *self._at(period)]
        reach = (rule.when.birthday_days for rule in found if rule.kind is Kind.PURCHASE)
        return Rulebook(
            found,
            values,
            points.terms(day, waits=True, policy=values),
            _plain(found, tier=tier),
            max((days for days in reach if days is not None), default=None),
        )

    def _period(self, moment: dt.datetime) -> int:
        return bisect.bisect_right(self._starts, moment)

    def _at(self, period: int) -> list[Rule]:
        """The rules that hold from one change of any rule to the next."""
        if period not in self._dated:
            self._dated[period] = rows.at(self._versions, self._starts[period - 1]) if period else []
        return self._dated[period]


def budget_of(rule: Rule, day: dt.date) -> Key:
    return rule.code, rules.period_of(rule.programme_cap.per, day) if rule.programme_cap else ""


def _plain(of: Iterable[Rule], *, tier: str) -> list[Rule] | None:
    some = [
        rule
        for rule in of
        if rule.when.birthday_days is None and not rules.never_applies(rule, kind=Kind.PURCHASE, tier=tier)
    ]
    if any(rule.cap or rule.programme_cap for rule in some):
        return None
    if not all(rules.always_applies(rule, kind=Kind.PURCHASE, tier=tier) for rule in some):
        return None
    return policy.chosen(some, Occasion(Kind.PURCHASE, clock.now(), tier=tier))
