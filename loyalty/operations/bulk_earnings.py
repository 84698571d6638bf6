"""What many purchases earn, each of another member: the same rules and caps as one by one, read and written at once."""

import bisect
import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from core import clock, copying, parameters
from loyalty.models import EarnBudget, EarnCounter, PointAccount, PointTransaction, Purchase
from loyalty.operations import earnings, ledger, points, purchases
from loyalty.operations.earnings import Line
from loyalty.operations.ledger import Posting
from loyalty.policy import earning as policy
from loyalty.policy import rules
from loyalty.policy.parameters import BirthdayParameters, PointsParameters, TierParameters
from loyalty.policy.rules import Kind, Rule
from loyalty.queries import earning as rows
from loyalty.queries import together

P = TypeVar("P")
Key = tuple[str, str]


class SpentInTurn(Exception):
    """A programme ran out among purchases that did not stand in the order of their arrival: who came first matters."""


class Policies:
    """The parameters of each day and the rules of each moment and tier, read once for all rounds."""

    def __init__(self) -> None:
        self._versions = rows.versions(until=clock.now() + purchases.CLOCKS_DIFFER)
        self._starts = sorted({row.effective_at for row in self._versions})
        self._days: dict[dt.date, parameters.Snapshot] = {}
        self._dated: dict[int, list[Rule]] = {}
        self._rules: dict[tuple[str, dt.date, int], list[Rule]] = {}

    def of(self, area: type[P], day: dt.date) -> P:
        if day not in self._days:
            self._days[day] = parameters.Snapshot(on=day)
        return self._days[day].of(area)

    def rules(self, purchase: Purchase) -> list[Rule]:
        day, period = purchase.occurred_on, self._period(purchase.occurred_at)
        key = (purchase.tier, day, period)
        if key not in self._rules:
            house = rows.house_rules_by(
                purchase.tier,
                ladder=self.of(TierParameters, day),
                points=self.of(PointsParameters, day),
                birthday=self.of(BirthdayParameters, day),
            )
            self._rules[key] = [*house, *self._at(period)]
        return self._rules[key]

    def budgets(self, bought: Sequence[Purchase]) -> set[Key]:
        """The programmes that these could draw on."""
        return {
            (rule.code, rules.period_of(rule.programme_cap.per, day))
            for day, period in {(purchase.occurred_on, self._period(purchase.occurred_at)) for purchase in bought}
            for rule in self._at(period)
            if rule.programme_cap is not None and rule.kind is Kind.PURCHASE
        }

    def _period(self, moment: dt.datetime) -> int:
        return bisect.bisect_right(self._starts, moment)

    def _at(self, period: int) -> list[Rule]:
        """The rules that hold from one change of any rule to the next."""
        if period not in self._dated:
            self._dated[period] = rows.at(self._versions, self._starts[period - 1]) if period else []
        return self._dated[period]


@dataclass
class Earning:
    """What all rounds share: the policies, and the programmes with what they gave meanwhile."""

    policies: Policies
    held: Mapping[Key, EarnBudget]
    in_turn: bool
    given: Counter[Key] = field(default_factory=Counter)

    def programme(self, of: Sequence[Rule], day: dt.date) -> dict[str, int]:
        """What all members together got of these rules, with what this delivery gave so far."""
        keys = {rule.code: _budget(rule, day) for rule in of if rule.programme_cap is not None}
        return {code: self.held[key].points + self.given[key] for code, key in keys.items()}

    def count(self, of: Sequence[Rule], made: policy.Award, day: dt.date) -> None:
        """Refuses (`SpentInTurn`) to cut out of turn what an earlier one could have had."""
        parts = {part.rule: part for part in made.parts}
        for rule in of:
            if rule.programme_cap is None or (part := parts.get(rule.code)) is None:
                continue
            key = _budget(rule, day)
            if part.programme_cut and not self.in_turn and self.held[key].points < rule.programme_cap.points:
                raise SpentInTurn
            if made.points:
                self.given[key] += max(part.points, 0)

    def count_budgets(self) -> None:
        changed = [self.held[key] for key, points in self.given.items() if points]
        for row in changed:
            row.points += self.given[row.rule, row.period]
        copying.update(EarnBudget, changed, ["points"])


def _budget(rule: Rule, day: dt.date) -> Key:
    return rule.code, rules.period_of(rule.programme_cap.per, day) if rule.programme_cap else ""


def earn(
    theirs: Sequence[tuple[Purchase, Sequence[Line]]], accounts: Mapping[int, PointAccount], earning: Earning
) -> None:
    """What the rules of each moment give, posted together; nothing is posted for nothing."""
    of = {purchase.pk: earning.policies.rules(purchase) for purchase, _ in theirs}
    seen = together.seen(
        {purchase.member_id or 0 for purchase, _ in theirs},
        {purchase.occurred_on for purchase, _ in theirs},
        {(rule.code, rule.version): rule for each in of.values() for rule in each}.values(),
    )
    born = together.born_on({purchase.member_id or 0 for purchase, _ in theirs if _asks_for_birth(of[purchase.pk])})
    earned, postings = [], []
    changed: dict[tuple[int, str, str], EarnCounter] = {}
    for purchase, lines in theirs:
        member, day = purchase.member_id or 0, purchase.occurred_on
        values = earning.policies.of(PointsParameters, day)
        occasion = earnings.facts(purchase, lines, of=of[purchase.pk], member=None, is_first=member not in seen.bought)
        if (birth := born.get(member)) is not None:
            occasion = replace(occasion, birthday=policy.birthday_in_reach(birth, on=day))
        asked = [rule for rule in of[purchase.pk] if rules.applies(rule, occasion)]
        used, had = seen.used(member, asked, on=day, birthday=occasion.birthday)
        occasion, used = replace(occasion, birthday_used=had), replace(used, programme=earning.programme(asked, day))
        made = policy.award(occasion, of=asked, parameters=values, used=used)
        earning.count(asked, made, day)
        if made.points == 0:
            continue
        for code, period, more in earnings.counted(asked, made, occasion):
            key = (member, code, period)
            changed[key] = seen.counters.get(key) or EarnCounter(member_id=member, rule=code, period=period)
            changed[key].points += more
        moves = points.coming_in(accounts[member], made.points, on=day, waits=True, policy=values)
        cause = earnings.cause_of(purchase, made)
        postings.append(Posting(accounts[member], PointTransaction.Kind.ACCRUE, made.points, moves, cause))
        earned.append(purchase)
    for purchase, posted in zip(earned, ledger.post_many(postings), strict=True):
        purchase.earned_id = posted
    EarnCounter.objects.bulk_create([row for row in changed.values() if row.pk is None])
    copying.update(EarnCounter, [row for row in changed.values() if row.pk is not None], ["points"])


def _asks_for_birth(of: Sequence[Rule]) -> bool:
    return any(rule.when.birthday_days is not None for rule in of if rule.kind is Kind.PURCHASE)
