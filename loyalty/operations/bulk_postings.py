"""Points that come in for many members at once (LOY-04, LOY-05 · B7): what `points.accrue` leaves behind, in four writes."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from core import clock, copying
from loyalty.models import Book, PointAccount, PointEntry, PointLot, PointTransaction
from loyalty.operations.ledger import Balances, Cause
from loyalty.operations.points import Terms
from loyalty.operations.posting_rows import BALANCES, LOT

TRANSACTION = ("id", "member_id", "kind", "points", "occurred_at", "posted_at", "source", "external_id", "why", "actor_id",
               "store_id")  # fmt: skip
ENTRY = ("transaction_id", "member_id", "lot_id", "from_book", "to_book", "points")


class Incoming(NamedTuple):
    """Points that come in for a member whose account is locked: by which day, with what promise, and what for."""

    account: Balances
    points: int
    earned_on: dt.date
    terms: Terms
    cause: Cause


def post(incoming: Sequence[Incoming]) -> list[int]:
    """Write transactions, lots, entries and balances; each member comes once. Returns the keys of the transactions."""
    keys = copying.reserve(PointTransaction, len(incoming))
    lots = copying.reserve(PointLot, len(incoming))
    now = clock.now()
    written: list[tuple[Any, ...]] = []
    new: list[tuple[Any, ...]] = []
    entries: list[tuple[Any, ...]] = []
    for one, key, lot in zip(incoming, keys, lots, strict=True):
        account, points, day, terms, cause = one
        member, paid = account.member, _take_in(account, points, is_pending=terms.is_pending)
        actor, store = cause.actor and cause.actor.pk, cause.store and cause.store.pk
        written.append((key, member, PointTransaction.Kind.ACCRUE, points, cause.occurred_at, now, cause.source,
                        cause.external_id, cause.why, actor, store))  # fmt: skip
        new.append((lot, member, points, points - paid, day, *terms, points > paid))
        entries.append((key, member, lot, Book.ISSUED, Book.PENDING if terms.is_pending else Book.AVAILABLE, points))
        if paid:
            entries.append((key, member, lot, Book.AVAILABLE, Book.OWED, paid))
    copying.insert(PointTransaction, TRANSACTION, written)
    copying.insert(PointLot, ("id", *LOT), new)
    copying.insert(PointEntry, ENTRY, entries)
    copying.update(
        PointAccount, BALANCES, [(one.member, one.available, one.pending, one.held, one.owed) for one, *_ in incoming]
    )
    return keys


def _take_in(account: Balances, points: int, *, is_pending: bool) -> int:
    """The balances follow; returns what of the points pays at once for what is owed."""
    if is_pending:
        account.pending += points
        return 0
    paid = min(account.owed, points)
    account.available += points - paid
    account.owed -= paid
    return paid
