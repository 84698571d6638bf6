"""Tiers at night: those that are due, and everybody (benchmark 5).

The limit is what one would write by hand for exactly these rows: one statement that adds up the figures, decides, writes
the changes, the members' rows and a message on every channel. What was done on the days before is counted already, as it
is when the night of the day before has done its part: neither side counts it.
"""

import datetime as dt

from psycopg2.extensions import connection

from bench.harness import Benchmark, Measured, Size, Watch
from bench.renewal import business_day

FIGURES = """
purchases AS (
  SELECT member_id, sum(net)::bigint AS spend, count(*) FILTER (WHERE net > 0) AS visits
    FROM (SELECT p.member_id, p.occurred_on, p.store_id, sum(p.net_minor - p.returned_minor) AS net
            FROM {purchases} WHERE p.occurred_on BETWEEN %(first)s AND %(on)s
           GROUP BY p.member_id, p.occurred_on, p.store_id) v
   GROUP BY member_id
), activity AS (
  SELECT a.member_id, least(coalesce(sum(a.times) FILTER (WHERE a.signal = 'log-in'), 0), 20)
         + least(coalesce(sum(a.times) FILTER (WHERE a.signal = 'reading'), 0), 10)
         + least(coalesce(sum(a.times) FILTER (WHERE a.signal = 'use'), 0) * 2, 40)
         + least(coalesce(sum(a.times) FILTER (WHERE a.signal = 'taking-part'), 0) * 5, 20)
         + least(coalesce(sum(a.times) FILTER (WHERE a.signal = 'renewal'), 0) * 10, 10) AS score
    FROM {activities} WHERE a.day BETWEEN %(first)s AND %(on)s GROUP BY a.member_id
)"""
OF_ALL = {"purchases": "loyalty_purchase p", "activities": "loyalty_activity a"}
OF_DUE = {
    "purchases": "due JOIN loyalty_purchase p USING (member_id)",
    "activities": "due JOIN loyalty_activity a USING (member_id)",
}
BY_HAND = """
WITH due AS (SELECT member_id FROM loyalty_membertier WHERE review_on <= %(on)s),
{figures},
facts AS (
  SELECT m.id AS member_id, s.tier, s.promised_through, coalesce(s.sequence, 0) AS sequence, s.review_on,
         coalesce(array_position(%(ladder)s, s.tier), 0) AS held, coalesce(p.spend, 0) AS spend,
         coalesce(p.visits, 0) AS visits, coalesce(a.score, 0) AS score
    FROM {who}
    LEFT JOIN loyalty_membertier s ON s.member_id = m.id
    LEFT JOIN purchases p ON p.member_id = m.id
    LEFT JOIN activity a ON a.member_id = m.id
), earned AS (
  SELECT *, CASE WHEN spend >= 2000000 OR (visits >= 80 AND score >= 80) THEN 3
                 WHEN spend >= 800000 OR (visits >= 36 AND score >= 60) THEN 2
                 WHEN spend >= 200000 OR (visits >= 12 AND score >= 30) THEN 1 ELSE 0 END AS place
    FROM facts
), decided AS (
  SELECT *, greatest(place, held) AS new, place > held AS up
    FROM earned
   WHERE place > held
      OR (review_on <= %(on)s AND (spend >= (ARRAY[160000, 640000, 1600000])[held]
          OR (visits >= (ARRAY[10, 29, 64])[held] AND score >= (ARRAY[24, 48, 64])[held])))
), written AS (
  INSERT INTO loyalty_tierchange (member_id, sequence, from_tier, to_tier, why, effective_on, promised_through, spend_minor,
         visits, activity, at)
  SELECT member_id, sequence + 1, coalesce(tier, 'normal'), (%(ladder)s)[new], CASE WHEN up THEN 'reached' ELSE 'kept' END,
         %(on)s, %(promise)s, spend, visits, score, now()
    FROM decided
  RETURNING id, member_id, sequence, from_tier, to_tier, promised_through
), moved AS (
  INSERT INTO loyalty_membertier (member_id, tier, since_on, promised_through, sequence, decided_on, review_on)
  SELECT member_id, to_tier, %(on)s, promised_through, sequence, %(on)s, promised_through + 1 FROM written
      ON CONFLICT (member_id) DO UPDATE SET tier = excluded.tier, promised_through = excluded.promised_through,
         since_on = CASE WHEN loyalty_membertier.tier = excluded.tier THEN loyalty_membertier.since_on ELSE excluded.since_on END,
         sequence = excluded.sequence, decided_on = excluded.decided_on, review_on = excluded.review_on
), waits AS (
  UPDATE loyalty_membertier s SET review_on = s.promised_through + 31
    FROM due WHERE s.member_id = due.member_id AND NOT EXISTS (SELECT 1 FROM decided d WHERE d.member_id = s.member_id)
), told AS (
  INSERT INTO core_message (dedup_key, event, channel, purpose, lane, language, recipient_id, member_id, link, about,
         state, due_at, created_at, address, context, subject, body, secret, suppressed_because, attempts, claim, provider,
         provider_reference, error)
  SELECT 'tier.changed:' || w.member_id || ':' || w.sequence || ':' || ch.channel, 'tier.changed', ch.channel, 'service', 1,
         m.language, m.user_id, m.id, '/me/tier/', 'loyalty.tierchange:' || w.id, 'queued', now(), now(),
         '', '', '', '', FALSE, '', 0, '', '', '', ''
    FROM written w
    JOIN members_member m ON m.id = w.member_id
    JOIN (VALUES ('inbox'), ('sms'), ('email')) ch(channel)
      ON ch.channel = 'inbox' OR (ch.channel = 'sms' AND m.phone_verified_at IS NOT NULL)
      OR (ch.channel = 'email' AND m.email_verified_at IS NOT NULL)
      ON CONFLICT DO NOTHING
)
SELECT count(*) FROM written
"""


