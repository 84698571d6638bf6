"""What moves between the books of one member: the moves that the verbs hand to the ledger."""

from typing import Any

from django.db.models import F, Q, QuerySet

from core import clock
from core.prepared import Prepared
from loyalty.models import Book, PointAccount, PointEntry, PointLot
from loyalty.operations.moves import Move
from loyalty.policy import lots
from loyalty.policy.lots import Lot
from members.models import Member


def out_of_lots(member: Member, points: int, *, into: Book) -> list[Move]:
    today = clock.today()
    first = _FIRST.all(member=member.pk, day=today)
    enough = len(first) < FIRST or sum(lot.remaining for lot in first) >= points
    rows = {lot.pk: lot for lot in (first if enough else spendable(member))}
    takes = lots.take([seen(lot) for lot in rows.values()], points, on=today)
    return [Move(Book.AVAILABLE, into, one.points, rows[one.key]) for one in takes]


def spendable(member: Member) -> list[PointLot]:
    return list(_spendable(member))


def _spendable(member: Any) -> QuerySet[PointLot]:
    return PointLot.objects.filter(member=member, is_open=True, is_pending=False)


FIRST = 30
"""So many lots are read for a spend, those that lapse first; all of them only where these do not hold enough."""
_FIRST = Prepared(
    lambda member, day: (
        _spendable(member)
        .filter(Q(last_valid_on__gte=day) | Q(last_valid_on__isnull=True))
        .order_by(F("last_valid_on").asc(nulls_last=True), "pk")[:FIRST]
    )
)


def seen(lot: PointLot) -> Lot:
    return Lot(lot.pk, lot.remaining, lot.last_valid_on)


def repay(account: PointAccount, came_in: list[tuple[PointLot, int]]) -> list[Move]:
    """What is owed is paid by whatever becomes available, lot by lot."""
    moves, owed = [], account.owed
    for lot, points in came_in:
        if part := min(owed, points):
            moves.append(Move(Book.AVAILABLE, Book.OWED, part, lot))
            owed -= part
    return moves


def back_into_lots(account: PointAccount, parts: list[tuple[PointEntry, int]], *, out_of: Book) -> list[Move]:
    rows = {lot.pk: lot for lot in PointLot.objects.filter(pk__in=[entry.lot_id for entry, _ in parts])}
    moves, came_in = [], []
    for entry, points in parts:
        lot = rows[entry.lot_id or 0]
        moves.append(Move(out_of, Book.AVAILABLE, points, lot))
        came_in.append((lot, points))
    return moves + repay(account, came_in)
