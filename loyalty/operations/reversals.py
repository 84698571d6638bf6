"""Points given back after a cancellation, and taken back after a return (LOY-06, LOY-08 · B7)."""

import datetime as dt

from django.db import transaction
from django.db.models import Sum

from core import parameters
from core.refusals import Refusal
from loyalty.models import Book, PointAccount, PointEntry, PointLot, PointTransaction
from loyalty.operations import ledger, moving
from loyalty.operations.ledger import Cause, Move
from loyalty.policy import lots, returns
from loyalty.policy.parameters import PointsParameters

Kind = PointTransaction.Kind


@transaction.atomic
def give_back(spent: PointTransaction, *, cause: Cause, points: int | None = None) -> PointTransaction:
    """LOY-06 · B7.2 — a redemption is cancelled, whole or in part: the same lots are restored with their old last day.

    Refuses more than was spent and not yet given back (`reversal_too_large`), and what is no redemption.
    """
    account = ledger.account_of(spent.member)
    of = _redemption(spent)
    left = _left_to_reverse(spent, of=sum(entry.points for entry in of))
    wanted = left if points is None else points
    if before := ledger.earlier(cause, member=spent.member, kind=Kind.REVERSE_SPEND, points=wanted):
        return before
    if wanted <= 0 or wanted > left:
        raise Refusal("reversal_too_large", most=left)
    takes = [(entry.pk, entry.points - _restored(spent, entry)) for entry in of]
    back = lots.give_back([lots.Take(key, rest) for key, rest in takes if rest], wanted)
    entries = {entry.pk: entry for entry in of}
    moves = moving.back_into_lots(account, [(entries[one.key], -one.points) for one in back], out_of=Book.REDEEMED)
    return ledger.post(account, Kind.REVERSE_SPEND, wanted, moves, cause=cause, reverses=spent)


@transaction.atomic
def take_back(earned: PointTransaction, points: int, *, cause: Cause) -> PointTransaction:
    """LOY-08 · B7 — a return takes points back: first those of that accrual itself, then others, then as a debt.

    Beyond the debt that the policy allows, the rest is written off. Never more than the accrual gave (invariant 7).
    """
    account = ledger.account_of(earned.member)
    if before := ledger.earlier(cause, member=earned.member, kind=Kind.REVERSE_ACCRUAL, points=-points):
        return before
    if earned.kind != Kind.ACCRUE:
        raise Refusal("reversal_of_what_was_not_earned")
    left = _left_to_reverse(earned, of=earned.points)
    if not 0 < points <= left:
        raise Refusal("reversal_too_large", most=left)
    own = PointLot.objects.get(pk=earned.entries.values("lot").order_by("pk")[:1])
    moves = _out_of_own(own, points)
    rest = points - sum(move.points for move in moves)
    if rest:
        moves += _out_of_others(account, own, rest)
    return ledger.post(account, Kind.REVERSE_ACCRUAL, -points, moves, cause=cause, reverses=earned)


def _out_of_own(lot: PointLot, points: int) -> list[Move]:
    """What is left of the accrual itself, pending or available."""
    part = min(lot.remaining, points)
    book = Book.PENDING if lot.is_pending else Book.AVAILABLE
    return [Move(book, Book.ISSUED, part, lot)] if part else []


def _out_of_others(account: PointAccount, own: PointLot, points: int) -> list[Move]:
    """From the other lots in spending order (lapsed ones too, for they would lapse tonight), then as debt."""
    others = {lot.pk: lot for lot in moving.spendable(account.member) if lot.pk != own.pk}
    found, short = lots.take_up_to([moving.seen(lot) for lot in others.values()], points, on=dt.date.min)
    moves = [Move(Book.AVAILABLE, Book.ISSUED, one.points, others[one.key]) for one in found]
    if short:
        policy = parameters.in_force(PointsParameters)
        met = returns.meet(short, available=0, owed=account.owed, parameters=policy)
        if met.owed:
            moves.append(Move(Book.OWED, Book.ISSUED, met.owed))
        if met.written_off:
            moves.append(Move(Book.WRITTEN_OFF, Book.ISSUED, met.written_off))
    return moves


def _redemption(spent: PointTransaction) -> list[PointEntry]:
    """The entries that redeemed points, in the order they were taken."""
    if spent.kind not in (Kind.SPEND, Kind.CAPTURE):
        raise Refusal("reversal_of_what_was_not_redeemed")
    return list(spent.entries.filter(to_book=Book.REDEEMED).order_by("pk"))


def _restored(spent: PointTransaction, entry: PointEntry) -> int:
    """How much of an entry has been given back already, by lot."""
    back = PointEntry.objects.filter(transaction__reverses=spent, from_book=Book.REDEEMED, lot=entry.lot_id)
    return int(back.aggregate(sum=Sum("points"))["sum"] or 0)


def _left_to_reverse(row: PointTransaction, *, of: int) -> int:
    done = row.reversals.aggregate(sum=Sum("points"))["sum"] or 0
    return of - abs(int(done))
