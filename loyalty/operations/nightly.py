"""What the night does to points, set-based: the return window closes, last days pass (LOY-07, LOY-08 · B7).

Five statements a batch of members, whose accounts are locked first in the order of their ids, as every other writer
does one at a time; the readable rule beside them is `policy.lapse` and `points.mature`.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from core import clock, copying
from loyalty.models import Book, PointAccount, PointHold, PointTransaction
from loyalty.operations import points, reservations, rewards
from loyalty.operations.ledger import Cause
from members.models import Member

# The key of each transaction is the batch and the member. What was posted is handed on by its keys: a planner whose figures
# are of yesterday believes that a night posts nothing, and would look at all of it for each account.
POST = """
INSERT INTO loyalty_pointtransaction
       (member_id, kind, points, occurred_at, posted_at, source, external_id, why, reason)
SELECT l.member_id, %s, {sign} SUM(l.remaining), %s, %s, %s, %s || CAST(l.member_id AS text), '{{}}', ''
  FROM loyalty_pointlot l
 WHERE l.member_id IN ({members}) AND l.is_open AND {due}
 GROUP BY l.member_id
RETURNING id, member_id, points
"""
ENTER = """
WITH posted (id, member_id, points) AS ({posted})
INSERT INTO loyalty_pointentry (transaction_id, member_id, lot_id, from_book, to_book, points)
SELECT p.id, l.member_id, l.id, %s, %s, l.remaining
  FROM posted p
  JOIN loyalty_pointlot l ON l.member_id = p.member_id
 WHERE l.is_open AND {due}
"""
BALANCE = """
WITH posted (id, member_id, points) AS ({posted})
UPDATE loyalty_pointaccount
   SET {change}
  FROM posted p
 WHERE loyalty_pointaccount.member_id = p.member_id
"""
POSTED = ("bigint", "bigint", "bigint")
CLOSE = "UPDATE loyalty_pointlot SET {close} WHERE member_id IN ({members}) AND {due}"


@dataclass(frozen=True)
class Step:
    """One of the night's movements, in the words of the statements above; `due` takes the business day."""

    kind: PointTransaction.Kind
    from_book: Book
    to_book: Book
    sign: str
    due: str
    change: str
    close: str


LAPSE = Step(
    PointTransaction.Kind.LAPSE,
    Book.AVAILABLE,
    Book.LAPSED,
    sign="-",
    due="NOT {lot}is_pending AND {lot}last_valid_on < %s",
    change="available = available + p.points",
    close="remaining = 0, is_open = FALSE",
)
MATURE = Step(
    PointTransaction.Kind.MATURE,
    Book.PENDING,
    Book.AVAILABLE,
    sign="+",
    due="{lot}is_pending AND {lot}matures_on <= %s",
    change="available = available + p.points, pending = pending - p.points",
    close="is_pending = FALSE",
)


@transaction.atomic
def lapse(members: Sequence[int], *, on: dt.date) -> int:
    """LOY-07 · B7.2.2 — take what was good only through a day before `on`; a repeat finds nothing left."""
    _lock(members)
    return _post(LAPSE, members, on=on)


@transaction.atomic
def mature(members: Sequence[int], *, on: dt.date) -> int:
    """LOY-08 · B7 — release what waited for its return window to close. Who owes points is served one by one."""
    owing = {account.pk for account in _lock(members) if account.owed}
    done = _post(MATURE, [pk for pk in members if pk not in owing], on=on)
    for member in Member.objects.filter(pk__in=owing).order_by("pk"):
        done += points.mature(member, on=on) is not None
    return done


@transaction.atomic
def expire(holds: Sequence[int]) -> int:
    """LOY-06 · B7.2 — release reservations that nobody captured in time; the order of a reward ends with its own."""
    rows = PointHold.objects.filter(pk__in=holds, state=PointHold.State.OPEN, expires_at__lte=clock.now())
    due = list(rows.select_related("member", "reward_order").order_by("member_id", "pk"))
    for hold in due:
        if hasattr(hold, "reward_order"):
            rewards.expire(hold)
        else:
            reservations.release(hold, cause=Cause("expiry", str(hold.pk)), expired=True)
    return len(due)


def _lock(members: Sequence[int]) -> list[PointAccount]:
    return list(PointAccount.objects.select_for_update().filter(pk__in=members).order_by("pk"))


def _post(step: Step, members: Sequence[int], *, on: dt.date) -> int:
    if not members:
        return 0
    ops = connection.ops
    at, day = ops.adapt_datetimefield_value(clock.now()), ops.adapt_datefield_value(on)
    source, batch = step.kind.value, f"{uuid.uuid4()}:"
    places = {"members": ", ".join(["%s"] * len(members)), "due": step.due.format(lot="l.")}
    own = {**places, "due": step.due.format(lot="")}
    with connection.cursor() as cursor:
        cursor.execute(POST.format(sign=step.sign, **places), [source, at, at, source, batch, *members, day])
        if posted := cursor.fetchall():
            rows, values = copying.source(POSTED, posted)
            books = [step.from_book.value, step.to_book.value]
            cursor.execute(ENTER.format(posted=rows, **places), [*values, *books, day])
            cursor.execute(BALANCE.format(posted=rows, change=step.change), values)
        cursor.execute(CLOSE.format(close=step.close, **own), [*members, day])
    return len(posted)
