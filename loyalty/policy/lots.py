"""LOY-06, LOY-07, LOY-08 · B7.2 — points lie in lots; the lot that lapses first is spent first.

A lot is what one accrual left behind. What is spent is taken from lots, and what is given back returns to those same
lots with their old last day. Points that a return takes back after they were spent are *owed*: the next points that
come in pay the debt before anything else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from core.rules import RuleBroken


class PointsRefused(RuleBroken):
    """`points_not_positive`, `points_too_few` (with what is there and what was asked)."""


@dataclass(frozen=True)
class Lot:
    """Points left of one accrual, valid through `last_valid_on` (None: they never lapse). `key` orders equal days."""

    key: int
    remaining: int
    last_valid_on: date | None = None


@dataclass(frozen=True)
class Take:
    """So many points out of a lot (or back into it, where negative)."""

    key: int
    points: int


def spending_order(lots: Iterable[Lot]) -> list[Lot]:
    """LOY-06 · B7.2 — the lot that lapses first comes first; of equal days the older; what never lapses last."""
    return sorted(lots, key=lambda lot: (lot.last_valid_on or date.max, lot.key))


def usable(lots: Iterable[Lot], *, on: date) -> list[Lot]:
    """LOY-07 · B7.2.2 — what has not lapsed on the day; a lot is good through its last day."""
    return [lot for lot in lots if lot.remaining > 0 and (lot.last_valid_on is None or lot.last_valid_on >= on)]


def take(lots: Iterable[Lot], points: int, *, on: date) -> tuple[Take, ...]:
    """LOY-06 · B7.2 — which lots a spend of `points` eats, all or nothing.

    Refuses `points_not_positive`, and `points_too_few` when the usable lots do not hold as many.
    """
    if points <= 0:
        raise PointsRefused("points_not_positive")
    takes, short = take_up_to(lots, points, on=on)
    if short:
        raise PointsRefused("points_too_few", available=points - short, asked=points)
    return takes


def take_up_to(lots: Iterable[Lot], points: int, *, on: date) -> tuple[tuple[Take, ...], int]:
    """Takes from the lots in spending order, and how many points they were short of."""
    takes: list[Take] = []
    missing = points
    for lot in spending_order(usable(lots, on=on)):
        if missing <= 0:
            break
        part = min(missing, lot.remaining)
        takes.append(Take(lot.key, part))
        missing -= part
    return tuple(takes), max(missing, 0)


def give_back(takes: Sequence[Take], points: int | None = None) -> tuple[Take, ...]:
    """LOY-06 · B7.2 — a cancelled spend returns to the lots it came from; of a part, the last taken comes back first.

    The lots keep their last day: points that lapsed meanwhile come back lapsed, and the nightly lapse takes them.
    """
    wanted = sum(one.points for one in takes) if points is None else points
    back: list[Take] = []
    for one in reversed(takes):
        part = min(wanted, one.points)
        if part > 0:
            back.append(Take(one.key, -part))
            wanted -= part
    if wanted:
        raise ValueError("more is given back than was taken")
    return tuple(back)


def apply(lots: Iterable[Lot], takes: Iterable[Take]) -> list[Lot]:
    """The lots after these takes."""
    left: dict[int, int] = {}
    for one in takes:
        left[one.key] = left.get(one.key, 0) + one.points
    return [Lot(lot.key, lot.remaining - left.get(lot.key, 0), lot.last_valid_on) for lot in lots]
