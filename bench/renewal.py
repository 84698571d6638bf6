"""Renewal reminders among all cards: the slice of one night, and a second run with nothing due (benchmarks 6 and 12).

The limit is what one would write by hand for exactly these rows: one statement that finds the cards of every window,
writes their reminders and, from what was new, their messages.
"""

import datetime as dt

from psycopg2.extensions import connection

from bench.harness import Benchmark, Measured, Size, Watch

BEFORE, AFTER, GRACE = (60, 30, 14, 7, 1), (1, 7), 15
STEPS = tuple(-days for days in BEFORE) + AFTER

BY_HAND = """
WITH windows (step, target_from, target_to) AS (VALUES {windows}),
channels (channel, due_at) AS (VALUES ('inbox', now()), ('sms', now()), ('email', now())),
written AS (
  INSERT INTO cards_cardreminder (card_id, occasion, ends_on, step, written_at)
  SELECT c.id, 'renewal', c.last_valid_on, w.step, now()
    FROM windows w JOIN cards_card c ON c.state = 'active' AND c.last_valid_on BETWEEN w.target_from AND w.target_to
   WHERE c.last_valid_on + w.step >= c.valid_from_on
     AND NOT EXISTS (SELECT 1 FROM cards_cardreminder r WHERE r.card_id = c.id AND r.occasion = 'renewal'
                        AND r.ends_on = c.last_valid_on AND r.step = w.step)
     AND NOT EXISTS (SELECT 1 FROM cards_renewalmandate a WHERE a.card_id = c.id AND a.ended_at IS NULL)
      ON CONFLICT DO NOTHING
  RETURNING id, card_id, ends_on, step
), told AS (
  INSERT INTO core_message (dedup_key, event, channel, purpose, lane, language, recipient_id, member_id, link, about,
         state, due_at, created_at, address, context, subject, body, secret, suppressed_because, attempts, claim, provider,
         provider_reference, error)
  SELECT k.event || ':' || r.card_id || ':' || r.ends_on || ':' || r.step || ':' || ch.channel, k.event, ch.channel,
         'reminder', 2, m.language, m.user_id, m.id, '/renew/' || replace(c.public_id::text, '-', '') || '/',
         'cards.cardreminder:' || r.id, 'queued', ch.due_at, now(), '', '', '', '', FALSE, '', 0, '', '', '', ''
    FROM written r
    JOIN cards_card c ON c.id = r.card_id
    JOIN members_member m ON m.id = c.holder_id
    CROSS JOIN LATERAL (SELECT CASE WHEN r.step <= 0 THEN 'card.renewal_due' ELSE 'card.renewal_grace' END) k(event)
    JOIN channels ch ON ch.channel = 'inbox' OR (ch.channel = 'sms' AND m.phone_verified_at IS NOT NULL)
                     OR (ch.channel = 'email' AND m.email_verified_at IS NOT NULL)
      ON CONFLICT DO NOTHING
)
SELECT count(*) FROM written
"""


def windows(today: dt.date) -> list[tuple[int, dt.date, dt.date]]:
    """The ranges of last days that each step speaks for today, worked out here on their own."""
    steps = sorted([-days for days in BEFORE] + list(AFTER))
    found = []
    for i, step in enumerate(steps):
        next_step = steps[i + 1] if i + 1 < len(steps) else GRACE + 1
        ends = 0 if step <= 0 < next_step else next_step - 1
        found.append((step, today - dt.timedelta(days=ends), today - dt.timedelta(days=step)))
    return found


class DailyReminders(Benchmark):
    name = "renewal-daily"
    title = "renewal sweep, the slice of a night"
    at_least = 0.5
    at_most = {"peak_mb": 300}
    fixed = writes = True

    def ours(self, size: Size, turn: int) -> Measured:
        from core import sweeps

        sweeps.run("cards.follow_up_activation")  # finds nothing; a worker has long been warm when the night comes
        watch = Watch()
        with watch.running(counts=True) as measured:
            run = sweeps.run("cards.remind_renewal")
        run.refresh_from_db()
        measured.done = run.done
        return measured

    def limit(self, db: connection, size: Size, turn: int) -> Measured:
        rows = ", ".join(f"({step}, DATE '{first}', DATE '{last}')" for step, first, last in windows(business_day()))
        watch = Watch()
        with db.cursor() as cursor, watch.running() as measured:
            cursor.execute(BY_HAND.format(windows=rows))
            measured.done, measured.statements = cursor.fetchone()[0], 1
        return measured


class NothingDue(DailyReminders):
    name = "renewal-again"
    title = "renewal sweep again, nothing due"
    at_least = None
    at_most = {"seconds": 1.0}

    def ours(self, size: Size, turn: int) -> Measured:
        super().ours(size, turn)
        return super().ours(size, turn)

    def limit(self, db: connection, size: Size, turn: int) -> Measured:
        super().limit(db, size, turn)
        return super().limit(db, size, turn)


class TenTimesTheCards(DailyReminders):
    """Benchmark 12: what a row costs among all cards beside what it costs among a tenth of them."""

    name = "renewal-scale"
    title = "renewal sweep, a row of all beside one of a tenth"
    at_least = 1 / 1.1
    fixed = False
    limit_data = "tenth"
    limit_is = "tenth"


def business_day() -> dt.date:
    """The business day of the installation that is measured."""
    import os
    from zoneinfo import ZoneInfo

    return dt.datetime.now(ZoneInfo(os.environ.get("TESSERA_TIME_ZONE", "Asia/Shanghai"))).date()
