"""Counting what members did on days that are over, set-based, once for ever (LOY-01 · C6.1)."""

import datetime as dt
from collections.abc import Sequence

from django.db import connection, transaction

from core import clock
from core.figures import midnight
from loyalty.models import Activity, CountedDay
from loyalty.operations import ledger, standings
from loyalty.policy import activity, tiers
from loyalty.policy.parameters import TierParameters
from loyalty.queries import figures

CHUNK = 5_000
# For each activity: whose it was, on which business day; every row is one time. `at` moments become days of the house.
SOURCES = {
    activity.LOG_IN: """
SELECT m.id AS member, {at} AS day FROM core_auditrecord r JOIN members_member m ON m.user_id = r.actor_id
 WHERE r.action = 'account.log_in' AND r.at >= %(from)s AND r.at < %(until)s GROUP BY m.id, {at}""",
    activity.READING: """
SELECT COALESCE(r.member_id, m.id) AS member, {read} AS day
  FROM core_message r LEFT JOIN members_member m ON m.user_id = r.recipient_id
 WHERE r.channel = 'inbox' AND r.read_at >= %(from)s AND r.read_at < %(until)s GROUP BY COALESCE(r.member_id, m.id), {read}""",
    activity.USE: """
SELECT c.holder_id AS member, r.used_on AS day FROM cards_benefituse r JOIN cards_card c ON c.id = r.card_id
 WHERE c.holder_id IS NOT NULL AND r.reversed_at IS NULL AND r.used_on BETWEEN %(first)s AND %(last)s""",
    activity.TAKING_PART: """
SELECT r.member_id AS member, {occurred} AS day FROM loyalty_pointtransaction r
 WHERE r.kind = 'accrue' AND r.source IN ('task', 'event', 'referral')
   AND r.occurred_at >= %(from)s AND r.occurred_at < %(until)s""",
    activity.RENEWAL: """
SELECT c.holder_id AS member, {added} AS day FROM cards_term r JOIN cards_card c ON c.id = r.card_id
 WHERE c.holder_id IS NOT NULL AND r.sequence > 1 AND r.added_at >= %(from)s AND r.added_at < %(until)s""",
}
COUNT = """
INSERT INTO loyalty_activity (member_id, day, signal, times)
SELECT s.member, s.day, '{signal}', COUNT(*) FROM ({source}) s
 WHERE s.day IN ({days}) AND s.member IS NOT NULL
 GROUP BY s.member, s.day
    ON CONFLICT DO NOTHING
"""
MOMENTS = {"at": "r.at", "read": "r.read_at", "occurred": "r.occurred_at", "added": "r.added_at"}


def uncounted(on: dt.date, *, parameters: TierParameters) -> list[dt.date]:
    """LOY-01 · C6.1 — the days of the window that are over on the day and were not counted yet, the earliest first."""
    first, last = tiers.window(on, parameters=parameters)
    counted = set(CountedDay.objects.filter(day__range=(first, last)).values_list("day", flat=True))
    days = (first + dt.timedelta(days=place) for place in range((last - first).days))
    return [day for day in days if day not in counted]


@transaction.atomic
def count(days: Sequence[dt.date]) -> int:
    """What was done on these days, which are over, and the tiers it reached: each as of the morning after its day.

    A day that was counted is passed over, so that a repeat does nothing. Returns the rows that were written.
    """
    if not days:
        return 0
    CountedDay.objects.bulk_create([CountedDay(day=day) for day in days], ignore_conflicts=True)
    written = sum(_count(signal, sorted(days)) for signal in SOURCES)
    for day in sorted(days):
        _raise_tiers(day)
    return written


def _count(signal: str, days: Sequence[dt.date]) -> int:
    ops = connection.ops
    places = {name: _day_of(column) for name, column in MOMENTS.items()}
    named = {f"d{place}": ops.adapt_datefield_value(day) for place, day in enumerate(days)}
    facts = {
        "first": ops.adapt_datefield_value(days[0]),
        "last": ops.adapt_datefield_value(days[-1]),
        "from": ops.adapt_datetimefield_value(midnight(days[0])),
        "until": ops.adapt_datetimefield_value(midnight(days[-1] + dt.timedelta(days=1))),
        **named,
    }
    source = SOURCES[signal].format(**places)
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT.format(signal=signal, source=source, days=", ".join(f"%({name})s" for name in named)), facts
        )
        written: int = cursor.rowcount
    return written


def _day_of(column: str) -> str:
    """The business day of a moment, in the words of the database."""
    sql, params = connection.ops.datetime_cast_date_sql(column, (), str(clock.zone()))
    return sql % tuple(f"'{param}'" for param in params)


def _raise_tiers(day: dt.date) -> None:
    """Who reaches a tier by what was done on the day reaches it on the next morning."""
    on = day + dt.timedelta(days=1)
    policy = standings.policy_on(on)
    active = Activity.objects.filter(day=day).order_by("member").values_list("member_id", flat=True).distinct()
    members = list(active)
    for start in range(0, len(members), CHUNK):
        chunk = members[start : start + CHUNK]
        if up := figures.rising(figures.these(chunk), on=on, parameters=policy):
            ledger.accounts_of(up)
            standings.decide(up, on=on)