class DueTiers(Benchmark):
    name = "tiers-due"
    title = "tiers, the night after a month's promises end"
    at_least = 0.6
    at_most = {"peak_mb": 300}
    fixed = writes = True
    data = "tiers"
    sweep = "tiers.evaluate"
    by_hand = BY_HAND.format(figures=FIGURES.format(**OF_DUE), who="due JOIN members_member m ON m.id = due.member_id")

    def ours(self, size: Size, turn: int) -> Measured:
        from core import parameters, sweeps
        from loyalty.policy.parameters import TierParameters

        parameters.in_force(TierParameters)
        sweeps.run("tiers.end_holds")  # finds nothing; a worker has long been warm when the night comes
        watch = Watch()
        with watch.running(counts=True) as measured:
            run = sweeps.run(self.sweep)
        run.refresh_from_db()
        measured.done = run.done
        return measured

    def limit(self, db: connection, size: Size, turn: int) -> Measured:
        today = business_day()
        facts = {"on": today, "first": _year_before(today), "promise": _promise(today), "ladder": LADDER}
        watch = Watch()
        with db.cursor() as cursor, watch.running() as measured:
            cursor.execute(self.by_hand, facts)
            ((measured.done,),) = cursor.fetchall()
            measured.statements = 1
        return measured


class AllTiers(DueTiers):
    name = "tiers-all"
    title = "tiers, everybody"
    sweep = "tiers.evaluate_all"
    by_hand = BY_HAND.format(figures=FIGURES.format(**OF_ALL), who="members_member m")


LADDER = ["silver", "gold", "platinum"]


def _year_before(day: dt.date) -> dt.date:
    """The day after this day a year ago; 29 February counts as the 28th."""
    before = day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
    return before + dt.timedelta(days=1)


def _promise(day: dt.date) -> dt.date:
    """The end of this month, a year on."""
    first = dt.date(day.year + 1 + (day.month == 12), day.month % 12 + 1, 1)
    return first - dt.timedelta(days=1)
