"""Points: earning, redeeming, one member whom everybody serves at once, and the night in which lots lapse (1, 2, 4, 12)."""

import os
from collections.abc import Iterator
from random import Random
from typing import Any

import psycopg2
from psycopg2.extensions import connection

from bench.clients import Operation
from bench.counter import OfClients
from bench.harness import Benchmark, Measured, Size, Watch
from bench.renewal import business_day

EARNED, REDEEMED = 10, (100, 1_500)
HOT = 42
EARN = """
WITH a AS (SELECT member_id FROM loyalty_pointaccount WHERE member_id = %(member)s FOR UPDATE),
p AS (INSERT INTO loyalty_pointtransaction (member_id, kind, points, occurred_at, posted_at, source, external_id, why, reason)
      SELECT member_id, 'accrue', %(points)s, now(), now(), 'hand', %(key)s, '{}', '' FROM a
      ON CONFLICT (source, external_id) DO NOTHING RETURNING id, member_id),
l AS (INSERT INTO loyalty_pointlot (member_id, points, remaining, earned_on, matures_on, last_valid_on, is_pending, is_open)
      SELECT member_id, %(points)s, %(points)s, current_date, current_date + 14, current_date + 730, TRUE, TRUE FROM p
      RETURNING id),
b AS (UPDATE loyalty_pointaccount SET pending = pending + %(points)s FROM p
       WHERE loyalty_pointaccount.member_id = p.member_id)
INSERT INTO loyalty_pointentry (transaction_id, member_id, lot_id, from_book, to_book, points)
SELECT p.id, p.member_id, l.id, 'issued', 'pending', %(points)s FROM p, l
"""
LOCK = """
SELECT a.available,
       (SELECT h.id FROM risk_hold h WHERE h.member_id = a.member_id AND h.scope = 'redeem' AND h.lifted_at IS NULL
           AND (h.ends_at IS NULL OR h.ends_at > now()) LIMIT 1) AS hold
  FROM loyalty_pointaccount a
 WHERE a.member_id = %(member)s FOR UPDATE OF a
"""
REDEEM = """
WITH f AS (SELECT id, remaining, sum(remaining) OVER (ORDER BY last_valid_on, id) - remaining AS before
             FROM loyalty_pointlot
            WHERE member_id = %(member)s AND is_open AND NOT is_pending AND last_valid_on >= current_date),
t AS (SELECT id, least(remaining, %(points)s - before)::bigint AS points FROM f WHERE before < %(points)s),
enough AS (SELECT sum(points) = %(points)s AS yes FROM t),
p AS (INSERT INTO loyalty_pointtransaction (member_id, kind, points, occurred_at, posted_at, source, external_id, why, reason)
      SELECT %(member)s, 'spend', -%(points)s, now(), now(), 'hand', %(key)s, '{}', '' FROM enough WHERE yes
      ON CONFLICT (source, external_id) DO NOTHING RETURNING id),
u AS (UPDATE loyalty_pointlot l SET remaining = l.remaining - t.points, is_open = l.remaining > t.points
        FROM t, p WHERE l.id = t.id),
b AS (UPDATE loyalty_pointaccount SET available = available - %(points)s FROM p WHERE member_id = %(member)s)
INSERT INTO loyalty_pointentry (transaction_id, member_id, lot_id, from_book, to_book, points)
SELECT p.id, %(member)s, t.id, 'available', 'redeemed', t.points FROM p, t
"""
DUE = "is_open AND NOT is_pending AND last_valid_on < %(today)s AND member_id BETWEEN %(low)s AND %(high)s"
NEXT = """
SELECT min(member_id), max(member_id), count(*) FROM (
  SELECT DISTINCT member_id FROM loyalty_pointlot
   WHERE is_open AND NOT is_pending AND last_valid_on < %(today)s AND member_id > %(after)s ORDER BY member_id LIMIT 5000) x
"""
LOCK_ALL = f"""
SELECT 1 FROM loyalty_pointaccount WHERE member_id IN (SELECT member_id FROM loyalty_pointlot WHERE {DUE})
 ORDER BY member_id FOR UPDATE
"""
LAPSE = f"""
WITH due AS MATERIALIZED (SELECT id, member_id, remaining FROM loyalty_pointlot WHERE {DUE}),
u AS (UPDATE loyalty_pointlot l SET remaining = 0, is_open = FALSE FROM due WHERE l.id = due.id),
p AS (INSERT INTO loyalty_pointtransaction (member_id, kind, points, occurred_at, posted_at, source, external_id, why, reason)
      SELECT member_id, 'lapse', -sum(remaining), now(), now(), 'hand', 'lapse:' || member_id, '{{}}', ''
        FROM due GROUP BY member_id RETURNING id, member_id, points),
e AS (INSERT INTO loyalty_pointentry (transaction_id, member_id, lot_id, from_book, to_book, points)
      SELECT p.id, due.member_id, due.id, 'available', 'lapsed', due.remaining FROM due JOIN p USING (member_id))
UPDATE loyalty_pointaccount a SET available = available + p.points FROM p WHERE a.member_id = p.member_id
"""


