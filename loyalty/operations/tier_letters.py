"""Writing to members whose tier was decided: one statement for a purchase's one change as for a night's thousands (LOY-03).

What a letter says is composed when it is sent (`queries.tier_letters`), in the member's language of that moment.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from core import clock
from core.messaging import events, quiet
from core.messaging.events import Purpose

EVENT = "tier.changed"
# One message a channel on which the person can be reached.
WRITE = """
INSERT INTO core_message (
       dedup_key, event, channel, purpose, lane, language, recipient_id, member_id, link, about, state, due_at, created_at,
       address, context, subject, body, secret, suppressed_because, attempts, claim, provider, provider_reference, error)
  WITH channels (channel, due_at) AS (VALUES {channels})
SELECT %s || ':' || CAST(t.member_id AS text) || ':' || CAST(t.sequence AS text) || ':' || ch.channel,
       %s, ch.channel, %s, %s, m.language, m.user_id, m.id, '/me/tier/', 'loyalty.tierchange:' || CAST(t.id AS text),
       'queued', ch.due_at, %s, '', '', '', '', FALSE, '', 0, '', '', '', ''
  FROM loyalty_tierchange t
  JOIN members_member m ON m.id = t.member_id
  JOIN channels ch ON ch.channel = 'inbox'
       OR (ch.channel = 'sms' AND m.phone_verified_at IS NOT NULL)
       OR (ch.channel = 'email' AND m.email_verified_at IS NOT NULL)
 WHERE t.id IN ({changes})
    ON CONFLICT DO NOTHING
"""


def write(changes: Sequence[int]) -> None:
    """Tell each member of her change, by the numbers of the changes, once, wherever she can be reached."""
    ops, now, event = connection.ops, clock.now(), events.get(EVENT)
    hours, purpose = quiet.in_force(), Purpose(event.purpose)
    whens: list[Any] = []
    for channel in event.channels:
        due_at = hours.next_allowed(now, event=event, purpose=purpose, channel=channel)
        whens += [channel.value, ops.adapt_datetimefield_value(due_at)]
    pairs, keys = ", ".join(["(%s, %s)"] * len(event.channels)), ", ".join(["%s"] * len(changes))
    told = WRITE.format(channels=pairs, changes=keys)
    lane, at = event.lane_for(purpose), ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.execute(told, [*whens, EVENT, EVENT, purpose.value, lane, at, *changes])
