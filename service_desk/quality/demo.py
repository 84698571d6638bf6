"""Coordination of the demo: a member day that six departments prepare, with a task in every state. All by real operations."""

import datetime as dt
from contextlib import AbstractContextManager
from dataclasses import dataclass

from core import clock
from core.models import Department, User
from service_desk.quality.models import Project, Task
from service_desk.quality.operations import meetings, planning, projects, tasks
from service_desk.quality.operations.meetings import Minutes
from service_desk.quality.operations.planning import Order
from service_desk.quality.operations.projects import Plan

NAME = "秋季会员日 Autumn member day"
GOAL = (
    "两家门店同日举办会员日：新品试饮、礼遇讲解、当场办卡。目标：到店 400 人，新办卡 60 张。\n\n"
    "A day for members in two stores: new teas, benefits explained, cards on the spot. Aim: 400 guests, 60 new cards."
)
# Name, department, who does it, begins and is due so many days from today, what it waits for, what is to be done.
PLANNED: tuple[tuple[str, str, str, int, int, tuple[str, ...], str], ...] = (
    ("方案与预算 Plan and budget", "operations", "planner", -34, -28, (), "不超过 8 万元。At most 80,000 yuan."),
    (
        "到店人数测算 How many will come", "analysis", "analyst", -28, -20, ("方案与预算 Plan and budget",),
        "按两店去年同期估算。From last year’s figures of both stores.",
    ),
    ("邀请名单 Guest list", "expansion", "expansion", -20, -10, ("到店人数测算 How many will come",), ""),
    ("电台广告 Radio spot", "expansion", "expansion", -20, -6, (), ""),
    (
        "海报与文案 Poster and words", "operations", "planner", -20, -3, ("方案与预算 Plan and budget",),
        "简体、繁体、英文三个版本，A2。Three languages, A2.",
    ),
    ("支付印刷费 Pay the printer", "finance", "finance", 0, 4, ("海报与文案 Poster and words",), ""),
    (
        "店员说明会 Brief the clerks", "stores", "manager", -5, 8, (),
        "每家门店一次，半小时，讲清当日礼遇。Half an hour in each store.",
    ),
    (
        "现场布置 Set up the stores", "stores", "", 9, 18,
        ("海报与文案 Poster and words", "支付印刷费 Pay the printer"), "闭店后进行。After closing time.",
    ),
)  # fmt: skip
PROOFS = (
    ("方案与预算 Plan and budget", "planner", -29, "方总监已批准，预算 7.6 万元。Agreed at 76,000 yuan."),
    (
        "到店人数测算 How many will come",
        "analyst",
        -21,
        "预计 380 至 430 人，表格在共享盘。380 to 430; the sheet is shared.",
    ),
    (
        "邀请名单 Guest list",
        "expansion",
        -11,
        "名单 1,260 人，均同意接收通知。1,260 members who agreed to be written to.",
    ),
)
HOTLINE = "热线须能回答会员日的常见问题。The hotline must know the answers about the member day."
PLATES = "新店员的铭牌须在会员日前到位。Name plates for new clerks before the member day."


@dataclass(frozen=True)
class Calendar:
    """Days counted from the one on which the demo is loaded."""

    now: dt.datetime

    def at(self, days: int) -> AbstractContextManager[None]:
        return clock.stopped(self.now + dt.timedelta(days=days))

    def day(self, days: int) -> dt.date:
        return clock.day_of(self.now) + dt.timedelta(days=days)


def load() -> None:
    """Loading it again changes nothing."""
    if Project.objects.filter(name=NAME).exists():
        return
    when = Calendar(clock.now())
    director, planner = _person("director"), _person("planner")
    with when.at(-35):
        project = projects.begin(
            Plan(
                name=NAME, goal=GOAL, department=_department("operations"), owner=planner,
                starts_on=when.day(-35), ends_on=when.day(26),
            ),
            by=director,
        )  # fmt: skip
        for name, days in (("方案获批 Plan agreed", -28), ("门店就绪 Stores ready", 18), ("会员日 The day", 20)):
            projects.set_milestone(project, name, due_on=when.day(days), by=planner)
    made = _plan(project, planner, when)
    _work(project, made, planner, when)
    _meet(project, planner, when)
    with when.at(-2):
        projects.note(
            project,
            light="at-risk",
            text="印刷厂要求延后一周，海报仍在校对。The printer asks for a week more; the poster is still being proofread.",
            by=planner,
        )


def _plan(project: Project, planner: User, when: Calendar) -> dict[str, Task]:
    made: dict[str, Task] = {}
    with when.at(-34):
        for name, department, login, begins, due, before, detail in PLANNED:
            order = Order(
                title=name, detail=detail, department=_department(department), owner=_person(login) if login else None,
                project=project, starts_on=when.day(begins), due_on=when.day(due),
                waits_for=tuple(made[one].pk for one in before),
            )  # fmt: skip
            made[name] = planning.ask(order, by=planner)
    return made


def _work(project: Project, made: dict[str, Task], planner: User, when: Calendar) -> None:
    for name, login, days, proof in PROOFS:
        with when.at(days):
            tasks.finish(made[name], proof=proof, by=_person(login))
        if login == "planner":
            with when.at(days):
                projects.reach(project.milestones.get(name="方案获批 Plan agreed"), by=planner)
                projects.note(project, light="on-track", text="预算已批，按计划推进。Agreed; as planned.", by=planner)
    with when.at(-12):
        tasks.drop(made["电台广告 Radio spot"], reason="超出预算。Beyond the budget.", by=_person("expansion"))
        tasks.begin(made["海报与文案 Poster and words"], by=planner)
    with when.at(-4):
        tasks.begin(made["店员说明会 Brief the clerks"], by=_person("manager"))


def _meet(project: Project, planner: User, when: Calendar) -> None:
    """A meeting a week ago: what it decided became tasks of the hotline and of the stores; one is late."""
    there = [_person(login) for login in ("director", "planner", "lead", "manager", "finance")]
    with when.at(-7):
        meeting = meetings.record(
            Minutes(
                title="会员日筹备会 Preparing the member day", held_on=when.day(-7), department=_department("operations"),
                project=project, attendees=[one.pk for one in there],
                minutes="海报晚于计划；布置等海报与付款。热线来电已增多。\n\n"
                "The poster is behind; setting up waits for it and for the payment. More calls about the day already.",
            ),
            decisions=(HOTLINE, PLATES, "饮品由门店自行采购。Each store buys its own drinks."),
            by=planner,
        )  # fmt: skip
        hotline, plates, _drinks = meeting.decisions.all()
        answers = Order(
            title="热线答复要点 Answers for the hotline", department=_department("service"), owner=_person("service"),
            project=project, starts_on=when.day(-7), due_on=when.day(6),
            detail="写成一篇内部文章，收入知识库。As an article for colleagues in the knowledge base.",
        )  # fmt: skip
        planning.ask(answers, decision=hotline, by=planner)
        stores = _department("stores")
        order = Order(title="店员铭牌 Name plates", department=stores, starts_on=when.day(-7), due_on=when.day(-1))
        planning.ask(order, decision=plates, by=planner)


def _department(code: str) -> Department:
    return Department.objects.get(code=code)


def _person(login: str) -> User:
    found = User.objects.with_email(f"{login}@tessera.example")
    if found is None:
        raise LookupError("the demo's people come first: members.demo.load")
    return found
