"""Judging members' tiers and writing down what was decided, with the figures that decided it (LOY-02, LOY-03).

A judgement is the policy's (`tiers.judge`); here it is asked for one member at a purchase and for thousands at night by
the same two statements of reading and four of writing. Whatever was due before the day is settled first, each as of its
own day: so the history is the same whether a night was on time, late, or overtaken by a purchase.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction

from core import audit, clock, copying
from core.parameters import Snapshot
from loyalty.models import MemberTier, Purchase, TierChange
from loyalty.operations import ledger, tier_letters
from loyalty.policy import tiers
from loyalty.policy.parameters import TierParameters
from loyalty.policy.tiers import Verdict, Why
from loyalty.queries import figures
from loyalty.queries.figures import Numbers
from members.models import Member

Judged = tuple[Numbers, Verdict, dt.date]
LOOK_BACK = 20
"""More changes than a ladder has steps to climb one after another."""
A_STATEMENT = 2_000


class Row(NamedTuple):
    """A decision to be written: of whom, what, as of which day, and when the tier is to be looked at next."""

    one: Numbers
    verdict: Verdict
    day: dt.date
    review: dt.date | None


WRITE_CHANGES = """
INSERT INTO loyalty_tierchange (member_id, sequence, from_tier, to_tier, why, effective_on, promised_through, spend_minor,
       visits, activity, at) {rows} RETURNING id
"""
REPEAT = """
INSERT INTO loyalty_membertier (member_id, tier, since_on, promised_through, sequence, decided_on, review_on) {rows}
    ON CONFLICT (member_id) DO UPDATE
   SET tier = excluded.tier, promised_through = excluded.promised_through, sequence = excluded.sequence,
       decided_on = excluded.decided_on, review_on = excluded.review_on,
       since_on = CASE WHEN loyalty_membertier.tier = excluded.tier THEN loyalty_membertier.since_on
                       ELSE excluded.since_on END
"""

OF_CHANGE = ["bigint", "integer", "text", "text", "text", "date", "date", "bigint", "integer", "integer", "timestamptz"]
OF_TIER = ["bigint", "text", "date", "date", "integer", "date", "date"]


@transaction.atomic
def judge(member: Member, *, on: dt.date | None = None) -> TierChange | None:
    """LOY-02 · B8.1, C6.2 — up at once when a standard is met, down only after the promise and its grace.

    Returns the decision when something was decided (a change, or a promise renewed); a repeat decides nothing.
    """
    ledger.account_of(member)
    made = decide([member.pk], on=on or clock.today())
    return TierChange.objects.get(pk=made[-1]) if made else None


def decide(members: Sequence[int], *, on: dt.date) -> list[int]:
    """The members, whose accounts are locked, judged on the day, after what was due before it: the changes' numbers."""
    if not members:
        return []
    policy, made = policy_on(on), []
    found = figures.numbers(figures.these(members), on=on, parameters=policy)
    if late := [one.member for one in found if one.review_on is not None and one.review_on < on]:
        made = settle(late, through=on - dt.timedelta(days=1))
        found = figures.numbers(figures.these(members), on=on, parameters=policy)
    now = [one for one in found if one.decided_on is None or one.decided_on <= on]
    return made + write([_judged(one, on, policy) for one in now], policy=policy)


def settle(members: Sequence[int], *, through: dt.date) -> list[int]:
    """What was due for these members through a day, each judged as of the day on which it was due, the earliest first."""
    made: list[int] = []
    while due := _due(members, through):
        day = min(due.values())
        policy = policy_on(day)
        now = [member for member, on in due.items() if on == day]
        found = figures.numbers(figures.these(now), on=day, parameters=policy)
        made += write([_judged(one, day, policy) for one in found], policy=policy)
    return made


@transaction.atomic
def after_return(purchase: Purchase, *, undone: bool = False) -> TierChange | None:
    """LOY-02, LOY-08 · B8.1 — goods came back: a tier that they had helped to reach is decided anew, if they came back in time.

    Points that were given at the higher tier in between stay. A later return leaves the promise as it is. A purchase that is
    `undone` never was: its time runs from the day on which it was recorded.
    """
    today = clock.today()
    policy = policy_on(today)
    counted_on = clock.day_of(purchase.recorded_at) if undone else purchase.occurred_on
    if purchase.member_id is None or not tiers.may_undo(counted_on, on=today, parameters=policy):
        return None
    won = _won_since(purchase, policy=policy)
    if not won:
        return None
    now = figures.numbers(figures.these([purchase.member_id]), on=today, parameters=policy)[0]
    floor, through = now.standing.floor, now.standing.floor_through
    before = [(tiers.Standing(old.tier, old.promised_through, floor, through), tier) for old, tier in won]
    verdict = tiers.undo(before, now.figures, on=today, parameters=policy)
    if verdict is None:
        return None
    (made,) = write([(now, verdict, today)], policy=policy)
    return TierChange.objects.get(pk=made)


