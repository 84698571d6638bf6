"""The points of the demo: a rule that two people agreed on, and what members bought in the last months."""

import datetime as dt
from typing import Any

from django.db import transaction

from core import approvals, audit, clock
from core.models import Approval, Store, User
from loyalty import demo_arrivals, demo_office, demo_rewards
from loyalty.models import EarnRule, Purchase
from loyalty.operations import earn_rules, nightly, occasions, points, purchases
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from loyalty.policy.rules import Kind
from loyalty.queries import earn_rules as rows
from loyalty.queries import occasions as due
from members.models import Member

# Code, names, since how many days, why two people agreed, and what the rule says.
RULES: tuple[tuple[tuple[str, str, str, str], int, str, dict[str, Any]], ...] = (
    (
        ("weekend-wine", "Double points on wine at weekends", "周末葡萄酒双倍积分", "週末葡萄酒雙倍積分"),
        360,
        "Wine sells at weekends.",
        {
            "kind": "purchase", "effect": "multiply", "bps": 20_000, "when_weekdays": [5, 6], "which_categories": ["wine"],
            "cap_points": 2_000, "cap_per": "month",
        },
    ),
    (
        ("first-purchase", "Welcome: your first purchase", "首次消费礼", "首次消費禮"),
        330,
        "A warm welcome brings people back.",
        {"kind": "purchase", "effect": "bonus", "points": 100, "when_first_only": True, "when_min_net_minor": 5_000},
    ),
    (
        ("member-day", "Member day", "会员日", "會員日"),
        40,
        "The 8th and the 18th, as in the plan of the year.",
        {
            "kind": "purchase", "effect": "multiply", "bps": 30_000, "when_days_of_month": [8, 18], "group": "member days",
            "priority": 10, "cap_points": 1_000, "cap_per": "day", "programme_cap_points": 300_000,
            "programme_cap_per": "month",
        },
    ),
    (
        ("quiet-tuesdays", "Quiet Tuesdays", "周二下午茶时光", "週二下午茶時光"),
        40,
        "The shop is empty on Tuesday afternoons.",
        {
            "kind": "purchase", "effect": "multiply", "bps": 20_000, "when_weekdays": [1], "when_hours": [[840, 1020]],
            "when_stores": ["SH1"], "when_tiers": ["gold", "platinum", "silver"], "group": "member days", "priority": 50,
            "cap_points": 500, "cap_per": "month",
        },
    ),
    (
        ("festivals", "Festival points", "节日加分", "節日加分"),
        40,
        "Double on public holidays.",
        {
            "kind": "purchase", "effect": "multiply", "bps": 20_000, "when_on_holidays": True, "group": "member days",
            "priority": 60,
        },
    ),
    (
        ("card-bought", "Points for your card", "购卡积分", "購卡積分"),
        30,
        "A card is a purchase, too.",
        {"kind": "card-purchase", "effect": "rate", "points": 1, "per_minor": 100},
    ),
    (
        ("card-renewed", "Thank you for staying", "续卡感谢礼", "續卡感謝禮"),
        30,
        "Staying is worth more than coming.",
        {"kind": "renewal", "effect": "bonus", "points": 200},
    ),
    (
        ("profile", "A complete profile", "完善资料", "完善資料"),
        20,
        "We reach people whose address we know.",
        {
            "kind": "task", "effect": "bonus", "points": 50, "when_codes": ["profile"], "programme_cap_points": 50_000,
            "programme_cap_per": "month",
        },
    ),
    (
        ("wine-tasting", "Wine tasting", "品酒会", "品酒會"),
        10,
        "The autumn tasting at Nanjing Road.",
        {"kind": "event", "effect": "bonus", "points": 80, "when_codes": ["wine-tasting"]},
    ),
    (
        ("friend", "Season of friends", "好友季加赠", "好友季加贈"),
        20,
        "A little more for friends who come this autumn.",
        {"kind": "referral", "effect": "bonus", "points": 100, "cap_points": 1_000, "cap_per": "year"},
    ),
)  # fmt: skip
ASKED = {**RULES[0][3], "bps": 30_000}
# Who, how many days ago, what: category and amount paid in minor units.
BOUGHT: tuple[tuple[str, int, tuple[tuple[str, int], ...]], ...] = (
    ("+8613800138001", 690, (("food", 18_640),)),
    ("+8613800138001", 320, (("wine", 46_800), ("food", 12_250))),
    ("+8613800138001", 150, (("home", 128_000),)),
    ("+8613800138001", 64, (("food", 9_990),)),
    ("+8613800138001", 22, (("wine", 32_800), ("food", 7_860))),
    ("+8613800138001", 3, (("food", 15_420),)),
    ("+85291234567", 400, (("home", 420_000),)),
    ("+85291234567", 210, (("food", 36_600),)),
    ("+85291234567", 115, (("home", 680_000),)),
    ("+85291234567", 45, (("wine", 268_000),)),
    ("+85291234567", 12, (("food", 8_850),)),
    ("+886912345678", 30, (("food", 24_700),)),
)


