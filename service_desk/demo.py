"""The service desk of the demo: agents, and cases of every kind and state, a few days old. All by real operations."""

import datetime as dt
import io

from PIL import Image, ImageDraw

from core import clock
from core.models import Department, User
from members.models import Member
from service_desk import shipped
from service_desk.models import Case, CaseClock, Skill
from service_desk.operations import cases, duty, escalation, merging, rating, tasks, threads
from service_desk.operations.attachments import Upload
from service_desk.operations.cases import Contact

WANQING, THOMAS, MEIHUI, TURSUN = "+8613800138001", "+85291234567", "+886912345678", "+8613800138005"


def load() -> None:
    """Loading it again changes nothing: each case has its key."""
    shipped.lay()
    agent, lead = _person("service"), _person("lead")
    _equip(agent, lead)
    if Case.objects.filter(key="demo:breakfast").exists():
        return
    _breakfast(agent, lead)
    _tier(agent)
    _refund(agent)
    _hours(agent)
    _forgotten()
    _company()


def _person(login: str) -> User:
    found = User.objects.with_email(f"{login}@tessera.example")
    if found is None:
        raise LookupError("the demo's people come first: members.demo.load")
    return found


def _member(phone: str) -> Member:
    return Member.objects.by_phone(phone).get()


def _at(days: int, hour: int, minute: int = 0) -> dt.datetime:
    """So many days ago, at this time of day; never later than now."""
    day = clock.today() - dt.timedelta(days=days)
    return min(dt.datetime.combine(day, dt.time(hour, minute), tzinfo=clock.zone()), clock.now())


def _equip(agent: User, lead: User) -> None:
    duty.begin(by=agent)
    skills = list(Skill.objects.all())
    duty.equip(agent, by=lead, skills=skills, languages=["zh-hans", "zh-hant", "en"], capacity=20)


def _breakfast(agent: User, lead: User) -> None:
    """A complaint with a photograph, a question to the stores, and a second case that was the same."""
    wanqing = _member(WANQING)
    stores = Department.objects.get(code="stores")
    with clock.stopped(_at(2, 10, 20)):
        case = cases.open_case(
            kind="complaint", channel="web", subject="周日早餐等了四十分钟", key="demo:breakfast", member=wanqing,
            body="周日上午在徐汇滨江店用早餐，等了四十分钟才上，服务员态度冷漠。附上小票。",
            attachments=[Upload("小票.jpg", _receipt())],
        )  # fmt: skip
    with clock.stopped(_at(2, 11, 5)):
        threads.reply(case, body="林女士您好，非常抱歉让您久等。我们已联系门店核实当天的情况，稍后答复您。", by=agent)
        tasks.ask(case, department=stores, question="徐汇滨江店周日早班排了几个人？为什么早餐等了四十分钟？", by=agent)
    with clock.stopped(_at(2, 15, 40)):
        call = cases.open_case(
            kind="complaint", channel="hotline", subject="来电催问早餐投诉", key="demo:breakfast-call", member=wanqing,
            body="会员来电询问周日早餐的投诉处理到哪一步了，希望今天有答复。", by=agent,
        )  # fmt: skip
        merging.merge(call, into=Case.objects.get(pk=case.pk), by=agent)
    with clock.stopped(_at(1, 9, 30)):
        threads.note(case, body="店长电话里说当天两人请假，书面答复今天给。可考虑补一次早餐。", by=lead)


def _tier(agent: User) -> None:
    """An enquiry that was settled and praised."""
    with clock.stopped(_at(6, 14)):
        case = cases.open_case(
            kind="enquiry", channel="web", subject="How far am I from gold?", key="demo:tier", member=_member(THOMAS),
            body="My tier page says I need more visits. Do visits to the Chengdu store count as well?",
        )  # fmt: skip
    with clock.stopped(_at(6, 15, 10)):
        threads.reply(
            case, by=agent, resolves=True,
            body="Dear Mr O’Brien, visits to every store count, the Chengdu one too. They show the day after your visit.",
        )  # fmt: skip
    with clock.stopped(_at(5, 9)):
        rating.rate(case, score=5, comment="Clear and quick, thank you.")


def _refund(agent: User) -> None:
    """A mail that waits for the member."""
    with clock.stopped(_at(3, 9, 50)):
        case = cases.open_case(
            kind="request", channel="email", subject="想退掉一張年卡", key="demo:refund", member=_member(MEIHUI),
            body="我買了兩張年卡，其中一張還沒有啟用，想申請退卡退款，請問怎麼辦理？", message_id="<demo-1@mail.example>",
        )  # fmt: skip
    with clock.stopped(_at(3, 10, 40)):
        threads.reply(
            case, body="陳女士您好，可以辦理。請告訴我們要退的卡號後四碼，我們就為您送出申請。", by=agent, waits=True
        )


def _hours(agent: User) -> None:
    """A call that was settled on the spot."""
    with clock.stopped(_at(1, 16, 20)):
        cases.open_case(
            kind="enquiry", channel="hotline", subject="早餐几点开始", key="demo:hours", member=_member(TURSUN), by=agent,
            body="会员来电询问早餐供应时间。", close_at_once="已告知：每天 7:00–11:00，周日相同。",
        )  # fmt: skip


def _forgotten() -> None:
    """A complaint that nobody answered: warned, missed, carried to the lead and the director."""
    with clock.stopped(_at(4, 10)):
        case = cases.open_case(
            kind="complaint", channel="web", subject="同一筆訂單扣款兩次", key="demo:twice",
            member=_member(MEIHUI), body="銀行顯示同一筆訂單重複扣款，請退回其中一筆。",
        )  # fmt: skip
    for days, hour, minute in ((4, 10, 50), (4, 11, 5), (4, 11, 40), (3, 12, 0)):
        with clock.stopped(_at(days, hour, minute)):
            escalation.take_steps(list(CaseClock.objects.filter(case=case).values_list("pk", flat=True)))


def _company() -> None:
    """Somebody who is no member, in nobody's hands yet."""
    agent = _person("service")
    duty.end(by=agent)
    try:
        with clock.stopped(min(_at(0, 9, 15), clock.now() - dt.timedelta(minutes=20))):
            cases.open_case(
                kind="enquiry", channel="email", subject="企业批量购卡", key="demo:company", language="zh-hans",
                contact=Contact("张伟", email="zhang.wei@example.org"), message_id="<demo-2@mail.example>",
                body="我们公司想为五十位员工购买年卡，能否开具增值税发票？是否有优惠？",
            )  # fmt: skip
    finally:
        duty.begin(by=agent)


def _receipt() -> bytes:
    """A till receipt, drawn."""
    page = Image.new("RGB", (420, 560), "#fbfaf6")
    pen = ImageDraw.Draw(page)
    lines = ("TESSERA · WEST BUND", "", "Sun 08:02  No. 4471", "", "Breakfast     2 x 68.00", "Coffee        1 x 22.00", "",
             "Member card        -68.00", "TOTAL               90.00", "", "served 08:44")  # fmt: skip
    for place, line in enumerate(lines):
        pen.text((40, 40 + 40 * place), line, fill="#1f2a2a")
    kept = io.BytesIO()
    page.save(kept, "JPEG", quality=85)
    return kept.getvalue()
