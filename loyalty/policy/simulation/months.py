"""LOY-17 — what a replay counts: a member's months, and how she ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import lru_cache

from core import periods
from loyalty.policy.tiers import Figures


@dataclass(slots=True)
class Month:
    """What happened in a month, and how it ended. `multiplied` is what the tier added to what was `issued`; `cut` are
    redemptions for which there were too few points; `taken_back` by returns and by hand.
    """

    issued: int = 0
    multiplied: int = 0
    taken_back: int = 0
    redeemed: int = 0
    cut: int = 0
    lapsed: int = 0
    balance: int = 0
    tier: str = ""


FLOWS = tuple(one.name for one in fields(Month) if one.name != "tier")


@dataclass(frozen=True)
class Outcome:
    """A member under one rulebook: her months, the figures at the end, the points of her purchases, and by how much these
    differ from what was really earned, by rule.
    """

    months: list[Month]
    figures: Figures
    bought: int
    differs: Mapping[str, int] = field(default_factory=dict)

    @property
    def tier(self) -> str:
        return self.months[-1].tier

    def sum_of(self, flow: str) -> int:
        return sum(getattr(month, flow) for month in self.months)


@lru_cache
def months_of(since: date, through: date) -> tuple[date, ...]:
    """The first days of the months from one day to another."""
    count = (through.year - since.year) * 12 + through.month - since.month + 1
    return tuple(periods.monthly_series(since.replace(day=1), count))


@lru_cache
def ends_of(since: date, through: date) -> tuple[date, ...]:
    """The first days behind those months."""
    return tuple(periods.add_months(first, 1) for first in months_of(since, through))
