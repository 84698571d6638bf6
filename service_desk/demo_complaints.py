"""Complaints of the demo: half a year of them, a measure that was verified, and cases in every state. All by real operations."""

import datetime as dt
from contextlib import AbstractContextManager

from core import clock
from core.models import Department, Store, User
from loyalty.models import CouponOffer
from members.models import Member
from service_desk import shipped_causes
from service_desk.demo import MEIHUI, TURSUN, WANQING
from service_desk.models import Case, ComplaintFollowUp, RootCause
from service_desk.operations import (
    compensation,
    complaint_follow_ups,
    complaints,
    handling,
    improvements,
    tasks,
    threads,
)
from service_desk.operations.cases import Contact, open_case
from service_desk.operations.compensation_means import coupon, points
from service_desk.policy.improvements import Basis

# How many days ago, store, category, what it was about, root cause, finding.
WAITED = "周末早餐等候时间过长。"
PAST: tuple[tuple[int, str, str, str, str, str], ...] = (
    *((days, "SH2", "service-quality", WAITED, "service-waiting", "justified")
      for days in (196, 189, 182, 175, 168, 161, 154, 147, 140, 133, 126, 119)),
    *((days, "SH2", "service-quality", WAITED, "service-waiting", "partly") for days in (76, 41)),
    (150, "SH1", "product-quality", "茶叶包装破损。", "product-delivery", "justified"),
    (64, "SH1", "product-quality", "茶叶包装破损。", "product-delivery", "justified"),
    *((days, "CD1", "benefit-refused", "合作酒店不认会员卡。", "partner-refused", "justified") for days in (58, 46, 38, 22, 17)),
    *((days, "SH1", "product-quality", "快递箱压坏，茶罐凹陷。", "product-delivery", "justified") for days in (51, 30)),
    (33, "CD1", "benefit-refused", "合作酒店称名额已满。", "partner-capacity", "partly"),
    (27, "SH1", "transaction", "退款十天才到账。", "transaction-refund", "justified"),
    (12, "CD1", "benefit-refused", "合作酒店不认会员卡。", "partner-refused", "justified"),
    (6, "SH1", "service-quality", "店员说不清积分规则。", "service-knowledge", "justified"),
)  # fmt: skip


def load() -> None:
    """Loading it again changes nothing: each case has its key."""
    shipped_causes.lay()
    if Case.objects.filter(key="demo:past:0").exists():
        return
    agent, lead, director = (_person(login) for login in ("service", "lead", "director"))
    for place, past in enumerate(PAST):
        _past(place, *past, agent=agent)
    _machine(lead, director, owner=_person("manager"))
    _refunds(lead, director, owner=_person("finance"))
    _satisfied(agent)
    _answered(agent)
    _waiting(agent)
    _objected(agent)


def _person(login: str) -> User:
    found = User.objects.with_email(f"{login}@tessera.example")
    if found is None:
        raise LookupError("the demo's people come first: members.demo.load")
    return found


def _ago(days: int, hour: int = 10, minute: int = 0) -> AbstractContextManager[None]:
    day = clock.today() - dt.timedelta(days=days)
    return clock.stopped(min(dt.datetime.combine(day, dt.time(hour, minute), tzinfo=clock.zone()), clock.now()))


def _member(phone: str) -> Member:
    return Member.objects.by_phone(phone).get()


def _cause(code: str) -> RootCause:
    return RootCause.objects.get(code=code)


def _past(
    place: int, days: int, store: str, category: str, words: str, cause: str, finding: str, *, agent: User
) -> None:
    """A complaint by telephone, settled, closed, and asked about afterwards."""
    with _ago(days, 11):
        case = open_case(
            kind="complaint", channel="hotline", subject=words, body=words, category=category, complexity="simple",
            contact=Contact("来电顾客"), store=Store.objects.get(code=store), language="zh-hans", by=agent,
            key=f"demo:past:{place}", close_at_once="已致歉并说明处理办法。",
        )  # fmt: skip
    with _ago(days, 16):
        complaints.find(case, finding=finding, explanation="与门店核实，情况属实。", by=agent)
        complaints.name_cause(case, cause=_cause(cause), by=agent)
        handling.close(case, by=agent)
    if days > 4:
        with _ago(days - 3, 17):
            _ask(case, satisfied=True, by=agent)


def _ask(case: Case, *, satisfied: bool, comment: str = "", by: User | None = None) -> None:
    complaint_follow_ups.ask([case.pk])
    asked = ComplaintFollowUp.objects.filter(complaint_id=case.pk).latest("pk")
    complaint_follow_ups.answer(asked, satisfied=satisfied, comment=comment, by=by)


def _machine(lead: User, director: User, *, owner: User) -> None:
    """A measure against waiting, done a hundred days ago, and verified: from twelve complaints to two."""
    terms = {
        "title": "周末早餐增派一人，启用叫号",
        "what": "徐汇滨江店周末 7–11 点增派一名员工，咖啡与热餐分开出餐，启用叫号屏，等候超过 15 分钟由店长到桌致歉。",
        "cause": _cause("service-waiting"),
        "store": Store.objects.get(code="SH2"),
        "owner": owner,
        "department": Department.objects.get(code="stores"),
        "due_on": clock.today() - dt.timedelta(days=95),
        "target_bps": 5_000,
        "basis": Basis.MEMBERS,
    }
    with _ago(117, 10):
        measure = improvements.propose(terms, by=lead)
        improvements.agree(measure, by=director)
    with _ago(115, 9):
        improvements.start(measure, by=owner)
    with _ago(100, 18):
        improvements.finish(measure, note="人员到岗，叫号屏启用，早班交接单已更新。", by=owner)
    with _ago(8, 15):
        improvements.verify(measure, confirmed="verified", comment="", by=director)


