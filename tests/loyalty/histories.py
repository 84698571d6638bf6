"""Histories made at random by the real operations, day by day, for whoever replays them."""

import datetime as dt
import random
from collections.abc import Sequence

from django.db.models import Q

from core import clock
from core.models import Store
from core.rules import RuleBroken
from loyalty.models import Activity, PointHold, PointLot, PointTransaction, Purchase, Source
from loyalty.operations import nightly, points, purchases, reservations, reversals, tier_nights
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from members.models import Member
from tests.loyalty.conftest import cause

CATEGORIES = ("food", "wine", "home")


def live(members: Sequence[Member], stores: Sequence[Store], *, begins: dt.datetime, days: int, seed: int) -> None:
    """Every third day or so something happens to somebody; every night the jobs run, as the timetable has them."""
    luck = random.Random(seed)
    for number in range(days):
        at = begins + dt.timedelta(days=number)
        with clock.stopped(at.replace(hour=1)):
            night(members, luck)
        for member in members:
            for hour in (10, 15):
                if luck.random() < 0.12:
                    with clock.stopped(at.replace(hour=hour)):
                        something(member, stores, luck)


def night(members: Sequence[Member], luck: random.Random) -> None:
    today = clock.today()
    lots = PointLot.objects.filter(member__in=members, is_open=True).order_by("member_id")
    due = lots.filter(Q(is_pending=True, matures_on__lte=today) | Q(last_valid_on__lt=today))
    if ids := sorted(set(due.values_list("member_id", flat=True))):
        nightly.mature(ids, on=today)
        nightly.lapse(ids, on=today)
    yesterday = today - dt.timedelta(days=1)
    for member in members:
        if luck.random() < 0.06:
            Activity.objects.create(member=member, day=yesterday, signal="use", times=luck.randint(1, 3))
    tier_nights.judge_all(sorted(member.pk for member in members), on=today)


def something(member: Member, stores: Sequence[Store], luck: random.Random) -> None:
    deed = luck.choice([buy, buy, buy, buy, bring_back, spend, reserve, settle, undo, give])
    try:
        deed(member, stores, luck)
    except RuleBroken:
        return


def buy(member: Member, stores: Sequence[Store], luck: random.Random) -> None:
    lines = [
        Line(luck.choice([990, 12_345, 80_000, 260_000]), category=luck.choice(CATEGORIES), quantity=luck.randint(1, 3))
        for _ in range(luck.randint(1, 3))
    ]
    late = luck.choice([0, 0, 0, 0, 3, 12])
    at = clock.now() - dt.timedelta(days=late)
    purchases.record(member, lines, arrival=Arrival(Source.API, cause().external_id or "", at, luck.choice(stores)))


def bring_back(member: Member, stores: Sequence[Store], luck: random.Random) -> None:
    rows = list(Purchase.objects.filter(member=member).order_by("-pk")[:4])
    if rows:
        purchase = luck.choice(rows)
        line = luck.choice(list(purchase.lines.all()))
        count = luck.randint(1, line.quantity)
        key = cause().external_id or ""
        purchases.take_back(purchase, {line.position: count}, arrival=Arrival(Source.API, key, clock.now()))


def spend(member: Member, stores: Sequence[Store], luck: random.Random) -> None:
    points.spend(member, luck.choice([10, 200, 900]), cause=cause())


def reserve(member: Member, stores: Sequence[Store], luck: random.Random) -> None:
    until = clock.now() + dt.timedelta(days=3)
    reservations.reserve(member, luck.choice([5, 150]), subject="gift", cause=cause(), until=until)


def settle(member: Member, stores: Sequence[Store], luck: random.Random) -> None:
    hold = PointHold.objects.filter(member=member, state="open").first()
    if hold is not None:
        luck.choice([reservations.capture, reservations.release])(hold, cause=cause())


def undo(member: Member, stores: Sequence[Store], luck: random.Random) -> None:
    spent = PointTransaction.objects.filter(member=member, kind__in=["spend", "capture"]).order_by("-pk").first()
    if spent is not None:
        reversals.give_back(spent, cause=cause(), points=luck.choice([1, 5, 100]))


def give(member: Member, stores: Sequence[Store], luck: random.Random) -> None:
    row = points.accrue(member, luck.choice([50, 500]), cause=cause(), waits=luck.random() < 0.3)
    if luck.random() < 0.3:
        reversals.take_back(row, row.points // 2, cause=cause())
