"""Points come in, become available, go out (LOY-04, LOY-06, LOY-08 · B7). Each call is one posting.

Every operation takes a `Cause`; a repeat with the same key returns what was posted the first time, and the same key for
anything else is refused (`key_reused`).
"""

import datetime as dt
from typing import NamedTuple

from django.db import transaction

from core import clock, parameters
from core.refusals import Refusal
from loyalty.models import Book, PointAccount, PointLot, PointTransaction
from loyalty.operations import ledger, moving, stops
from loyalty.operations.ledger import Cause, Move
from loyalty.policy import lapse
from loyalty.policy.parameters import PointsParameters
from members.models import Member

Kind = PointTransaction.Kind


@transaction.atomic
def accrue(
    member: Member, points: int, *, cause: Cause, earned_on: dt.date | None = None, waits: bool = True
) -> PointTransaction:
    """LOY-04 · B7.1 — points come in: a lot that lapses by the policy of its day.

    Where the cause can still be returned they are pending for the return window (`waits`); otherwise available at once,
    and then they pay what is owed first.
    """
    if points <= 0:
        raise Refusal("points_not_positive", status=400)
    account = ledger.account_of(member)
    if before := ledger.earlier(cause, member=member, kind=Kind.ACCRUE, points=points):
        return before
    return bring_in(account, points, cause=cause, on=earned_on or clock.today(), waits=waits)


def bring_in(account: PointAccount, points: int, *, cause: Cause, on: dt.date, waits: bool = True) -> PointTransaction:
    """The same for an account that the caller holds and a cause that is new: the key of another is refused (`key_reused`)."""
    moves = coming_in(account, points, on=on, waits=waits, policy=parameters.in_force(PointsParameters, on=on))
    return ledger.post(account, Kind.ACCRUE, points, moves, cause=cause)


class Terms(NamedTuple):
    """LOY-07, LOY-08 · B7 — what is promised of a new lot: from when it can be spent, and through which day."""

    matures_on: dt.date | None
    last_valid_on: dt.date
    is_pending: bool


def terms(on: dt.date, *, waits: bool, policy: PointsParameters) -> Terms:
    """LOY-07, LOY-08 · B7 — of a lot that was earned on the day."""
    matures_on = on + dt.timedelta(days=policy.pending_days)
    return Terms(
        matures_on if waits else None,
        lapse.last_valid_on(on, parameters=policy),
        is_pending=waits and matures_on > clock.today(),
    )


def coming_in(account: PointAccount, points: int, *, on: dt.date, waits: bool, policy: PointsParameters) -> list[Move]:
    """The moves that bring in a new lot, earned on the day."""
    promised = terms(on, waits=waits, policy=policy)
    lot = PointLot(member_id=account.pk, points=points, remaining=0, earned_on=on, **promised._asdict())
    if promised.is_pending:
        return [Move(Book.ISSUED, Book.PENDING, points, lot)]
    return [Move(Book.ISSUED, Book.AVAILABLE, points, lot), *moving.repay(account, [(lot, points)])]


@transaction.atomic
def mature(member: Member, *, on: dt.date) -> PointTransaction | None:
    """LOY-08 · B7 — the return window has closed: pending points become available. A repeat finds nothing left."""
    account = ledger.account_of(member)
    over = PointLot.objects.filter(member=member, is_pending=True, matures_on__lte=on)
    over.filter(is_open=False).update(is_pending=False)  # taken back whole by a return: nothing is left to release
    due = list(over.order_by("pk"))
    if not due:
        return None
    amounts = [(lot, lot.remaining) for lot in due]
    for lot in due:
        lot.is_pending = False
    moves = [Move(Book.PENDING, Book.AVAILABLE, points, lot) for lot, points in amounts]
    moves += moving.repay(account, amounts)
    total = sum(points for _, points in amounts)
    return ledger.post(account, Kind.MATURE, total, moves, cause=Cause("mature"))


@transaction.atomic
def spend(member: Member, points: int, *, cause: Cause) -> PointTransaction:
    """LOY-06 · B7.2 — points are redeemed, out of the lots that lapse first; all of them or none.

    Refuses `points_too_few`, `points_held` (a hold of risk), and `points_not_positive`.
    """
    account = ledger.account_of(member)
    if before := ledger.earlier(cause, member=member, kind=Kind.SPEND, points=-points):
        return before
    stops.refuse(member)
    moves = moving.out_of_lots(member, points, into=Book.REDEEMED)
    return ledger.post(account, Kind.SPEND, -points, moves, cause=cause)
