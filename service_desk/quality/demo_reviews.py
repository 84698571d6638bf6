"""Quality monitoring of the demo: a sheet in force, weeks of reviews, a finding in every state. All by real operations."""

import datetime as dt

from core import approvals, clock
from core.models import Department, User
from service_desk.models import Case
from service_desk.operations import cases, handling, threads
from service_desk.quality.demo import _department, _person
from service_desk.quality.models import CaseReview, QualityFinding, ScoreSheet
from service_desk.quality.operations import findings, review_objections, reviews, sampling, sheets, tasks
from service_desk.quality.operations.findings import Found
from service_desk.quality.operations.reviews import Marking
from service_desk.quality.operations.sheets import Part
from service_desk.quality.policy import sampling as rule
from service_desk.quality.queries import sheets as written

# Code, English, 简体, 繁體, points, scale, may be left out, critical.
Criterion = tuple[str, str, str, str, int, str, bool, bool]
SECTIONS: tuple[tuple[tuple[str, str, str], tuple[Criterion, ...]], ...] = (
    (
        ("Response", "响应", "回應"),
        (
            (
                "first-answer", "First answer within the deadline", "首次答复在时限内", "首次答覆在時限內",
                15, "yes-no", False, False,
            ),
            (
                "kept-informed", "The member was kept informed", "过程中让会员知晓进展", "過程中讓會員知曉進展",
                10, "0-3", True, False,
            ),
        ),
    ),
    (
        ("Accuracy", "准确性", "準確性"),
        (
            (
                "identity", "Identity checked before data was given", "提供资料前核实身份", "提供資料前核實身分",
                15, "yes-no", True, True,
            ),
            ("answer", "The answer is right and complete", "答复正确完整", "答覆正確完整", 25, "0-3", False, False),
            ("classified", "Category and severity fit", "分类与严重程度恰当", "分類與嚴重程度恰當", 10, "yes-no", False, False),
        ),
    ),
    (
        ("Manner", "态度", "態度"),
        (
            (
                "tone", "Kind, clear, without blame", "语气友善清楚，不推责", "語氣友善清楚，不推責",
                15, "0-3", False, False,
            ),
            (
                "closing", "Asked whether it is solved", "确认问题是否解决", "確認問題是否解決",
                10, "yes-no", False, False,
            ),
        ),
    ),
)  # fmt: skip
ASKED = (
    ("周日几点开门？", "请问徐汇滨江店周日几点开门？", "您好！周日上午十点开门，晚上九点半打烊。"),
    ("How do I gift points?", "Can I give 500 points to my sister?", "Yes, under Points, “Give to household”."),
    ("等级什么时候更新", "我这个月消费够了，什么时候升级？", "次日凌晨自动评定，达标即升级。"),
    ("發票抬頭", "請問發票抬頭可以改嗎？", "可以的，開立後三十天內可申請換開。"),
    (
        "Card not in the app",
        "I bought a card at the shop and do not see it.",
        "It shows once activated; I have done it.",
    ),
    ("早餐券过期", "早餐权益能延期吗？", "很抱歉不能延期，本期到期后下期照常发放。"),
)
RIGHT = {
    "first-answer": "yes", "kept-informed": "3", "identity": "yes", "answer": "3", "classified": "yes", "tone": "3",
    "closing": "yes",
}  # fmt: skip
# What was marked otherwise, week by week, case by case.
WRONG: tuple[tuple[dict[str, str], ...], ...] = (
    ({"closing": "no"}, {"identity": "no"}, {"answer": "2", "closing": "no"}, {}, {"kept-informed": "1"}),
    ({"closing": "no", "answer": "1"}, {}, {"tone": "2"}, {"closing": "no"}, {"classified": "no"}),
    ({"answer": "2"}, {"closing": "no"}, {}),
)
SAID = {
    "closing": "结束前没有确认是否解决。It was not asked whether that solves it.",
    "identity": "未核实身份就读出了积分余额。The balance was told before asking who calls.",
    "answer": "漏说了例外情况。The exception was left out.",
    "kept-informed": "两天没有任何进展告知。Two days without a word.",
    "classified": "应归入“权益”。This is about benefits.",
}


def load() -> None:
    """Loading it again changes nothing."""
    if ScoreSheet.objects.exists():
        return
    now, lead, director = clock.now(), _person("lead"), _person("director")
    reviewer, agent = _person("quality"), _person("service")
    with clock.stopped(now - dt.timedelta(days=30)):
        _publish(lead, director)
    for number, wrong in enumerate(WRONG):
        monday = rule.week_of(clock.day_of(now)) - dt.timedelta(weeks=3 - number)
        _week(monday, wrong, agent, lead, reviewer, is_last=number == 2)
    _object(agent, lead)
    _findings(now, lead, director, reviewer, agent)


def _publish(lead: User, director: User) -> None:
    parts = [
        Part(
            {"name": names[0], "name_zh_hans": names[1], "name_zh_hant": names[2]},
            [
                {
                    "code": code, "name": en, "name_zh_hans": hans, "name_zh_hant": hant, "weight": weight, "scale": scale,
                    "may_be_left_out": left_out, "is_critical": critical,
                }
                for code, en, hans, hant, weight, scale, left_out, critical in criteria
            ],
        )
        for names, criteria in SECTIONS
    ]  # fmt: skip
    draft = sheets.write(sheets.begin(by=lead), parts, note="首版 First version", by=lead)
    asked = sheets.submit(draft, reason="质量监控自本周起抽样评审。Reviews begin this week.", by=lead)
    approvals.approve(asked, by=director)