def write(judged: Iterable[Judged], *, policy: TierParameters) -> list[int]:
    """What was decided goes on record, on the members' rows, into the trail and out to them; what is only to be looked at
    again gets its next day.
    """
    made: list[Row] = []
    again: dict[dt.date | None, list[int]] = {}
    for one, verdict, day in judged:
        review = tiers.review_on(verdict.promised_through, on=day, parameters=policy)
        if verdict.changed or verdict.promised_through != one.standing.promised_through:
            made.append(Row(one, verdict, day, review))
        elif one.review_on != review and one.review_on is not None and one.review_on <= day:
            again.setdefault(review, []).append(one.member)
    for next_day, members in again.items():
        MemberTier.objects.filter(pk__in=members).update(review_on=next_day)
    if not made:
        return []
    numbers: list[int] = []
    for start in range(0, len(made), A_STATEMENT):
        numbers += _save(made[start : start + A_STATEMENT])
    tier_letters.write(numbers)
    _record(made, numbers)
    return numbers


def _due(members: Sequence[int], through: dt.date) -> dict[int, dt.date]:
    rows = MemberTier.objects.filter(pk__among=members, review_on__lte=through).values_list("pk", "review_on")
    return {pk: day for pk, day in rows if day is not None}


def policy_on(on: dt.date) -> TierParameters:
    return Snapshot(on=on).of(TierParameters)


def _judged(one: Numbers, on: dt.date, policy: TierParameters) -> Judged:
    return one, tiers.judge(one.standing, one.figures, on=on, parameters=policy), on


def _won_since(purchase: Purchase, *, policy: TierParameters) -> list[tuple[tiers.Standing, str]]:
    """The tiers reached since the purchase counted, the newest first, each with the standing before."""
    newest = TierChange.objects.filter(member=purchase.member_id).order_by("-sequence")[:LOOK_BACK]
    promised: dt.date | None = None
    since = []
    for change in reversed(newest):
        if change.at >= purchase.recorded_at:
            since.append((Why(change.why), tiers.Standing(change.from_tier, promised), change.to_tier))
        promised = change.promised_through
    return tiers.won(since, parameters=policy)


def _save(made: Sequence[Row]) -> list[int]:
    """Two statements however many they are. `since_on` is the day of the tier, not of the promise: a kept tier keeps it."""
    at, day_of = connection.ops.adapt_datetimefield_value(clock.now()), connection.ops.adapt_datefield_value
    changes: list[tuple[Any, ...]] = []
    rows: list[tuple[Any, ...]] = []
    for one, verdict, day, review in made:
        on, promised, found = day_of(day), day_of(verdict.promised_through), one.figures
        number = one.sequence + 1
        changes.append((one.member, number, one.standing.tier, verdict.tier, verdict.why.value, on, promised,
                        found.spend_minor, found.visits, found.activity, at))  # fmt: skip
        rows.append((one.member, verdict.tier, on, promised, number, on, day_of(review)))
    with connection.cursor() as cursor:
        source, values = copying.source(OF_CHANGE, changes)
        cursor.execute(WRITE_CHANGES.format(rows=source), values)
        numbers = [row[0] for row in cursor.fetchall()]
        source, values = copying.source(OF_TIER, rows)
        cursor.execute(REPEAT.format(rows=source), values)
    return numbers


def _record(made: Sequence[Row], numbers: Sequence[int]) -> None:
    """One record: of the change, or of a night's batch, whose changes stand in their own append-only table."""
    label = TierChange._meta.label_lower
    if len(made) == 1:
        one, verdict, _, _ = made[0]
        details: dict[str, Any] = {"from": one.standing.tier, "to": verdict.tier, "why": verdict.why}
        audit.record("loyalty.tier.judge", subject=f"{label}:{numbers[0]}", member_id=one.member, details=details)
        return
    details = {"changes": len(made), "first": min(numbers), "last": max(numbers)}
    audit.record("loyalty.tier.judge_many", subject=f"{label}:{min(numbers)}", details=details)
