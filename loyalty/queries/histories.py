"""What really happened to a batch of members, as facts to be replayed: one statement a table, however many they are."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Sum

from core import clock, periods
from loyalty.models import (
    Activity,
    Book,
    PointEntry,
    PointTransaction,
    Purchase,
    PurchaseLine,
    PurchaseReturn,
    PurchaseReturnLine,
    TierHold,
)
from loyalty.policy.rules import Line
from loyalty.policy.simulation.history import (
    NOTHING_EARNED,
    Acted,
    Bought,
    Captured,
    Earned,
    Fact,
    Given,
    GivenBack,
    Guaranteed,
    History,
    Returned,
    Spent,
    Taken,
    Undone,
)
from loyalty.queries import earning
from members.queries import birth

Kind = PointTransaction.Kind
OF_PURCHASES = {"kind": Kind.ACCRUE, "source": "purchase"}
OF_RETURNS = {"kind": Kind.REVERSE_ACCRUAL, "source": "return"}


@dataclass(frozen=True)
class Batch:
    """Members by the range of their ids, and what had reached us before a moment."""

    first: int
    last: int
    until: dt.datetime

    def of(self, path: str = "member_id") -> dict[str, Any]:
        return {f"{path}__gte": self.first, f"{path}__lte": self.last}


@dataclass
class Facts:
    """Facts by member, each with its moment and the transaction that it made, by which they are put in order.

    `placed` is the transaction of each purchase, which one without points shares with the one before it.
    """

    rows: dict[int, list[tuple[dt.datetime, int, Fact]]] = field(default_factory=lambda: defaultdict(list))
    placed: dict[int, int] = field(default_factory=dict)

    def add(self, member: int, moment: dt.datetime, order: int, fact: Fact) -> None:
        self.rows[member].append((moment, order, fact))

    def of(self, member: int) -> tuple[Fact, ...]:
        return tuple(fact for _, _, fact in sorted(self.rows.get(member, ()), key=lambda row: row[:2]))


def of(batch: Batch, *, with_births: bool) -> Callable[[int], History]:
    """LOY-17 — the history of each member of the batch, in the order in which it was posted."""
    facts = Facts()
    _purchases(batch, facts)
    _returns(batch, facts)
    _undone(batch, facts)
    _transactions(batch, facts)
    _tiers(batch, facts)
    births = birth.born_between(batch.first, batch.last) if with_births else {}
    return lambda member: History(facts.of(member), births.get(member))


def _purchases(batch: Batch, facts: Facts) -> None:
    lines: dict[int, list[Line]] = defaultdict(list)
    told = PurchaseLine.objects.filter(**batch.of("purchase__member_id")).order_by("purchase_id", "position")
    columns_of_line = told.values_list("purchase_id", "net_minor", "category", "sku", "quantity")
    for purchase, minor, category, sku, units in columns_of_line.iterator():
        lines[purchase].append(Line(minor, category, sku, units))
    rows = Purchase.objects.filter(**batch.of(), recorded_at__lt=batch.until).order_by("pk")
    columns = rows.values_list(
        "pk", "member_id", "recorded_at", "occurred_at", "occurred_on", "net_minor", "store__code", "earned_id",
        "earned__points", "earned__why",
    )  # fmt: skip
    last: dict[int, int] = {}
    zone = clock.zone()
    for pk, member, recorded_at, at, on, net, store, earned, points, why in columns.iterator():
        facts.placed[pk] = last[member] = earned or last.get(member, 0)
        fact = Bought(
            clock.day_of(recorded_at), pk, at.astimezone(zone), on, tuple(lines[pk]), net, store or "",
            _earned(points, why) if why else NOTHING_EARNED, on in earning.holidays_of(on.year),
        )  # fmt: skip
        facts.add(member, recorded_at, facts.placed[pk], fact)


def _earned(points: int, why: dict[str, Any]) -> Earned:
    """What the entry says of its number; part by part, so that a replay can say where it differs."""
    parts = why.get("parts", ())
    room = {part["rule"]: part["points"] for part in parts if part.get("programme_cut")}
    return Earned(points, {part["rule"]: part["points"] for part in parts}, why.get("cut", 0), room)


def _returns(batch: Batch, facts: Facts) -> None:
    last = _last_pieces(batch)
    rows = PurchaseReturn.objects.filter(**batch.of("purchase__member_id"), recorded_at__lt=batch.until).order_by("pk")
    columns = rows.values_list(
        "pk", "purchase_id", "purchase__member_id", "recorded_at", "net_minor", "taken_id", "purchase__recorded_at",
        "purchase__undone_at",
    )  # fmt: skip
    for pk, purchase, member, at, net, taken, recorded_at, undone_at in columns.iterator():
        undoes = clock.day_of(recorded_at) if at == undone_at else None
        order = taken or facts.placed[purchase]
        facts.add(member, at, order, Returned(clock.day_of(at), purchase, net, undoes, pk in last))
        facts.placed[purchase] = max(order, facts.placed[purchase])


def _last_pieces(batch: Batch) -> set[int]:
    """The returns that brought the last piece of goods which had cost nothing and yet earned."""
    free = {"purchase__net_minor": 0, "purchase__earned__isnull": False}
    sold = PurchaseLine.objects.filter(**batch.of("purchase__member_id"), **free).order_by()
    left = dict(sold.values_list("purchase_id").annotate(sum=Sum("quantity")))
    back = PurchaseReturnLine.objects.filter(of_return__purchase__in=list(left)).order_by("of_return_id")
    found = set()
    for of_return, purchase, quantity in back.values_list("of_return_id", "of_return__purchase_id", "quantity"):
        left[purchase] -= quantity
        if not left[purchase]:
            found.add(of_return)
    return found


def _undone(batch: Batch, facts: Facts) -> None:
    """Behind the return in which the last of it came back."""
    rows = Purchase.objects.filter(**batch.of(), undone_at__lt=batch.until).order_by("pk")
    at: Any
    for purchase, member, at in rows.values_list("pk", "member_id", "undone_at").iterator():
        facts.add(member, at, facts.placed[purchase], Undone(clock.day_of(at), purchase))


def _transactions(batch: Batch, facts: Facts) -> None:
    """All that neither a purchase nor a return posted; what the night does is left to the replay."""
    lots = _lots_given(batch)
    rows = PointTransaction.objects.filter(**batch.of(), posted_at__lt=batch.until)
    rows = rows.exclude(kind__in=[Kind.MATURE, Kind.LAPSE]).exclude(**OF_PURCHASES).exclude(**OF_RETURNS)
    columns = rows.order_by("pk").values_list(
        "pk", "member_id", "posted_at", "kind", "points", "reverses_id", "ended_hold__transaction_id"
    )
    for pk, member, at, kind, points, reverses, hold in columns.iterator():
        earned_on, waits = lots.get(pk, (clock.day_of(at), False))
        fact = _fact(kind, clock.day_of(at), pk, points, reverses, hold, earned_on, waits)
        if fact is not None:
            facts.add(member, at, pk, fact)


def _tiers(batch: Batch, facts: Facts) -> None:
    """What else decides a tier: activity, which counts from the morning after, and guarantees."""
    done = Activity.objects.filter(**batch.of()).order_by("day", "signal")
    for member, day, signal, times in done.values_list("member_id", "day", "signal", "times").iterator():
        counted_on = day + dt.timedelta(days=1)
        morning = periods.first_moment(counted_on, clock.zone())
        if morning < batch.until:
            facts.add(member, morning, 0, Acted(counted_on, day, signal, times))
    held = TierHold.objects.filter(**batch.of(), approval__decided_at__lt=batch.until).order_by("pk")
    columns = held.values_list("member_id", "approval__decided_at", "tier", "starts_on", "ends_on", "ended_at")
    for member, at, tier, starts_on, ends_on, ended_at in columns.iterator():
        ended = clock.day_of(ended_at) if ended_at and ended_at < batch.until else None
        if at is not None and (ended is None or ended > starts_on):
            facts.add(member, at, 0, Guaranteed(starts_on, tier, ends_on, ended))


def _fact(
    kind: str, day: dt.date, pk: int, points: int, reverses: int | None, hold: int | None, on: dt.date, waits: bool
) -> Fact | None:
    if kind in (Kind.SPEND, Kind.HOLD):
        return Spent(day, pk, -points, held=kind == Kind.HOLD)
    if kind == Kind.CAPTURE and hold is not None:
        return Captured(day, pk, hold)
    if kind == Kind.RELEASE and hold is not None:
        return GivenBack(day, hold, points, held=True)
    if kind == Kind.REVERSE_SPEND and reverses is not None:
        return GivenBack(day, reverses, points)
    if points > 0:
        return Given(day, pk, on, points, waits)
    return Taken(day, -points, reverses) if points < 0 else None


def _lots_given(batch: Batch) -> dict[int, tuple[dt.date, bool]]:
    """Of points that no purchase earned: the day they were earned on, and whether they waited."""
    rows = PointEntry.objects.filter(**batch.of(), from_book__in=[Book.ISSUED, Book.ADJUSTED], lot__isnull=False)
    rows = rows.exclude(transaction__source="purchase").order_by("pk")
    columns = rows.values_list("transaction_id", "lot__earned_on", "lot__matures_on")
    return {pk: (earned_on, matures_on is not None) for pk, earned_on, matures_on in columns.iterator()}