def _week(
    monday: dt.date, wrong: tuple[dict[str, str], ...], agent: User, lead: User, reviewer: User, *, is_last: bool
) -> None:
    """Some cases closed in a week, drawn the Monday after, and reviewed; the newest week is still under way."""
    begin = dt.datetime.combine(monday + dt.timedelta(days=2), dt.time(10), tzinfo=clock.zone())
    for place in range(len(wrong)):
        subject, body, answer = ASKED[place % len(ASKED)]
        with clock.stopped(begin + dt.timedelta(hours=place)):
            case = cases.open_case(
                kind="enquiry", channel="web", subject=subject, body=body,
                contact=cases.Contact(name="顾客 Guest", email=f"guest{place}@example.com"), key=f"demo:review:{monday}:{place}",
            )  # fmt: skip
            handling.take(case, by=agent)
            threads.reply(Case.objects.get(pk=case.pk), body=answer, by=agent, resolves=True)
            handling.close(Case.objects.get(pk=case.pk), by=agent)
    now = clock.now()
    after = dt.datetime.combine(monday + dt.timedelta(days=7), dt.time(1, 15), tzinfo=clock.zone())
    with clock.stopped(min(after, now)):
        sample = sampling.draw_week(monday, seed=f"demo-{monday}")
        drawn = set(sample.reviews.values_list("case", flat=True))
        for case in Case.objects.filter(key__startswith=f"demo:review:{monday}:").exclude(pk__in=drawn):
            sampling.add(case, reason="新人首月全看。A new colleague’s first month, whole.", by=lead)
    of_week = CaseReview.objects.open().filter(case__key__startswith=f"demo:review:{monday}:").order_by("pk")
    for place, review in enumerate(of_week):
        with clock.stopped(min(after + dt.timedelta(hours=9 + place), now)):
            _review(review, wrong[place], lead, reviewer, leave=is_last and place == 2, draft=is_last and place == 1)


def _review(review: CaseReview, wrong: dict[str, str], lead: User, reviewer: User, *, leave: bool, draft: bool) -> None:
    if review.reviewer_id != reviewer.pk:
        review = reviews.assign(review, to=reviewer, by=lead)
    marking = Marking(RIGHT | wrong, {code: SAID[code] for code in wrong if code in SAID}, "")
    if draft:
        reviews.keep(review, Marking({"first-answer": "yes", "answer": "3"}, {}, ""), by=reviewer)
    elif not leave:
        reviews.hand_in(review, marking, by=reviewer)


def _object(agent: User, lead: User) -> None:
    """One objection is decided in the agent's favour, one waits."""
    failed = list(CaseReview.objects.done().filter(agent=agent, passed=False).order_by("pk"))
    for place, review in enumerate(failed[:2]):
        at = review.handed_in_at or clock.now()
        with clock.stopped(at + dt.timedelta(days=1)):
            words = "来电显示为会员登记号码。He called from the number on record."
            review_objections.object_to(review, words=words, by=agent)
        if place == 0 and _leads(lead, agent):
            with clock.stopped(at + dt.timedelta(days=2)):
                marks = dict(review.scores.get().marks.values_list("code", "mark"))
                said = {one.code: one.remark for one in review.scores.get().marks.all()}
                anew = Marking(marks | {"answer": "2", "identity": "yes"}, said, "已听录音。Listened to the call.")
                review_objections.decide(review.objection, anew, answer="属实，改判。You are right.", by=lead)


def _leads(lead: User, agent: User) -> bool:
    return agent.employment.post.department.director_id == lead.pk


def _findings(now: dt.datetime, lead: User, director: User, reviewer: User, agent: User) -> None:
    """A measure that did not help at first, one that is late, one that waits for its verification, one without."""
    service = _department("service")
    assert written.in_force() is not None  # noqa: S101
    with clock.stopped(now - dt.timedelta(days=12)):
        closing = _find(service, "结束前不确认是否解决 Nobody asks whether it is solved", "closing", "major", reviewer)
        slow = _find(_department("stores"), "门店答复客服过慢 Stores answer service too slowly", "", "major", reviewer)
        closing = _put_right(closing, "结束语加入话术 Put it into the script", agent, reviewer, 4)
        _put_right(slow, "店长每日查看咨询 Managers look at questions daily", _person("manager"), reviewer, 9)
    with clock.stopped(now - dt.timedelta(days=9)):
        _finish(closing, "话术已更新。The script has it.", agent)
    with clock.stopped(now - dt.timedelta(days=6)):
        until = clock.today() + dt.timedelta(days=5)
        said = "抽听五通，三通仍未问。Three of five still did not ask."
        findings.verify(_fresh(closing), effective=False, said=said, due_on=until, by=reviewer)
    with clock.stopped(now - dt.timedelta(days=2)):
        _finish(closing, "逐人演练，纳入晨会。Practised with everybody.", agent)
        _find(service, "分类差异大 Categories are chosen differently", "classified", "minor", reviewer)


def _find(department: Department, title: str, code: str, severity: str, by: User) -> QualityFinding:
    return findings.raise_(Found(title=title, department=department, code=code, severity=severity), by=by)


def _put_right(found: QualityFinding, measure: str, owner: User, by: User, days: int) -> QualityFinding:
    due_on = clock.today() + dt.timedelta(days=days)
    return findings.rectify(found, measure=measure, detail="", owner=owner, due_on=due_on, by=by)


def _fresh(found: QualityFinding) -> QualityFinding:
    return QualityFinding.objects.select_related("task").get(pk=found.pk)


def _finish(found: QualityFinding, proof: str, by: User) -> None:
    task = _fresh(found).task
    if task is not None:
        tasks.finish(task, proof=proof, by=by)
