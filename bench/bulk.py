"""Half a million purchases from a file (benchmark 3): the job that records them, beside the same by hand.

Both begin with receipts that were read already, and record them in batches of five thousand, each a transaction: purchase
and line, ledger, lot and balance, the day's cap, the tier. By hand it is one statement a batch, which knows the base rule
alone and does not look at what a batch holds twice of a member, whose birthday it is, or what an auditor will ask.
"""

from typing import Any

from psycopg2.extensions import connection

from bench.harness import Benchmark, Measured, Size, Watch

BATCH = 5_000
STAGE = """
INSERT INTO core_user (handle, display_name, language, is_staff, is_active, joined_at, password)
VALUES ('bench-import', '', '', TRUE, TRUE, now(), '');
INSERT INTO loyalty_purchaseimport (name, digest, origin, state, encoding, header, layout, rows, rows_read, receipts, recorded,
       repeated, refused, undone, kept, uploaded_by_id, uploaded_at)
SELECT 'bench', 'bench', 'bench', 'recording', 'utf-8', '[]', '{{}}', {count}, {count}, {count}, 0, 0, 0, 0, 0, id, now()
  FROM core_user WHERE handle = 'bench-import';
INSERT INTO loyalty_importdocument (of_import_id, number, is_return, original, first_row, member_id, store_id, occurred_at,
       lines, net_minor, state)
SELECT m.id, 'R' || i, FALSE, '', i, 1 + (i::bigint * 7919) %% {members}, NULL,
       now() - interval '40 days' + i * interval '1 second',
       jsonb_build_array(jsonb_build_array(i, 'A' || i %% 500, '', 'food', 1, 500 + i %% 20000)), 500 + i %% 20000, 'ready'
  FROM generate_series(1, {count}) i, loyalty_purchaseimport m WHERE m.digest = 'bench';
ANALYZE loyalty_importdocument;
"""
BY_HAND = """
WITH src AS MATERIALIZED (
  SELECT d.id AS doc, d.number, d.member_id, d.occurred_at, d.net_minor, d.lines,
         (d.occurred_at AT TIME ZONE 'Asia/Shanghai')::date AS day,
         nextval('loyalty_purchase_id_seq'::regclass) AS purchase,
         nextval('loyalty_pointtransaction_id_seq'::regclass) AS tx,
         nextval('loyalty_pointlot_id_seq'::regclass) AS lot
    FROM loyalty_importdocument d WHERE d.state = 'ready' AND d.first_row BETWEEN %(first)s AND %(last)s
     AND NOT EXISTS (SELECT 1 FROM loyalty_purchase p WHERE p.source = 'import' AND p.external_id = 'bench:' || d.number)
), made AS MATERIALIZED (
  SELECT s.*, coalesce(t.tier, 'normal') AS tier, least(
           s.net_minor / 100, greatest(20000 - coalesce((SELECT sum(l.points) FROM loyalty_pointlot l
            WHERE l.member_id = s.member_id AND l.earned_on = s.day), 0), 0))::bigint AS points,
         s.day + 7 > current_date AS waits
    FROM src s LEFT JOIN loyalty_membertier t ON t.member_id = s.member_id
), opened AS (
  INSERT INTO loyalty_pointaccount (member_id, available, pending, held, owed, opened_at)
  SELECT member_id, sum(points) FILTER (WHERE NOT waits), coalesce(sum(points) FILTER (WHERE waits), 0), 0, 0, now()
    FROM made GROUP BY member_id
      ON CONFLICT (member_id) DO UPDATE SET available = loyalty_pointaccount.available + excluded.available,
         pending = loyalty_pointaccount.pending + excluded.pending
), posted AS (
  INSERT INTO loyalty_pointtransaction (id, member_id, kind, points, occurred_at, posted_at, source, external_id, why, reason)
  SELECT tx, member_id, 'accrue', points, occurred_at, now(), 'purchase', purchase::text,
         jsonb_build_object('parts', jsonb_build_array(jsonb_build_object('rule', 'base', 'version', 0, 'points', points,
                            'bps', NULL, 'cut', 0)), 'cut', 0), '' FROM made WHERE points > 0
), lots AS (
  INSERT INTO loyalty_pointlot (id, member_id, points, remaining, earned_on, matures_on, last_valid_on, is_pending, is_open)
  SELECT lot, member_id, points, points, day, day + 7, (date_trunc('month', day) + interval '25 months - 1 day')::date,
         waits, TRUE FROM made WHERE points > 0
), entries AS (
  INSERT INTO loyalty_pointentry (transaction_id, member_id, lot_id, from_book, to_book, points)
  SELECT tx, member_id, lot, 'issued', CASE WHEN waits THEN 'pending' ELSE 'available' END, points FROM made WHERE points > 0
), bought AS (
  INSERT INTO loyalty_purchase (id, member_id, source, external_id, body_hash, receipt_number, currency, net_minor,
         returned_minor, tier, occurred_at, occurred_on, recorded_at, earned_id)
  SELECT purchase, member_id, 'import', 'bench:' || number, md5(number) || md5(net_minor::text), number, 'CNY', net_minor, 0,
         tier, occurred_at, day, now(), CASE WHEN points > 0 THEN tx END FROM made
), lines AS (
  INSERT INTO loyalty_purchaseline (purchase_id, position, sku, description, category, quantity, net_minor,
         returned_quantity, returned_minor)
  SELECT m.purchase, place, line ->> 1, line ->> 2, line ->> 3, (line ->> 4)::int, (line ->> 5)::bigint, 0, 0
    FROM made m CROSS JOIN LATERAL jsonb_array_elements(m.lines) WITH ORDINALITY AS l(line, place)
)
UPDATE loyalty_importdocument d SET state = 'recorded' FROM made WHERE d.id = made.doc
"""
TIERS = """
WITH members AS (
  SELECT DISTINCT member_id FROM loyalty_importdocument WHERE first_row BETWEEN %(first)s AND %(last)s
), figures AS (
  SELECT p.member_id, sum(p.net_minor - p.returned_minor) AS net,
         count(DISTINCT (p.occurred_on, p.store_id)) FILTER (WHERE p.net_minor > p.returned_minor) AS visits
    FROM loyalty_purchase p JOIN members USING (member_id)
   WHERE p.occurred_on BETWEEN current_date - interval '1 year' AND current_date GROUP BY p.member_id
), up AS (
  SELECT f.member_id, f.net, f.visits, CASE WHEN net >= 2000000 THEN 'platinum' WHEN net >= 800000 THEN 'gold' ELSE 'silver' END
         AS tier FROM figures f LEFT JOIN loyalty_membertier t USING (member_id) WHERE f.net >= 200000 AND t.member_id IS NULL
), told AS (
  INSERT INTO loyalty_tierchange (member_id, sequence, from_tier, to_tier, why, effective_on, promised_through, spend_minor,
         visits, activity, at)
  SELECT member_id, 1, 'normal', tier, 'reached', current_date, current_date + 365, net, visits, 0, now() FROM up
)
INSERT INTO loyalty_membertier (member_id, tier, since_on, promised_through, sequence, decided_on, review_on)
SELECT member_id, tier, current_date, current_date + 365, 1, current_date, current_date + 366 FROM up
"""


