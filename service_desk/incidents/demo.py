"""Emergencies of the demo: plans in force, a drill, an outage with its review, and one that goes on. All by real operations."""

import datetime as dt
from contextlib import AbstractContextManager

from core import approvals, clock
from core.models import Department, Post, Store, User
from service_desk.incidents.models import EmergencyPlan, Incident, PlanVersion
from service_desk.incidents.operations import announcing, calling, declaring, leading, linking, plans, reviewing
from service_desk.incidents.operations.declaring import Report
from service_desk.incidents.operations.plans import Content, Level, Step
from service_desk.incidents.operations.reviewing import Learned, Measure
from service_desk.incidents.policy.states import State
from service_desk.models import Case

KEY = "demo:outage"
CRITERIA = {
    1: "全部门店或全部会员受影响。Every store, or every member.",
    2: "一家门店或一项核心功能停摆。A store, or one of the main functions.",
    3: "影响少数会员，有替代办法。Few members, and there is another way.",
    4: "内部不便，会员无感。A nuisance for us alone.",
}
STEPS = (
    ("确认影响范围，记录开始时间。See what is concerned, note since when.", 10),
    ("门店改用纸质登记，热线启用应急话术。Stores write on paper, the hotline has its words.", 20),
    ("联系供应商，取得工单号。Call the supplier, get a ticket number.", 30),
    ("决定是否告知会员。Decide whether members are told.", 60),
    ("恢复后核对数据。Afterwards compare the data.", 240),
)
WORDS = {
    "en": {
        "title": "Cards cannot be used for the moment",
        "body": "Since this morning cards cannot be shown in our stores. Your benefits are safe; nothing lapses because of "
        "it. We write again as soon as it works.",
    },
    "zh-hans": {
        "title": "会员卡暂时无法使用",
        "body": "今晨起门店暂时无法出示会员卡。您的权益不受影响，也不会因此过期。恢复后我们会再通知您。",
    },
    "zh-hant": {
        "title": "會員卡暫時無法使用",
        "body": "今晨起門店暫時無法出示會員卡。您的權益不受影響，也不會因此過期。恢復後我們會再通知您。",
    },
}
ANSWERS = {
    "en": "Dear {member},\n\nwe know of the fault at the till and are working on it. Nothing of yours is lost.",
    "zh-hans": "{member}，您好：\n\n收银系统的故障我们已知悉，正在处理，您的权益不会受损。",
    "zh-hant": "{member}，您好：\n\n收銀系統的故障我們已知悉，正在處理，您的權益不會受損。",
}


def load() -> None:
    """Loading it again changes nothing."""
    if Incident.objects.filter(key=KEY).exists():
        return
    now = clock.now()
    for days, code in ((-100, "system-outage"), (-95, "payment-fault"), (-90, "data-breach")):
        with clock.stopped(now + dt.timedelta(days=days)):
            _in_force(EmergencyPlan.objects.get(code=code))
    _drill(now - dt.timedelta(days=60))
    _outage(now - dt.timedelta(days=24))
    _going_on(now)


def _in_force(plan: EmergencyPlan) -> PlanVersion:
    planner, director = _person("planner"), _person("director")
    posts = list(
        Post.objects.filter(holders__user__in=[_person("service"), _person("lead")]).values_list("pk", flat=True)
    )
    chain = [
        Level(severity, minutes, posts if place else (), () if place else (_person("lead").pk,))
        for severity in (1, 2, 3)
        for place, minutes in enumerate((5 * severity, 10 * severity))
    ]
    content = Content(
        criteria=CRITERIA, steps=[Step(text, minutes) for text, minutes in STEPS], chain=chain, texts=WORDS
    )
    version = plans.draft(plan, content, by=planner)
    asked = plans.publish(version, reason="首次发布。The first version.", by=planner)
    approvals.approve(asked, by=director)
    plan.owner = planner
    plan.save(update_fields=["owner"])
    return version


