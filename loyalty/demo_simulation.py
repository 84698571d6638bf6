"""The simulations of the demo: regulars with a history of three years, and a change that was tried out on it."""

import dataclasses
import datetime as dt
import random
from collections.abc import Iterator

from core import clock, parameters, periods, sweeps
from core.models import Store, User
from loyalty.models import MemberTier, PointAccount, PointLot, Purchase, Simulation
from loyalty.operations import nightly, points, purchases, simulations, standings
from loyalty.operations.earnings import Line
from loyalty.operations.ledger import Cause
from loyalty.operations.purchases import Arrival
from loyalty.policy.parameters import FOUR_TIERS, TierParameters
from members.models import Member
from members.operations import people

SURNAMES = "王李张刘陈杨黄赵吴周徐孙"
GIVEN = ("伟", "芳", "娜", "敏", "静", "强", "洁", "军", "丽", "涛", "艳", "超")
MONTHS, SPENT = 30, 400
# How much one of them spends at a time, in minor units, and how many months lie between two purchases.
HABITS = ((6_000, 4), (12_000, 3), (22_000, 3), (24_000, 2), (30_000, 3), (45_000, 2), (66_000, 3), (70_000, 2),
          (98_000, 2), (150_000, 2), (230_000, 3), (290_000, 2))  # fmt: skip
CATEGORIES = ("food", "wine", "home")


def load() -> None:
    """Loading it again changes nothing: each purchase has its key, and one simulation is enough."""
    planner = User.objects.with_email("planner@tessera.example")
    if planner is None:
        raise LookupError("the demo's people come first: members.demo.load")
    _live()
    if Simulation.objects.exists():
        return
    ladder = [dataclasses.asdict(tier) for tier in FOUR_TIERS]
    ladder[1]["spend_minor"], ladder[2]["spend_minor"] = 320_000, 1_200_000
    question = {"points": {"lapse_months": 18}, "tiers": {"ladder": ladder}}
    simulations.ask(question, months=24, author=planner)
    sweeps.run("loyalty.simulate")


def _live() -> None:
    """Purchases in the order of their days, with the nights between them."""
    store = Store.objects.get(code="SH1")
    regulars = [_regular(number, store) for number in range(len(HABITS))]
    for day, number, minor in sorted(_visits()):
        key = f"demo:regular:{number}:{day:%Y%m}"
        if Purchase.objects.filter(source="api", external_id=key).exists():
            continue
        at = dt.datetime.combine(day, dt.time(11 + number % 8), tzinfo=clock.zone())
        member = regulars[number]
        with clock.stopped(at):
            _night(member)
            arrival = Arrival("api", key, at, store=store, receipt_number=f"R-{number}{day:%y%m}")
            purchases.record(member, [Line(minor, category=CATEGORIES[number % 3])], arrival=arrival)
            if day.month % 5 == number % 5 and PointAccount.objects.get(pk=member.pk).available >= SPENT:
                points.spend(member, SPENT, cause=Cause("redeem", key))
    for member in regulars:
        _night(member)


def _visits() -> Iterator[tuple[dt.date, int, int]]:
    luck, today = random.Random(17), clock.today()  # noqa: S311  (the same history at every load)
    for number, (usual, every) in enumerate(HABITS):
        for ago in range(MONTHS, -1, -1):
            day = periods.on_day_of_month(periods.add_months(today, -ago), luck.randint(2, 26))
            minor = usual * luck.randint(70, 135) // 100
            if ago % every == number % every and day < today:
                yield day, number, minor


def _regular(number: int, store: Store) -> Member:
    name, phone = SURNAMES[number] + GIVEN[number], f"+86138001390{number:02}"
    if known := Member.objects.by_phone(phone).first():
        return known
    joined = clock.now() - dt.timedelta(days=31 * (MONTHS + 1))
    with clock.stopped(joined):
        return people.find_or_create_for_purchase(name=name, phone=phone, language="zh-hans", store=store, staff=None)


def _night(member: Member) -> None:
    """What the nights since her last purchase did: points matured and lapsed, a promise or its grace ended."""
    today = clock.today()
    if PointLot.objects.filter(member=member, is_open=True).exists():
        nightly.mature([member.pk], on=today)
        nightly.lapse([member.pk], on=today)
    row = MemberTier.objects.filter(member=member, promised_through__lt=today).first()
    if row is None or row.promised_through is None:
        return
    for days in (1, parameters.in_force(TierParameters).grace_days + 1):
        night = row.promised_through + dt.timedelta(days=days)
        if night <= today:
            with clock.stopped(dt.datetime.combine(night, dt.time(1, 15), tzinfo=clock.zone())):
                standings.judge(member)