def load() -> None:
    """Loading it again changes nothing: each purchase has its key."""
    agree()
    store = Store.objects.get(code="SH1")
    members = {phone: Member.objects.by_phone(phone).get() for phone in {row[0] for row in BOUGHT}}
    for number, (phone, days, lines) in enumerate(BOUGHT, start=1):
        if Purchase.objects.filter(source="api", external_id=f"demo:{number}").exists():
            continue
        at = clock.now() - dt.timedelta(days=days)
        with clock.stopped(at):
            points.mature(members[phone], on=clock.today())
            arrival = Arrival("api", f"demo:{number}", at, store=store, receipt_number=f"A-{1000 + number}")
            purchases.record(members[phone], [Line(minor, category=kind) for kind, minor in lines], arrival=arrival)
    demo_office.load()
    _judge(members["+8613800138001"])
    nightly.mature(sorted(member.pk for member in members.values()), on=clock.today())
    demo_rewards.load()
    demo_arrivals.load()


def _judge(taster: Member) -> None:
    """What the jobs would find by themselves in a few minutes, and an event that the planner noted."""
    planner = User.objects.with_email("planner@tessera.example")
    if planner is not None:
        occasions.record(taster, Kind.EVENT, "wine-tasting", by=planner)
    occasions.judge_orders(list(due.orders_due().values_list("pk", flat=True)))
    for task in due.tasks_asked(clock.now()):
        occasions.judge_tasks(task, list(due.members_due(task).values_list("pk", flat=True)))


def agree() -> None:
    """Each rule as a planner asked for it and the director agreed; one change waits for her."""
    planner = User.objects.with_email("planner@tessera.example")
    director = User.objects.with_email("director@tessera.example")
    if planner is None or director is None:
        raise LookupError("the demo's people come first: members.demo.load")
    known = set(EarnRule.objects.values_list("code", flat=True))
    for (code, *names), days, reason, definition in RULES:
        if code in known:
            continue
        with clock.stopped(clock.now() - dt.timedelta(days=days)), transaction.atomic():
            rule = EarnRule.objects.create(code=code, name=names[0], name_zh_hans=names[1], name_zh_hant=names[2])
            asked = earn_rules.propose(rule, definition, effective_at=clock.now(), reason=reason, author=planner)
            approvals.approve(asked, by=director, reason="Within the budget of the year.")
    _ask(planner)


def _ask(planner: User) -> None:
    wine = EarnRule.objects.get(code=RULES[0][0][0])
    asked = Approval.objects.filter(kind=rows.KIND, subject=audit.label_of(wine), author=planner)
    if asked.count() == 1:  # the change is asked for once, whatever became of it
        begins = clock.now() + dt.timedelta(days=9)
        earn_rules.propose(wine, ASKED, effective_at=begins, reason="Three times for the winter.", author=planner)
