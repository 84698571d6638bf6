"""Writing reminders for a whole night's cards at once (CARD-15 · A5.1.1).

Two statements a batch, beside the readable rule in `policy.reminders`: which step is due lies in the windows that the
rule gives, and the database joins them with the cards. What a reminder says is composed when it is sent
(`queries.letters`), so that nobody is asked to renew what she renewed an hour ago.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from cards.policy.reminders import Window
from cards.queries.reminders import Occasion
from core import clock
from core.messaging import events, quiet
from core.messaging.events import Purpose

# The step that a card stands on is looked up again: it may have been renewed since it was found due.
WRITE_REMINDERS = """
INSERT INTO cards_cardreminder (card_id, occasion, ends_on, step, written_at)
  WITH windows (step, target_from, target_to) AS (VALUES {windows})
SELECT c.id, %s, c.{target}, w.step, %s
  FROM cards_card c
  JOIN windows w ON c.{target} BETWEEN w.target_from AND w.target_to
 WHERE c.id IN ({keys}) AND c.state = %s
    ON CONFLICT DO NOTHING
"""

# One message a channel on which the person can be reached, for the reminders that were new.
WRITE_MESSAGES = """
INSERT INTO core_message (
       dedup_key, event, channel, purpose, lane, language, recipient_id, member_id, link, about, state, due_at, created_at,
       address, context, subject, body, secret, suppressed_because, attempts, claim, provider, provider_reference, error)
  WITH channels (channel, due_at) AS (VALUES {channels})
SELECT CASE WHEN r.step <= 0 THEN %s ELSE %s END || ':' || CAST(r.card_id AS text) || ':' || CAST(r.ends_on AS text)
       || ':' || CAST(r.step AS text) || ':' || ch.channel,
       CASE WHEN r.step <= 0 THEN %s ELSE %s END, ch.channel, %s, %s, m.language, m.user_id, m.id,
       {link}, 'cards.cardreminder:' || CAST(r.id AS text), 'queued', ch.due_at, %s,
       '', '', '', '', FALSE, '', 0, '', '', '', ''
  FROM cards_cardreminder r
  JOIN cards_card c ON c.id = r.card_id
  JOIN members_member m ON m.id = c.{told}
  JOIN channels ch ON ch.channel = 'inbox'
       OR (ch.channel = 'sms' AND m.phone_verified_at IS NOT NULL)
       OR (ch.channel = 'email' AND m.email_verified_at IS NOT NULL)
 WHERE r.card_id IN ({keys}) AND r.occasion = %s AND r.written_at = %s
    ON CONFLICT DO NOTHING
"""
LINKS = {
    "renewal": "'/renew/' || replace(CAST(c.public_id AS text), '-', '') || '/'",
    "activation": "'/activate/'",
}


@transaction.atomic
def write(occasion: Occasion, *, windows: Sequence[Window], keys: Sequence[int]) -> int:
    """Write one reminder for each of the cards, and its message on every channel the person can be reached on.

    A card whose step was written meanwhile is passed over by the unique key. Returns how many were new.
    """
    ops, now = connection.ops, clock.now()
    at = ops.adapt_datetimefield_value(now)
    before, after = events.get(occasion.event_before), events.get(occasion.event_after)
    spans: list[Any] = []
    for window in windows:
        bounds = ops.adapt_datefield_value(window.target_from), ops.adapt_datefield_value(window.target_to)
        spans += [window.step.offset, *bounds]
    hours, purpose = quiet.in_force(), Purpose(before.purpose)
    whens: list[Any] = []
    for channel in before.channels:
        due_at = hours.next_allowed(now, event=before, purpose=purpose, channel=channel)
        whens += [channel.value, ops.adapt_datetimefield_value(due_at)]
    names = {"target": occasion.target, "told": occasion.told, "keys": ", ".join(["%s"] * len(keys))}
    reminders = WRITE_REMINDERS.format(windows=_rows(len(windows), 3), **names)
    messages = WRITE_MESSAGES.format(channels=_rows(len(before.channels), 2), link=LINKS[occasion.code], **names)
    codes = [before.code, after.code]
    with connection.cursor() as cursor:
        cursor.execute(reminders, [*spans, occasion.code, at, *keys, occasion.state])
        written: int = cursor.rowcount
        cursor.execute(
            messages,
            [*whens, *codes, *codes, purpose.value, before.lane_for(purpose), at, *keys, occasion.code, at],
        )
    return written


def _rows(rows: int, columns: int) -> str:
    return ", ".join(["(" + ", ".join(["%s"] * columns) + ")"] * rows)
