"""The figures that tiers are judged by: net spend, visits, activity within the window (LOY-01 · C6.1).

One statement tells everything that a judgement needs, of one member as of a hundred thousand: what she holds, what holds
it for her, and her figures. `who` names the members, by their numbers or by a span of them.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, Min, Sum

from loyalty.models import Activity, MemberTier, Purchase
from loyalty.policy import tiers
from loyalty.policy.parameters import TierParameters
from members.models import Member

# Net of returns, in minor units. A visit is a day at a store with something kept, however many receipts it left.
NUMBERS = """
SELECT m.id AS member, s.tier, s.promised_through, COALESCE(s.sequence, 0) AS sequence, s.decided_on, s.review_on,
       h.tier AS floor, h.ends_on AS floor_through,
       COALESCE(p.spend, 0) AS spend, COALESCE(p.visits, 0) AS visits, COALESCE(a.score, 0) AS score
  FROM members_member m
  LEFT JOIN loyalty_membertier s ON s.member_id = m.id
  LEFT JOIN loyalty_tierhold h
         ON h.member_id = m.id AND h.ended_at IS NULL AND h.starts_on <= %(on)s AND h.ends_on >= %(on)s
  LEFT JOIN ({bought}) p ON p.member_id = m.id
  LEFT JOIN (SELECT member_id, CAST({score} AS bigint) AS score
               FROM loyalty_activity
              WHERE member_id {who} AND day BETWEEN %(first)s AND %(on)s
              GROUP BY member_id) a ON a.member_id = m.id
 WHERE m.id {who}
"""
VISITS = """
SELECT v.member_id, CAST(SUM(v.net) AS bigint) AS spend, COUNT(CASE WHEN v.net > 0 THEN 1 END) AS visits
  FROM (SELECT member_id, occurred_on, store_id, SUM(net_minor - returned_minor) AS net
          FROM loyalty_purchase
         WHERE member_id {who} AND occurred_on BETWEEN %(first)s AND %(on)s
         GROUP BY member_id, occurred_on, store_id) v
 GROUP BY v.member_id
"""
# Receipts with something kept, of which there are never fewer than visits: half the work, where many are looked at.
RECEIPTS = """
SELECT member_id, CAST(SUM(net_minor - returned_minor) AS bigint) AS spend,
       COUNT(CASE WHEN net_minor > returned_minor THEN 1 END) AS visits
  FROM loyalty_purchase
 WHERE member_id {who} AND occurred_on BETWEEN %(first)s AND %(on)s
 GROUP BY member_id
"""
# One kind of activity: its times and points, up to its cap, as `activity.part` says.
PART = "CASE WHEN {times} * %({points})s > %({cap})s THEN %({cap})s ELSE {times} * %({points})s END"
TIMES = "SUM(CASE WHEN signal = %({signal})s THEN times ELSE 0 END)"
# Of these the members whose figures, or whose guarantee, may reach beyond what they hold: the readable rule is `tiers.reached`.
RISING = "SELECT member FROM ({numbers}) n WHERE {earned} > {held} OR {floor} > {held} ORDER BY member"

DUE = "SELECT member_id FROM loyalty_membertier WHERE review_on <= %(on)s AND member_id {who}"


@dataclass(frozen=True)
class Numbers:
    """A member before a judgement: her standing, the number and day of her last change, her figures."""

    member: int
    standing: tiers.Standing
    sequence: int
    decided_on: dt.date | None
    review_on: dt.date | None
    figures: tiers.Figures


@dataclass(frozen=True)
class Who:
    """The members a statement speaks of, as the end of `member_id …`."""

    sql: str
    params: Mapping[str, Any]


def these(members: Sequence[int]) -> Who:
    """Members by their numbers."""
    if connection.vendor == "postgresql":
        return Who("= ANY(%(members)s)", {"members": list(members)})
    names = {f"m{place}": member for place, member in enumerate(members)}
    return Who(f"IN ({', '.join(f'%({name})s' for name in names)})", names)


def between(first: int, last: int) -> Who:
    """Members from one number to another, both included."""
    return Who("BETWEEN %(from)s AND %(to)s", {"from": first, "to": last})


def numbers(who: Who, *, on: dt.date, parameters: TierParameters) -> list[Numbers]:
    """Everything a judgement on the day needs, for each of the members, by their numbers."""
    sql, params = _numbers(who, on=on, parameters=parameters)
    return list(_read(f"{sql} ORDER BY member", params, lowest=parameters.ladder[0].code))


def rising(who: Who, *, on: dt.date, parameters: TierParameters) -> list[int]:
    """The members of these who may go up if they are judged on the day; nobody else will. One statement.

    Receipts stand for visits here: who made several of them on one day may turn out not to have enough.
    """
    sql, params = _numbers(who, on=on, parameters=parameters, bought=RECEIPTS)
    tiers_held = {f"tier{place}": tier.code for place, tier in enumerate(parameters.ladder)}
    asked = RISING.format(
        numbers=sql, earned=_earned(parameters), held=_rank("n.tier", parameters), floor=_rank("n.floor", parameters)
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, {**params, **tiers_held})
        return [row[0] for row in cursor.fetchall()]


def due(who: Who, *, on: dt.date) -> list[int]:
    """The members of these whose tier is to be looked at, by a day."""
    with connection.cursor() as cursor:
        cursor.execute(DUE.format(who=who.sql), {**who.params, "on": connection.ops.adapt_datefield_value(on)})
        return [row[0] for row in cursor.fetchall()]


def of(member: Member, *, on: dt.date, parameters: TierParameters) -> tiers.Figures:
    """LOY-01 · C6.1 — a member's figures on a day."""
    return numbers(these([member.pk]), on=on, parameters=parameters)[0].figures


