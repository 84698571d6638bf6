"""The rows of one posting (LOY-05 · B7.3): transaction, lots, entries and balances stand or fall together."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, connection, transaction

from loyalty.models import PointAccount, PointEntry, PointLot, PointTransaction
from loyalty.operations.moves import Move

BALANCES = ("available", "pending", "held", "owed")
CHANGED = ("remaining", "is_open", "is_pending")
LOT = ("member_id", "points", "remaining", "earned_on", "matures_on", "last_valid_on", "is_pending", "is_open")
POSTED = """
WITH posted AS (
  INSERT INTO loyalty_pointtransaction (member_id, kind, points, occurred_at, posted_at, source, external_id, reverses_id,
         why, reason, actor_id, store_id)
  VALUES (%(member_id)s, %(kind)s, %(points)s, %(occurred_at)s, %(posted_at)s, %(source)s, %(external_id)s, %(reverses_id)s,
          %(why)s, %(reason)s, %(actor_id)s, %(store_id)s)
  ON CONFLICT (source, external_id) DO NOTHING RETURNING id
), balanced AS (
  UPDATE loyalty_pointaccount SET available = %(available)s, pending = %(pending)s, held = %(held)s, owed = %(owed)s
    FROM posted WHERE member_id = %(member_id)s
)"""
NEW_LOT = """, new_{n} AS (
  INSERT INTO loyalty_pointlot ({columns}) SELECT {values} FROM posted RETURNING id
)"""
KEPT_LOTS = """, kept AS (
  UPDATE loyalty_pointlot l SET remaining = v.remaining, is_open = v.is_open, is_pending = v.is_pending
    FROM posted, (VALUES {rows}) v (id, remaining, is_open, is_pending) WHERE l.id = v.id
)"""
NEW_ID = "(SELECT id FROM new_{n})"
ENTERED = """, entered AS (
  INSERT INTO loyalty_pointentry (transaction_id, member_id, lot_id, from_book, to_book, points)
  SELECT posted.id, %(member_id)s, v.lot, v.from_book, v.to_book, v.points
    FROM posted, (VALUES {rows}) v (place, lot, from_book, to_book, points) ORDER BY v.place
)
SELECT posted.id{new_ids} FROM posted"""


def write(row: PointTransaction, account: PointAccount, moves: Sequence[Move]) -> bool:
    """Write what the moves have made of the account and the lots; False, and nothing, where the key was used before."""
    return (in_one_statement if connection.vendor == "postgresql" else row_by_row)(row, account, moves)


def row_by_row(row: PointTransaction, account: PointAccount, moves: Sequence[Move]) -> bool:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    new, kept = lots_of(moves)
    PointLot.objects.bulk_create(new)
    if kept:
        PointLot.objects.bulk_update(kept, CHANGED)
    PointEntry.objects.bulk_create(
        PointEntry(
            transaction=row,
            member_id=account.pk,
            lot=move.lot,
            from_book=move.from_book,
            to_book=move.to_book,
            points=move.points,
        )
        for move in moves
    )
    account.save(update_fields=BALANCES)
    return True


def in_one_statement(row: PointTransaction, account: PointAccount, moves: Sequence[Move]) -> bool:
    """The same, in one statement. Of two who post under one key at once, the second waits and writes nothing."""
    new, kept = lots_of(moves)
    values: dict[str, Any] = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    values |= {"why": json.dumps(row.why)} | {name: getattr(account, name) for name in BALANCES}
    for n, lot in enumerate(new):
        values |= {f"new_{n}_{name}": getattr(lot, name) for name in LOT}
    for n, lot in enumerate(kept):
        values |= {f"kept_{n}_{name}": getattr(lot, name) for name in ("id", *CHANGED)}
    places = []
    for n, move in enumerate(moves):
        values |= {f"lot_{n}": move.lot and move.lot.pk, f"from_{n}": str(move.from_book), f"to_{n}": str(move.to_book)}
        values[f"points_{n}"] = move.points
        places.append(new.index(move.lot) if move.lot in new else None)
    with connection.cursor() as cursor:
        cursor.execute(_statement(len(new), len(kept), tuple(places)), values)
        ids = cursor.fetchone()
    if ids is None:
        return False
    for written, pk in zip((row, *new), ids, strict=True):
        written.pk, written._state.adding, written._state.db = pk, False, connection.alias
    return True


def lots_of(moves: Sequence[Move]) -> tuple[list[PointLot], list[PointLot]]:
    """The lots that are written for the first time, and those that change, each once."""
    lots = {move.lot.pk or id(move.lot): move.lot for move in moves if move.lot is not None}.values()
    return [lot for lot in lots if lot._state.adding], [lot for lot in lots if not lot._state.adding]


@lru_cache
def _statement(new: int, kept: int, places: tuple[int | None, ...]) -> str:
    """`places`: of each move, which of the new lots stands behind it, if one does."""
    parts = [POSTED]
    for n in range(new):
        values = ", ".join(f"%(new_{n}_{name})s" for name in LOT)
        parts.append(NEW_LOT.format(n=n, columns=", ".join(LOT), values=values))
    if kept:
        rows = (
            f"(%(kept_{n}_id)s, " + ", ".join(f"%(kept_{n}_{name})s" for name in CHANGED) + ")" for n in range(kept)
        )
        parts.append(KEPT_LOTS.format(rows=", ".join(rows)))
    entries = []
    for n, place in enumerate(places):
        lot = f"CAST(%(lot_{n})s AS bigint)" if place is None else NEW_ID.format(n=place)
        entries.append(f"({n}, {lot}, %(from_{n})s, %(to_{n})s, %(points_{n})s)")
    new_ids = "".join(f", {NEW_ID.format(n=n)}" for n in range(new))
    parts.append(ENTERED.format(rows=", ".join(entries), new_ids=new_ids))
    return "".join(parts)
