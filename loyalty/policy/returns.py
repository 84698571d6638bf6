"""LOY-08 · B7 — what a return takes back: each returned line its own share of the points, and never more than it earned.

Points already spent become a debt, down to the limit of the policy; what lies beyond the limit is written off by a
named entry, so that the ledger still balances.
"""

from dataclasses import dataclass

from core import money
from loyalty.policy.parameters import PointsParameters


@dataclass(frozen=True)
class TakenBack:
    """How a reversal of points is met: from what is there, as a debt, and what nobody will ever pay."""

    from_balance: int
    owed: int
    written_off: int


def share(earned: int, *, of_minor: int, returned_minor: int, already_minor: int = 0, already_points: int = 0) -> int:
    """LOY-08 · B7 — points that a return takes back: the part of `earned` that the returned net amount is of the whole.

    Computed on all returns so far and less what went back before, so that many small returns take exactly as much as
    one of the same size: returning everything takes back everything (invariant 7).
    """
    if of_minor <= 0 or earned <= 0:
        return 0
    gone = min(already_minor + returned_minor, of_minor)
    _, back = money.allocate(earned, (of_minor - gone, gone))
    return max(back - already_points, 0)


def meet(points: int, *, available: int, owed: int, parameters: PointsParameters) -> TakenBack:
    """LOY-08 · B7 — from the balance first, then as a debt up to the limit; `owed` is the debt that stands already."""
    from_balance = min(points, max(available, 0))
    room = max(parameters.debt_limit - owed, 0)
    debt = min(points - from_balance, room)
    return TakenBack(from_balance, debt, points - from_balance - debt)