def activities(member: Member, *, on: dt.date, parameters: TierParameters) -> dict[str, int]:
    """LOY-01 · C6.1 — how often she did what, within the window: what her activity score is made of."""
    rows = Activity.objects.filter(member=member, day__range=tiers.window(on, parameters=parameters))
    return dict(rows.order_by().values_list("signal").annotate(times=Sum("times")))


def oldest(member: Member, *, on: dt.date, parameters: TierParameters) -> dt.date | None:
    """LOY-01 · C6.1 — the day of the first purchase that still counts."""
    rows = Purchase.objects.filter(member=member, occurred_on__range=tiers.window(on, parameters=parameters))
    first: dt.date | None = rows.filter(net_minor__gt=F("returned_minor")).aggregate(first=Min("occurred_on"))["first"]
    return first


def standing(member: Member, *, parameters: TierParameters) -> tiers.Standing:
    """LOY-02 · B8.1 — the tier she stands on; who has none yet stands on the lowest."""
    row = MemberTier.objects.filter(pk=member.pk).first()
    if row is None:
        return tiers.Standing(parameters.ladder[0].code)
    return tiers.Standing(row.tier, row.promised_through)


def _numbers(who: Who, *, on: dt.date, parameters: TierParameters, bought: str = VISITS) -> tuple[str, dict[str, Any]]:
    first, last = (connection.ops.adapt_datefield_value(day) for day in tiers.window(on, parameters=parameters))
    facts: dict[str, Any] = {**who.params, "first": first, "on": last}
    parts = ["0"]
    for place, signal in enumerate(parameters.signals):
        names = {"signal": f"signal{place}", "points": f"points{place}", "cap": f"cap{place}"}
        facts |= {names["signal"]: signal.code, names["points"]: signal.points, names["cap"]: signal.cap}
        parts.append(PART.format(times=TIMES.format(**names), **names))
    return NUMBERS.format(who=who.sql, bought=bought.format(who=who.sql), score=" + ".join(parts)), facts


def _earned(parameters: TierParameters) -> str:
    """The place on the ladder that the figures reach, in SQL; the numbers are the policy's own integers."""
    ways = []
    for place, tier in reversed(list(enumerate(parameters.ladder))):
        way = f"n.spend >= {int(tier.spend_minor)}"
        if tier.visits or tier.activity:
            way += f" OR (n.visits >= {int(tier.visits)} AND n.score >= {int(tier.activity)})"
        ways.append(f"WHEN {way} THEN {place}")
    return f"CASE {' '.join(ways)} ELSE 0 END"


def _rank(column: str, parameters: TierParameters) -> str:
    """The place of a tier on the ladder, in SQL; one that the policy does not know any longer counts as the lowest."""
    ways = [f"WHEN {column} = %(tier{place})s THEN {place}" for place in range(len(parameters.ladder))]
    return f"CASE {' '.join(ways)} ELSE 0 END"


def _read(sql: str, params: Mapping[str, Any], *, lowest: str) -> Iterator[Numbers]:
    with connection.cursor() as cursor:
        cursor.execute(sql, dict(params))
        for (
            member,
            tier,
            promised,
            sequence,
            decided,
            review,
            floor,
            through,
            spend,
            visits,
            score,
        ) in cursor.fetchall():
            yield Numbers(
                member,
                tiers.Standing(tier or lowest, _day(promised), floor or "", _day(through)),
                sequence,
                _day(decided),
                _day(review),
                tiers.Figures(int(spend), int(visits), int(score)),
            )


def _day(value: Any) -> dt.date | None:
    """SQLite hands days over as text."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
