"""The one place that writes the points ledger (LOY-05 · B7.3): a transaction, its entries, the lots and the balances.

Callers lock the account (`account_of`), ask the rules and hand over what is to move; everything is posted in the
caller's database transaction or not at all.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from core import clock
from core.models import Store, User
from core.prepared import Prepared
from core.refusals import Refusal
from loyalty.models import Book, PointAccount, PointTransaction
from loyalty.operations import posting_rows
from loyalty.operations.moves import Move as Move
from members.models import Member

MEMBERS_BOOKS = {Book.AVAILABLE: "available", Book.PENDING: "pending", Book.HELD: "held", Book.OWED: "owed"}
IN_LOTS = (Book.AVAILABLE, Book.PENDING)


@dataclass(frozen=True)
class Cause:
    """What a transaction came of: the key of the fact at its source, the rules that made the number, who did it where."""

    source: str
    external_id: str | None = None
    occurred_at: dt.datetime | None = None
    why: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    actor: User | None = None
    store: Store | None = None


@dataclass(slots=True)
class Balances:
    """A member's four books, when they are held for many members at once."""

    member: int
    available: int
    pending: int
    held: int
    owed: int


_LOCKED = Prepared(lambda member: PointAccount.objects.select_for_update().filter(pk=member))
_POSTED = Prepared(
    lambda source, external_id: PointTransaction.objects.filter(source=source, external_id=external_id).order_by()
)


def account_of(member: Member) -> PointAccount:
    """The member's account, locked until the transaction ends; opened when she has none yet."""
    if not connection.in_atomic_block:
        raise RuntimeError("the ledger is written inside a transaction")
    if (account := _LOCKED.first(member=member.pk)) is None:
        PointAccount.objects.bulk_create([PointAccount(member=member)], ignore_conflicts=True)
        account = PointAccount.objects.select_for_update().get(pk=member.pk)
    return account


def accounts_of(members: Iterable[int]) -> dict[int, Balances]:
    """The accounts of many, locked in the order of their ids as every writer does; opened where there is none yet."""
    wanted = sorted(set(members))
    known = set(PointAccount.objects.filter(pk__among=wanted).values_list("pk", flat=True))
    PointAccount.objects.bulk_create(
        [PointAccount(member_id=pk) for pk in wanted if pk not in known], ignore_conflicts=True
    )
    rows = PointAccount.objects.select_for_update().filter(pk__among=wanted).order_by("pk")
    return {row[0]: Balances(*row) for row in rows.values_list("pk", *posting_rows.BALANCES)}


def earlier(cause: Cause, *, member: Member, kind: str, points: int) -> PointTransaction | None:
    """What was posted under this key before; the same key for anything else is refused (`key_reused`)."""
    if cause.external_id is None:
        return None
    found = _POSTED.first(source=cause.source, external_id=cause.external_id)
    if found is not None and (found.member_id, found.kind, found.points) != (member.pk, kind, points):
        raise Refusal("key_reused")
    return found


def post(
    account: PointAccount,
    kind: PointTransaction.Kind,
    points: int,
    moves: Sequence[Move],
    *,
    cause: Cause,
    reverses: PointTransaction | None = None,
) -> PointTransaction:
    """Post a transaction whose moves change the locked account; `points` is what the member sees, with its sign.

    New lots are given unsaved. A database constraint refuses what would leave a book or a lot below zero.
    """
    now = clock.now()
    row = PointTransaction(
        member_id=account.pk,
        kind=kind,
        points=points,
        occurred_at=cause.occurred_at or now,
        posted_at=now,
        source=cause.source,
        external_id=cause.external_id,
        reverses=reverses,
        why=dict(cause.why),
        reason=cause.reason[:200],
        actor=cause.actor,
        store=cause.store,
    )
    for move in moves:
        _follow(move, account)
    if not posting_rows.write(row, account, moves):
        raise Refusal("key_reused")
    return row


def _follow(move: Move, account: PointAccount) -> None:
    """The lot's remainder and the member's balances follow the points from book to book."""
    if (lot := move.lot) is not None:
        lot.remaining += ((move.to_book in IN_LOTS) - (move.from_book in IN_LOTS)) * move.points
        lot.is_open = lot.remaining > 0
    for book, sign in ((move.from_book, -1), (move.to_book, 1)):
        if name := MEMBERS_BOOKS.get(book):
            sign = -sign if book == Book.OWED else sign
            setattr(account, name, getattr(account, name) + sign * move.points)
