"""CARD-09, CARD-17 · A5.2 — paying in monthly parts: the plan, and what a late part leads to (minor units)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cards.policy.parameters import InstalmentParameters
from core import money, periods
from core.rules import RuleBroken


class PlanRefused(RuleBroken):
    """`instalment_plan_unknown` (params: plans) or `instalment_too_small` (a part would be nothing)."""


@dataclass(frozen=True)
class Part:
    """One part of a plan; part 1 is paid now, before activation."""

    number: int
    amount_minor: int
    due_on: date


class Standing(StrEnum):
    SETTLED = "settled"
    CURRENT = "current"
    LATE = "late"
    SUSPENDED = "suspended"


@dataclass(frozen=True)
class Arrears:
    """How a plan stands on a day: `days_late` and `owed_minor` of the parts whose day has passed."""

    standing: Standing
    days_late: int = 0
    owed_minor: int = 0
    oldest: Part | None = None


def plan(total_minor: int, *, parts: int, first_due_on: date, parameters: InstalmentParameters) -> tuple[Part, ...]:
    """CARD-09 · A5.2 — the parts sum to the total; later ones are due monthly on the original day (31 → 30 → 31)."""
    if parts not in parameters.plans:
        raise PlanRefused("instalment_plan_unknown", plans=parameters.plans)
    if total_minor < parts:
        raise PlanRefused("instalment_too_small")
    amounts = money.allocate(total_minor, [1] * parts)
    days = periods.monthly_series(first_due_on, parts)
    return tuple(Part(i, amount, due_on) for i, (amount, due_on) in enumerate(zip(amounts, days, strict=True), start=1))


def standing_on(day: date, *, unpaid: Iterable[Part], parameters: InstalmentParameters) -> Arrears:
    """CARD-17 · A5.2 — late from the day after the due day; suspended from day 15 late; restored once no part is late.

    The oldest unpaid part decides. The answer depends on nothing else, so paying restores it the same day.
    """
    left = sorted(unpaid, key=lambda part: part.due_on)
    if not left:
        return Arrears(Standing.SETTLED)
    late = [part for part in left if part.due_on < day]
    if not late:
        return Arrears(Standing.CURRENT)
    days_late = (day - late[0].due_on).days
    standing = Standing.SUSPENDED if days_late >= parameters.suspend_day else Standing.LATE
    return Arrears(standing, days_late, sum(part.amount_minor for part in late), late[0])