class _OfPoints(OfClients):
    """Eight clients. Members are drawn at random, or all serve the same one."""

    at_least = 0.15
    hot = False

    def members(self, size: Size, *, number: int, turn: int) -> Iterator[int]:
        chance = Random(100 * turn + number)
        while True:
            yield HOT if self.hot else chance.randint(1, size.cards)


class Earn(_OfPoints):
    """Points come in for a member, once per key, by the policy in force; they wait for the return window."""

    name = "earn"
    title = "points earned"
    at_most = {"statements": 6}

    def our_client(self, number: int, size: Size, turn: int) -> dict[str, Iterator[Operation]]:
        from loyalty.operations import points
        from loyalty.operations.ledger import Cause
        from members.models import Member

        def earn(member: int, n: int) -> None:
            points.accrue(Member(pk=member), EARNED, cause=Cause("bench", f"{self.name}:{turn}:{number}:{n}"))

        return {"earn": _each(earn, self.members(size, number=number, turn=turn))}

    def by_hand(self, number: int, size: Size, turn: int) -> dict[str, Iterator[Operation]]:
        db = psycopg2.connect(os.environ["DATABASE_URL"])
        cursor = db.cursor()

        def earn(member: int, n: int) -> None:
            cursor.execute(EARN, {"member": member, "points": EARNED, "key": f"{self.name}:{turn}:{number}:{n}"})
            db.commit()

        return {"earn": _each(earn, self.members(size, number=number, turn=turn))}


class Redeem(_OfPoints):
    """Points go out of the lots that lapse first, once per key, unless something stops her."""

    name = "redeem"
    title = "points redeemed"
    at_most = {"statements": 7}

    def points(self, *, number: int, turn: int) -> Iterator[int]:
        chance = Random(f"{turn}:{number}")
        while True:
            yield 1 if self.hot else chance.randint(*REDEEMED)

    def our_client(self, number: int, size: Size, turn: int) -> dict[str, Iterator[Operation]]:
        from core.rules import RuleBroken
        from loyalty.operations import points
        from loyalty.operations.ledger import Cause
        from members.models import Member

        wanted = self.points(number=number, turn=turn)

        def redeem(member: int, n: int) -> None:
            try:
                points.spend(Member(pk=member), next(wanted), cause=Cause("bench", f"{self.name}:{turn}:{number}:{n}"))
            except RuleBroken as error:
                if error.code != "points_too_few":  # the same member was drawn often
                    raise

        return {"redeem": _each(redeem, self.members(size, number=number, turn=turn))}

    def by_hand(self, number: int, size: Size, turn: int) -> dict[str, Iterator[Operation]]:
        db = psycopg2.connect(os.environ["DATABASE_URL"])
        cursor = db.cursor()
        wanted = self.points(number=number, turn=turn)

        def redeem(member: int, n: int) -> None:
            points = next(wanted)
            cursor.execute(LOCK, {"member": member})
            available, hold = cursor.fetchone()
            if available >= points and not hold:
                facts = {"member": member, "points": points, "key": f"{self.name}:{turn}:{number}:{n}"}
                cursor.execute(REDEEM, facts)
            db.commit()

        return {"redeem": _each(redeem, self.members(size, number=number, turn=turn))}


class HotEarn(Earn):
    name = "hot-earn"
    title = "points earned, all by one member"
    at_least = 0.3
    hot = True


class HotRedeem(Redeem):
    name = "hot-redeem"
    title = "points redeemed, all by one member"
    at_least = 0.3
    hot = True


class Lapse(Benchmark):
    """The night after a month end: of five lots a member about one lapses; batches of 5,000 members, each committed."""

    name = "lapse"
    title = "lots that lapse, in batches"
    at_least = 0.6
    at_most = {"peak_mb": 300}
    fixed = writes = True

    def ours(self, size: Size, turn: int) -> Measured:
        from core import sweeps

        sweeps.run("points.expire_holds")  # finds nothing; a worker has long been warm when the night comes
        watch = Watch()
        with watch.running(counts=True) as measured:
            run = sweeps.run("points.lapse")
        run.refresh_from_db()
        measured.done = run.done
        return measured

    def limit(self, db: connection, size: Size, turn: int) -> Measured:
        watch = Watch()
        facts: dict[str, Any] = {"today": business_day(), "after": 0}
        db.autocommit = False
        with db.cursor() as cursor, watch.running() as measured:
            while True:
                cursor.execute(NEXT, facts)
                low, high, members = cursor.fetchone()
                if low is None:
                    break
                facts |= {"low": low, "high": high, "after": high}
                cursor.execute(LOCK_ALL, facts)
                cursor.execute(LAPSE, facts)
                db.commit()
                measured.done += members
        return measured


class TenTimesTheLots(Lapse):
    """Benchmark 12: what a member's lapse costs among all beside what it costs among a tenth."""

    name = "lapse-scale"
    title = "lots that lapse, of all beside of a tenth"
    at_least = 1 / 1.1
    fixed = False
    limit_data = "tenth"
    limit_is = "tenth"


def _each(work: Any, members: Iterator[int]) -> Iterator[Operation]:
    for n, member in enumerate(members):
        yield lambda member=member, n=n: work(member, n)
