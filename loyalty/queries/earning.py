"""The earn rules in force, the facts they are asked about, and what their caps have counted so far (LOY-04 · B7.1)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.conf import settings
from django.db.models import F

from core import business_days, clock, money, parameters
from core.prepared import Prepared
from loyalty.models import EarnBudget, EarnCounter, EarnRuleVersion, PointLot, Purchase
from loyalty.policy import earning, rule_forms
from loyalty.policy.earning import Used
from loyalty.policy.parameters import BirthdayParameters, PointsParameters, TierParameters
from loyalty.policy.rules import Kind, Line, Occasion, Rule, birthday_period, counted_in, period_of
from members.models import Member
from members.queries import birth


def rules_at(moment: dt.datetime) -> list[Rule]:
    """LOY-04 · B7.1 — of each rule the newest version that was in force at the moment; an ended rule is none."""
    return at(versions(until=moment), moment)


def versions(*, until: dt.datetime) -> list[EarnRuleVersion]:
    """All versions that were in force by then, in the order in which they follow one another."""
    rows = EarnRuleVersion.objects.filter(effective_at__lte=until).select_related("rule")
    return list(rows.order_by("rule_id", "effective_at", "number"))


def at(rows: Sequence[EarnRuleVersion], moment: dt.datetime) -> list[Rule]:
    """Of the versions those that hold at the moment."""
    newest = {row.rule_id: row for row in rows if row.effective_at <= moment}
    return [
        rule_forms.from_json(row.rule.code, row.number, row.definition)
        for row in newest.values()
        if row.definition is not None
    ]


def house_rules(tier: str, *, on: dt.date, ladder: TierParameters | None = None) -> tuple[Rule, ...]:
    """LOY-04 · B7.1 — what the parameters of the day say, as rules: the base rate, the tier's and the birthday's."""
    return house_rules_by(
        tier,
        ladder=ladder or parameters.in_force(TierParameters, on=on),
        points=parameters.in_force(PointsParameters, on=on),
        birthday=parameters.in_force(BirthdayParameters, on=on),
    )


def house_rules_by(
    tier: str, *, ladder: TierParameters, points: PointsParameters, birthday: BirthdayParameters
) -> tuple[Rule, ...]:
    """The same by these parameters."""
    bps = next((one.points_bps for one in ladder.ladder if one.code == tier), money.BASIS_POINTS)
    return earning.base_rules(tier, parameters=points, tier_bps=bps, birthday=birthday)


def occasion(
    kind: Kind,
    at: dt.datetime,
    lines: tuple[Line, ...],
    *,
    of: Iterable[Rule],
    member: Member | None,
    tier: str,
    store: str = "",
    code: str = "",
    is_first: bool = False,
) -> Occasion:
    """The facts as these rules need them: the birthday and the calendar are looked up only where a rule asks."""
    asked = [rule.when for rule in of if rule.kind is kind]
    local = at.astimezone(clock.zone())
    birthdays = any(when.birthday_days is not None for when in asked)
    return Occasion(
        kind,
        local,
        lines,
        tier=tier,
        store=store,
        code=code,
        is_first=is_first,
        birthday=birthday_near(member, local.date()) if member and birthdays else None,
        holiday=any(when.on_holidays for when in asked) and local.date() in holidays_of(local.year),
    )


def birthday_near(member: Member, day: dt.date) -> dt.date | None:
    born = birth.born_on(member)
    return earning.birthday_in_reach(born, on=day) if born else None


@lru_cache(maxsize=16)
def holidays_of(year: int) -> frozenset[dt.date]:
    """LOY-13 · E2.6 — the public holidays of the house's country."""
    return business_days.public_holidays(settings.HOLIDAY_COUNTRY, [year])


def used(member: Member, of: Sequence[Rule], *, on: dt.date, birthday: dt.date | None = None) -> tuple[Used, bool]:
    """What the member got of these rules in their periods and today in all, and whether her birthday was counted."""
    counted = {rule.code: counted_in(rule, on, birthday) for rule in of}
    wanted = {period for each in counted.values() for period in each}
    rows = EarnCounter.objects.filter(member=member, rule__in=counted, period__in=wanted) if wanted else ()
    found = {(row.rule, row.period): row.points for row in rows}
    by_rule = {rule.code: found.get((rule.code, period_of(rule.cap.per, on)), 0) for rule in of if rule.cap is not None}
    year = birthday_period(birthday or on)
    had = any((rule.code, year) in found for rule in of if rule.when.birthday_days is not None)
    return Used(by_rule, today=_earned_on(member, on)), had


def spent(of: Sequence[Rule], *, on: dt.date) -> dict[str, int]:
    """What all members together got of the rules whose programme is capped."""
    wanted = {rule.code: period_of(rule.programme_cap.per, on) for rule in of if rule.programme_cap}
    rows = EarnBudget.objects.filter(rule__in=wanted, period__in=wanted.values()) if wanted else ()
    return {row.rule: row.points for row in rows if wanted[row.rule] == row.period}


def _earned_on(member: Member, day: dt.date) -> int:
    """Points of all lots earned on the business day, whatever became of them since, but for what was undone."""
    return sum(_EARNED_ON.all(member=member.pk, day=day))


_EARNED_ON = Prepared(
    lambda member, day: (
        PointLot.objects.filter(member=member, earned_on=day)
        .order_by()
        .values_list("points", flat=True)
        .union(
            Purchase.objects.filter(member=member, occurred_on=day, undone_at__isnull=False, earned__isnull=False)
            .order_by()
            .values_list(-F("earned__points"), flat=True),
            all=True,
        )
    )
)
