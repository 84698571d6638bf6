"""LOY-18 · B7 — what members have, month by month, and how much of it will never be redeemed (breakage).

A month: opening + issued − redeemed − lapsed − taken back ± adjusted = closing (invariant 11). Redeemed is net of what
cancellations gave back; a debt counts as points below zero.

Breakage, after IFRS 15 B46: of the points whose last day has passed, the share that lapsed unspent, *r* = Σ lapsed ÷ Σ
issued, over the cohorts (all points with one last day) that ended within a year. Of a cohort that still runs, *r* times
what was issued is expected to lapse, and never more than what is left of it. Without an ended cohort nothing is
expected, so that the liability is never told too low.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from core import money, periods

Pair = tuple[str, str]
HISTORY_DAYS = 366


@dataclass(frozen=True)
class Month:
    """A month of the ledger in points; all but `adjusted` count as they are named, upwards."""

    month: date
    opening: int
    issued: int = 0
    redeemed: int = 0
    lapsed: int = 0
    taken_back: int = 0
    adjusted: int = 0

    @property
    def closing(self) -> int:
        return self.opening + self.issued - self.redeemed - self.lapsed - self.taken_back + self.adjusted

    @property
    def last_day(self) -> date:
        return periods.month_end(self.month)


@dataclass(frozen=True)
class Cohort:
    """All points that are good through one day: how many were issued, are left, have lapsed."""

    last_valid_on: date
    points: int
    remaining: int
    lapsed: int = 0


@dataclass(frozen=True)
class Expected:
    """What is left of a running cohort, and how much of that is expected to lapse."""

    last_valid_on: date
    remaining: int
    lapsing: int

    @property
    def redeemed(self) -> int:
        return self.remaining - self.lapsing


def statement(sums: Mapping[date, Mapping[Pair, int]], *, first: date, last: date) -> tuple[Month, ...]:
    """LOY-18 — every month from the first to the last, from the sums of the ledger by month and pair of books."""
    opening = sum(_net(pairs) for month, pairs in sums.items() if month < first)
    found: list[Month] = []
    month = first
    while month <= last:
        found.append(_month(month, opening, sums.get(month, {})))
        opening, month = found[-1].closing, periods.add_months(month, 1)
    return tuple(found)


def lapse_share(cohorts: Iterable[Cohort], *, on: date) -> int | None:
    """LOY-18 — *r* in basis points, rounded down; None where no cohort ended within the year."""
    ended = [one for one in cohorts if on - timedelta(days=HISTORY_DAYS) <= one.last_valid_on < on]
    issued = sum(one.points for one in ended)
    return sum(one.lapsed for one in ended) * money.BASIS_POINTS // issued if issued else None


def expected(cohorts: Iterable[Cohort], *, on: date, share_bps: int | None) -> tuple[Expected, ...]:
    """LOY-18 — of each running cohort, what is left and what of it is expected to lapse, the soonest first."""
    running = sorted(
        (one for one in cohorts if one.last_valid_on >= on and one.remaining), key=lambda c: c.last_valid_on
    )
    return tuple(
        Expected(
            one.last_valid_on,
            one.remaining,
            min(one.remaining, one.points * (share_bps or 0) // money.BASIS_POINTS),
        )
        for one in running
    )


def _month(month: date, opening: int, pairs: Mapping[Pair, int]) -> Month:
    return Month(
        month,
        opening,
        issued=_from("issued", pairs),
        redeemed=_to("redeemed", pairs) - _from("redeemed", pairs),
        lapsed=_to("lapsed", pairs) - _from("lapsed", pairs),
        taken_back=_to("issued", pairs),
        adjusted=_from("adjusted", pairs) - _to("adjusted", pairs),
    )


def _net(pairs: Mapping[Pair, int]) -> int:
    return _month(date.min, 0, pairs).closing


def _from(book: str, pairs: Mapping[Pair, int]) -> int:
    return sum(points for (source, _), points in pairs.items() if source == book)


def _to(book: str, pairs: Mapping[Pair, int]) -> int:
    return sum(points for (_, target), points in pairs.items() if target == book)
