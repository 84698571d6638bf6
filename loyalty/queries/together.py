"""What the rules need to know, asked for many members at once: the same answers as one by one, in few statements."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from loyalty.models import EarnCounter, MemberTier, PointLot, Purchase
from loyalty.policy.earning import Used
from loyalty.policy.rules import Rule, birthday_period, counted_in, is_birthday, period_of
from members.queries import birth


@dataclass(frozen=True)
class Seen:
    """What was earned before: lots by member and day, counters by member, rule and period; who has bought at all."""

    by_day: Mapping[tuple[int, dt.date], int]
    counters: Mapping[tuple[int, str, str], EarnCounter]
    bought: Collection[int]
    """Empty where no rule asks for a first purchase."""

    def used(self, member: int, of: Sequence[Rule], *, on: dt.date, birthday: dt.date | None) -> tuple[Used, bool]:
        """As `earning.used` answers for one member."""
        year = birthday_period(birthday or on)
        by_rule = {rule.code: self._points(member, rule, on) for rule in of if rule.cap is not None}
        had = any((member, rule.code, year) in self.counters for rule in of if rule.when.birthday_days is not None)
        return Used(by_rule, today=self.by_day.get((member, on), 0)), had

    def _points(self, member: int, rule: Rule, on: dt.date) -> int:
        counter = self.counters.get((member, rule.code, period_of(rule.cap.per, on) if rule.cap else ""))
        return counter.points if counter else 0


def seen(members: Collection[int], days: Collection[dt.date], of: Iterable[Rule]) -> Seen:
    """Everything of these members on these days that these rules ask for; what was undone never was."""
    asked = list(of)
    lots = (
        PointLot.objects.filter(member__among=members, earned_on__in=days).order_by().values("member_id", "earned_on")
    )
    rules = [rule for rule in asked if rule.cap is not None or rule.when.birthday_days is not None]
    near = {dt.date(year, 1, 1) for day in days for year in (day.year - 1, day.year, day.year + 1)}
    periods = {period for rule in rules for day in days for period in counted_in(rule, day)}
    periods |= {period for rule in rules for day in near for period in counted_in(rule, day) if is_birthday(period)}
    counters = (
        EarnCounter.objects.filter(member__among=members, rule__in={rule.code for rule in rules}, period__in=periods)
        if periods
        else ()
    )
    bought = Purchase.objects.standing().filter(member__among=members).order_by().values_list("member_id", flat=True)
    by_day = Counter({(row["member_id"], row["earned_on"]): row["sum"] for row in lots.annotate(sum=Sum("points"))})
    undone = Purchase.objects.filter(member__among=members, occurred_on__in=days, undone_at__isnull=False)
    for member, day, points in undone.exclude(earned=None).values_list("member_id", "occurred_on", "earned__points"):
        by_day[member, day] -= points
    return Seen(
        by_day,
        {(row.member_id, row.rule, row.period): row for row in counters},
        set(bought.distinct()) if any(rule.when.first_only for rule in asked) else (),
    )


def born_on(members: Collection[int]) -> dict[int, dt.date]:
    """Of those whose birth is known."""
    return birth.born_of(members) if members else {}


def tiers_of(members: Collection[int]) -> dict[int, str]:
    """The tier each stands on; who has none yet is missing."""
    return dict(MemberTier.objects.filter(pk__among=members).values_list("pk", "tier"))