class Arriving(Benchmark):
    name = "bulk-earn"
    title = "purchases from a file"
    at_least = 0.5
    at_most = {"peak_mb": 200}
    fixed = writes = True

    def ours(self, size: Size, turn: int) -> Measured:
        from django.db import connection as django

        from core import parameters, sweeps
        from loyalty.policy.parameters import PointsParameters

        with django.cursor() as cursor:
            _stage(cursor, size)
        sweeps.run("imports.undo")  # finds nothing; a worker has long been warm when a file comes
        parameters.in_force(PointsParameters)
        watch = Watch()
        with watch.running(counts=True) as measured:
            run = sweeps.run("imports.record")
        measured.done = run.done
        return measured

    def limit(self, db: connection, size: Size, turn: int) -> Measured:
        watch = Watch()
        with db.cursor() as cursor:
            _stage(cursor, size)
            with watch.running() as measured:
                for first in range(1, _count(size) + 1, BATCH):
                    part = {"first": first, "last": first + BATCH - 1}
                    cursor.execute("BEGIN")
                    cursor.execute(BY_HAND, part)
                    measured.done += cursor.rowcount
                    cursor.execute(TIERS, part)
                    cursor.execute("COMMIT")
                    measured.statements += 2
        return measured


class TenTimesThePurchases(Arriving):
    """Benchmark 12: what a purchase costs among many beside what it costs among a tenth of them."""

    name = "bulk-earn-scale"
    title = "purchases from a file, of all beside a tenth"
    at_least = 1 / 1.1
    at_most: dict[str, float] = {}
    fixed = False
    limit_data = "tenth"
    limit_is = "tenth"

    def ours(self, size: Size, turn: int) -> Measured:
        from members.models import Member

        return super().ours(Size(size.name, Member.objects.count(), size.seconds), turn)


def _count(size: Size) -> int:
    return size.cards // 2


def _stage(cursor: Any, size: Size) -> None:
    cursor.execute(STAGE.format(count=_count(size), members=size.cards).replace("%%", "%"))
