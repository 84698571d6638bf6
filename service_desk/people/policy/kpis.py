"""SVC-10 · B11.1, D8.1 — what is measured of a person, a store and a department, and how a figure stands to its target."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

WHOLE_BPS = 10_000
MOST_BPS = 15_000
"""More than half as much again counts for no more: one good figure does not pay for three bad ones."""


NEAR_BPS = 8_000
"""From here on a target that was missed was nearly reached."""


class Unit(StrEnum):
    """SVC-10 · D8.1 — a number of things, an amount in minor units, a share in basis points, a rate per thousand served."""

    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    RATE = "rate"


class Subject(StrEnum):
    """SVC-10 · B11 — whose figure it is."""

    PERSON = "person"
    STORE = "store"
    DEPARTMENT = "department"


@dataclass(frozen=True)
class Kpi:
    """SVC-10 · B11.1, D8.1 — one figure: its unit, and whether less of it is better. A share or a rate rests on a number of
    things; one that rests on nothing is no figure."""

    code: str
    unit: Unit
    less_is_better: bool = False

    @property
    def needs_basis(self) -> bool:
        return self.unit in (Unit.SHARE, Unit.RATE)


KPIS = (
    Kpi("new_members", Unit.COUNT),
    Kpi("sales_count", Unit.COUNT),
    Kpi("sales_minor", Unit.MONEY),
    Kpi("activations", Unit.COUNT),
    Kpi("renewals", Unit.COUNT),
    Kpi("satisfaction", Unit.SHARE),
    Kpi("first_response", Unit.SHARE),
    Kpi("complaints", Unit.RATE, less_is_better=True),
    Kpi("training", Unit.SHARE),
    Kpi("knowledge", Unit.SHARE),
    Kpi("spot_checks", Unit.SHARE),
    Kpi("reviews", Unit.SHARE),
)
BY_CODE = {one.code: one for one in KPIS}


@dataclass(frozen=True)
class Sum:
    """SVC-10 · D8.1 — what was added up, and of how many things."""

    total: int = 0
    basis: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.total + other.total, self.basis + other.basis)


def value(kpi: Kpi, found: Sum) -> int | None:
    """SVC-10 · D8.1 — the figure: the total, the mean share, or how many per thousand; None where it rests on nothing."""
    if not kpi.needs_basis:
        return found.total
    if not found.basis:
        return None
    return int(Fraction(found.total, found.basis) * (1_000 if kpi.unit is Unit.RATE else 1) + Fraction(1, 2))


def attainment_bps(kpi: Kpi, value: int | None, *, target: int | None) -> int | None:
    """SVC-10 · B11.2 — how far the target was reached: 10,000 is just so, `MOST_BPS` at most. Where less is better, half as
    much as allowed counts like half as much again, and nothing of it the most. None without a figure or a target."""
    if value is None or target is None:
        return None
    if kpi.less_is_better:
        if value <= target:
            return WHOLE_BPS + (int(Fraction(target - value, target) * (MOST_BPS - WHOLE_BPS)) if target else 0)
        return int(Fraction(target, value) * WHOLE_BPS)
    if target <= 0:
        return WHOLE_BPS
    return min(max(int(Fraction(value, target) * WHOLE_BPS), 0), MOST_BPS)


def total_bps(attainments: Collection[int | None]) -> int | None:
    """SVC-10 · B11.2 — the score-card as a whole: the mean of what has a target; None where nothing has one."""
    known = [one for one in attainments if one is not None]
    return sum(known) // len(known) if known else None