def _refunds(lead: User, director: User, *, owner: User) -> None:
    """One in work, and one that somebody has to agree on."""
    terms = {
        "title": "退款三个工作日内到账",
        "what": "每日 11 点、16 点两次集中提交退款；超过三个工作日未到账的自动列入财务清单。",
        "cause": _cause("transaction-refund"),
        "owner": owner,
        "department": Department.objects.get(code="finance"),
        "due_on": clock.today() + dt.timedelta(days=4),
        "target_bps": 3_000,
        "basis": Basis.SALES,
    }
    with _ago(20):
        measure = improvements.propose(terms, by=lead)
        improvements.agree(measure, by=director)
    with _ago(16):
        improvements.start(measure, by=owner)
    with _ago(2):
        improvements.propose(
            terms | {
                "title": "合作酒店前台培训与会员卡识别", "what": "与合作酒店前台逐店培训会员卡识别，张贴识别指引，每月抽查。",
                "cause": _cause("partner-refused"), "owner": _person("manager"), "basis": Basis.MEMBERS,
                "department": Department.objects.get(code="expansion"), "due_on": clock.today() + dt.timedelta(days=30),
            },
            by=lead,
        )  # fmt: skip


def _open(days: int, phone: str, subject: str, body: str, key: str, category: str, agent: User) -> Case:
    with _ago(days, 10, 15):
        case = open_case(
            kind="complaint",
            channel="web",
            subject=subject,
            body=body,
            member=_member(phone),
            key=key,
            category=category,
        )
        return handling.assign(case, to=agent, by=_person("lead"))


def _satisfied(agent: User) -> None:
    """Looked into with a department, compensated with a coupon, closed, and she was satisfied."""
    case = _open(
        14, MEIHUI, "茶葉罐凹陷", "兌換的明前新茶，收到時罐身凹陷，封口也鬆了。", "demo:tea", "product-quality", agent
    )
    with _ago(14, 11):
        complaints.investigate(case, kind="records", body="物流签收照片可见外箱已压痕。", by=agent)
        asked = tasks.ask(
            case, department=Department.objects.get(code="operations"), question="这批茶叶的外包装换过吗？", by=agent
        )
    with _ago(13, 10):
        tasks.answer(asked, answer="本批次缓冲纸减量，已通知恢复。", by=_person("planner"))
        complaints.find(case, finding="justified", explanation="包装缓冲不足，运输受压。", by=agent)
        complaints.name_cause(case, cause=_cause("product-delivery"), by=agent)
        offer = CouponOffer.objects.filter(code="welcome-back").first()
        if offer is not None:
            compensation.give(case, coupon(offer), reason="包装破损", by=agent, key="demo:tea:coupon")
        complaints.answer(
            case,
            by=agent,
            solution="陳女士您好，經查是包裝緩衝不足所致，已恢復加厚包裝並為您補寄一罐，另附一張優惠券致歉。",
        )
    with _ago(12, 9):
        handling.close(case, by=agent)
    with _ago(9, 12):
        _ask(case, satisfied=True)


def _answered(agent: User) -> None:
    """Answered with points; why it came about is still to be named, so that it cannot be closed."""
    case = _open(
        5,
        TURSUN,
        "健身权益无法预约",
        "连续三天预约页面提示已满，但现场明明有空位。",
        "demo:gym",
        "benefit-refused",
        agent,
    )
    with _ago(5, 14):
        complaints.investigate(case, kind="test", body="用测试卡复现：名额缓存未释放。", by=agent)
        complaints.find(case, finding="justified", explanation="取消的名额未及时释放。", by=agent)
        compensation.give(case, points(1_500), reason="三天未能使用权益", by=agent, key="demo:gym:points")
        complaints.answer(
            case, by=agent, solution="您好，问题属实：取消的名额没有及时释放，已修复。为表歉意，为您补偿 1,500 积分。"
        )


def _waiting(agent: User) -> None:
    """More than an agent may give: it waits for the lead."""
    case = _open(
        2,
        WANQING,
        "生日礼遇没有送达",
        "生日当天预订的蛋糕没有送到，打了三次电话也没有人接。",
        "demo:cake",
        "service-quality",
        agent,
    )
    with _ago(2, 15):
        complaints.investigate(case, kind="interview", body="当班同事承认漏单，电话因线路调整无人接听。", by=agent)
        complaints.find(case, finding="justified", explanation="漏单，且热线改线未通知。", by=agent)
        complaints.name_cause(case, cause=_cause("process-handover"), by=agent)
        compensation.give(case, points(12_000), reason="生日蛋糕漏送，三次来电未接", by=agent, key="demo:cake:points")


def _objected(agent: User) -> None:
    """Closed, and the member was not satisfied: it goes on."""
    case = _open(
        9, MEIHUI, "貴賓廳拒絕入場", "虹橋的貴賓廳說名單上沒有我的卡。", "demo:lounge",
        "benefit-refused", agent,
    )  # fmt: skip
    with _ago(9, 16):
        complaints.find(case, finding="partly", explanation="名单午夜发送，会员卡当日才生效。", by=agent)
        complaints.name_cause(case, cause=_cause("system-data"), by=agent)
        complaints.answer(
            case,
            by=agent,
            solution="陳女士您好，貴賓廳名單每日午夜更新，您已在名單上。",
        )
        handling.close(case, by=agent)
    with _ago(5, 12):
        _ask(case, satisfied=False, comment="週二又去了一次，名單上還是沒有。")
    with _ago(5, 13):
        threads.note(Case.objects.get(pk=case.pk), body="会员周二再次被拒，请运营核对名单传输日志。", by=agent)