def _drill(at: dt.datetime) -> None:
    """A drill of the outage: answered after four minutes, over after forty."""
    planner, lead = _person("planner"), _person("lead")
    with clock.stopped(at):
        row = _declared(
            "演练：收银系统停摆 Drill: the tills stand still", "system-outage", 2, planner, "demo:drill", drill=True
        )
    with _after(at, 4):
        calling.acknowledge(row, by=lead)
        leading.take_over(row, by=lead)
    with _after(at, 15):
        for step in row.steps.all()[:3]:
            leading.tick(step, by=lead)
    with _after(at, 40):
        leading.move(row, State.RESOLVED, text="流程走通，纸质登记表不够用。It works; paper forms ran short.", by=lead)
        leading.move(row, State.CLOSED, text="纸质登记表已补足。Forms were printed.", by=lead)


def _outage(at: dt.datetime) -> None:
    """An outage that grew worse before it was mended, with what was learned from it."""
    service, lead, director = _person("service"), _person("lead"), _person("director")
    with clock.stopped(at):
        row = _declared("全部门店无法验卡 No store can check a card", "system-outage", 2, service, KEY)
    with _after(at, 6):
        calling.call_due([row.pk])
        calling.acknowledge(row, by=lead)
        leading.take_over(row, by=lead)
    with _after(at, 14):
        text = "总部机房断电，两店均受影响。The power failed; both stores are concerned."
        leading.change_severity(row, 1, reason=text, by=lead)
        calling.acknowledge(row, by=lead)
        for step in row.steps.all()[:3]:
            leading.tick(step, by=lead)
    with _after(at, 35):
        leading.note(row, kind="call", text="电力公司：一小时内恢复。Power within an hour.", at=None, by=lead)
        leading.move(row, State.CONTAINED, text="门店改用纸质登记。Stores write on paper.", by=lead)
    with _after(at, 95):
        leading.move(row, State.RESOLVED, text="供电恢复，数据已补录。Power is back, the data was typed in.", by=lead)
    with _after(at, 2 * 24 * 60):
        learned = Learned(
            happened="机房断电 81 分钟，备用电源未切换。The power was off for 81 minutes; the reserve did not start.",
            causes="备用电源电池过期，无人巡检。Its battery was too old, and nobody looked.",
            went_well="联络链 6 分钟内有人应答，门店纸质登记有序。Somebody answered after six minutes.",
            went_badly="热线 20 分钟后才收到话术。The hotline waited twenty minutes for its words.",
            measures=[
                Measure(
                    title="备用电源按月巡检 Check the reserve power each month",
                    department=Department.objects.get(code="operations"), owner=_person("planner"),
                    due_on=clock.day_of(clock.now() + dt.timedelta(days=30)),
                )
            ],
        )  # fmt: skip
        reviewing.write(row, learned, by=lead)
        asked = reviewing.submit(row, by=lead)
    with _after(at, 3 * 24 * 60):
        approvals.approve(asked, by=director)


def _going_on(now: dt.datetime) -> None:
    """One that goes on: a payment fault of this morning, led, with a step overdue and a case that belongs to it."""
    service, lead = _person("service"), _person("lead")
    at = now - dt.timedelta(minutes=50)
    with clock.stopped(at):
        row = _declared(
            "扫码付款偶尔重复扣款 Some payments are charged twice", "payment-fault", 3, service, "demo:payment"
        )
    with _after(at, 7):
        calling.acknowledge(row, by=lead)
        leading.take_over(row, by=lead)
        leading.tick(row.steps.all()[0], by=lead)
    with _after(at, 20):
        decided = "先停用扫码付款，改收现金与银行卡。No codes for now: cash and bank cards."
        leading.note(row, kind="decision", text=decided, at=None, by=lead)
        announcing.prepare_answer(row, ANSWERS, by=lead)
        if case := Case.objects.filter(member__isnull=False).order_by("-pk").first():
            linking.link(row, [case.pk], by=service)


def _declared(what: str, kind: str, severity: int, by: User, key: str, *, drill: bool = False) -> Incident:
    begun = clock.now() - dt.timedelta(minutes=4)
    report = Report(
        kind=EmergencyPlan.objects.get(code=kind), what=what, severity=severity, since_at=begun,
        stores=list(Store.objects.order_by("code")[:2]), is_drill=drill,
    )  # fmt: skip
    return declaring.declare(report, by=by, key=key)


def _after(at: dt.datetime, minutes: int) -> AbstractContextManager[None]:
    return clock.stopped(at + dt.timedelta(minutes=minutes))


def _person(login: str) -> User:
    found = User.objects.with_email(f"{login}@tessera.example")
    if found is None:
        raise LookupError(login)
    return found
