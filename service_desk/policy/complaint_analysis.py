"""SVC-05 · D6.3.1 — the periods that are analysed, shares in the order of Pareto, and rates per thousand."""

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from core import periods

WHOLE = 10_000
VITAL = 8_000
"""The few causes that make up four fifths of all cases are looked at first."""
_MONTH, _QUARTER = re.compile(r"(\d{4})-(\d{2})"), re.compile(r"(\d{4})-Q([1-4])")
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Period:
    """Whole months, as a half-open span of days: `2026-11` or `2026-Q4`."""

    first: date
    months: int

    @property
    def until(self) -> date:
        return periods.add_months(self.first, self.months)

    @property
    def code(self) -> str:
        quarter = f"Q{(self.first.month + 2) // 3}"
        return f"{self.first:%Y}-{quarter}" if self.months == 3 else f"{self.first:%Y-%m}"

    def ago(self, times: int = 1) -> "Period":
        """The period of the same length, so many before."""
        return Period(periods.add_months(self.first, -times * self.months), self.months)


def month_of(day: date) -> Period:
    return Period(day.replace(day=1), 1)


def quarter_of(day: date) -> Period:
    return Period(date(day.year, 3 * ((day.month - 1) // 3) + 1, 1), 3)


def period(code: str, *, today: date) -> Period:
    """SVC-05 · D6.3.1 — the period of a code; the running month where it is none, or lies ahead."""
    if (found := _MONTH.fullmatch(code)) and 1 <= int(found[2]) <= 12 and int(found[1]) >= 2000:
        chosen = month_of(date(int(found[1]), int(found[2]), 1))
    elif (found := _QUARTER.fullmatch(code)) and int(found[1]) >= 2000:
        chosen = quarter_of(date(int(found[1]), 3 * int(found[2]) - 2, 1))
    else:
        return month_of(today)
    return chosen if chosen.first <= today else month_of(today)


@dataclass(frozen=True)
class Share(Generic[K]):
    """One of several kinds of case: how many, which share, and which share it makes with all greater ones."""

    key: K
    count: int
    share_bps: int
    running_bps: int
    is_vital: bool


def pareto(counts: Iterable[tuple[K, int]]) -> list[Share[K]]:
    """SVC-05 · D6.3.1 — the greatest first; equal ones in the order given. Vital are those that first make up four fifths."""
    rows = sorted((one for one in counts if one[1] > 0), key=lambda one: -one[1])
    total, running, found = sum(count for _, count in rows), 0, []
    for key, count in rows:
        is_vital = running * WHOLE < VITAL * total
        running += count
        found.append(Share(key, count, count * WHOLE // total, running * WHOLE // total, is_vital))
    return found


def per_thousand(count: int, of: int) -> int | None:
    """SVC-05 · D6.3.1 — hundredths of a case per thousand, rounded half up; None where there is nothing to measure against."""
    return (count * 200_000 + of) // (2 * of) if of > 0 else None


def change_bps(now: int, before: int) -> int | None:
    """SVC-05 · D6.3.1 — by which share a number grew or fell; None where there was nothing."""
    return (now - before) * WHOLE // before if before else None
