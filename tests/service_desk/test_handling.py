"""Working on a case (SVC-02, SVC-03): classified, given, waiting, resolved, reopened, closed, escalated, rated."""

import pytest

from core.models import Department, Message, User
from core.refusals import Refusal
from members.models import Member
from service_desk.models import AgentProfile, Case, CaseEvent, CaseViewing, Follower, Skill
from service_desk.operations import duty, handling, presence, rating, tasks, threads
from service_desk.policy.codes import Happening, Promise
from tests.service_desk.desk import agent, complaint, enquiry, fresh, looked_into, on, ran, refused
from tests.service_desk.policy.calendars import moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("categories", "sound")]


@pytest.fixture
def case(wanqing: Member, ling: User) -> Case:
    with on("23 10:00"):
        return complaint(wanqing)


def test_a_graver_case_is_due_sooner_and_the_used_time_counts(case: Case, ling: User) -> None:
    with on("23 10:30"):
        row = handling.classify(case, by=ling, severity="critical", complexity="complex")
    assert row.due_at == moment("23 10:30")  # a quarter of two hours, from the opening
    assert ran(case, Promise.RESOLUTION).minutes == 1_080


def test_another_kind_leaves_a_category_that_is_not_its_own(case: Case, ling: User) -> None:
    row = handling.classify(case, by=ling, kind="enquiry")
    assert (row.kind, row.category) == ("enquiry", None)
    with refused("category_of_another_kind"):
        handling.classify(case, by=ling, category="privacy")
    assert handling.classify(case, by=ling, kind="complaint", category="privacy").skill == Skill.objects.get(
        code="privacy"
    )


def test_classifying_the_same_again_changes_nothing(case: Case, ling: User) -> None:
    version = fresh(case).version
    assert handling.classify(case, by=ling, severity=case.severity).version == version
    assert not CaseEvent.objects.filter(kind=Happening.CLASSIFIED).exists()


def test_a_case_is_taken_by_one_and_not_from_another(wanqing: Member, ling: User, otto: User, lead: User) -> None:
    duty.end(by=ling)
    duty.end(by=otto)
    case = enquiry(wanqing)
    assert handling.take(case, by=otto).owner == otto
    assert handling.take(case, by=otto).owner == otto
    with refused("case_of_another"):
        handling.take(case, by=ling)
    assert handling.take(case, by=lead).owner == lead


def test_only_who_may_assign_gives_a_case_to_another(
    case: Case, ling: User, otto: User, lead: User, finance: User
) -> None:
    with refused("not_permitted"):
        handling.assign(case, to=otto, by=ling)
    row = handling.assign(case, to=otto, by=lead, reason="speaks with her already")
    assert row.owner == otto
    assert Message.objects.filter(event="case.assigned", recipient=otto).count() == 1
    with refused("colleague_unfit"):
        handling.assign(case, to=finance, by=lead)
    assert handling.assign(case, to=None, by=lead).owner is None


def test_one_hands_over_ones_own_case_with_a_word(case: Case, ling: User, otto: User) -> None:
    with refused("text_missing"):
        handling.hand_over(case, to=otto, by=ling, note=" ")
    with refused("nobody_named"):
        handling.hand_over(case, by=ling, note="please")
    row = handling.hand_over(case, to=otto, by=ling, note="她只说英语的丈夫会来电")
    assert row.owner == otto
    assert case.entries.last() is not None
    assert case.entries.order_by("-id")[0].direction == "note"
    with refused("case_of_another"):
        handling.hand_over(case, to=ling, by=ling, note="back")


def test_nobody_handles_his_own_case_or_his_households(case: Case, wanqing: Member) -> None:
    assert wanqing.user is not None
    colleague = agent("Wanqing at work")
    Member.objects.filter(pk=wanqing.pk).update(user=colleague)
    me = User.objects.get(pk=colleague.pk)
    for deed in (
        lambda: threads.reply(case, body="全额退款", by=me),
        lambda: handling.resolve(case, by=me, resolution="done"),
        lambda: handling.classify(case, by=me, severity="critical"),
        lambda: handling.take(case, by=me),
        lambda: handling.close(case, by=me),
    ):
        with refused("own_case"):
            deed()


def test_a_case_is_not_assigned_to_the_member_herself(case: Case, wanqing: Member, lead: User) -> None:
    colleague = agent("Wanqing at work")
    Member.objects.filter(pk=wanqing.pk).update(user=colleague)
    with refused("own_case"):
        handling.assign(case, to=colleague, by=lead)


def test_we_do_not_wait_for_a_member_who_waits_for_us(case: Case, ling: User) -> None:
    with refused("member_waits_for_answer"):
        handling.wait(case, by=ling)
    threads.reply(case, body="请稍候", by=ling, channel="hotline")
    assert handling.wait(case, by=ling).state == "waiting"
    assert handling.resume(case, by=ling).state == "open"
    assert handling.wait(case, by=ling, for_member=False).state == "inside"
    with refused("case_does_not_wait"):
        handling.resume(handling.resume(case, by=ling), by=ling)


def test_a_solution_is_told_once_and_stops_the_clock(case: Case, ling: User) -> None:
    with on("23 12:00"):
        handling.resolve(case, by=ling, resolution="早餐权益已退回")
    assert ran(case, Promise.RESOLUTION).spent == 120
    assert ran(case, Promise.FIRST_RESPONSE).stopped_at == moment("23 12:00")
    assert "早餐权益已退回" in Message.objects.get(event="case.resolved", channel="inbox").body
    with refused("transition_not_listed"):
        handling.resolve(case, by=ling, resolution="again")


def test_only_what_is_resolved_is_closed_or_reopened(case: Case, ling: User) -> None:
    with refused("case_not_resolved"):
        handling.close(case, by=ling)
    with refused("case_not_resolved"):
        handling.reopen(case, by=ling, reason="why not")
    handling.resolve(case, by=ling, resolution="done", tell=False)
    looked_into(case, ling)
    closed = handling.close(case, by=ling)
    assert (closed.state, closed.closed_at is not None) == ("closed", True)
    with refused("text_missing"):
        handling.reopen(case, by=ling, reason="")
    assert handling.reopen(case, reason="还没好").state == "open"
    assert case.entries.order_by("-id")[0].direction == "in"


def test_help_is_asked_for_upwards_a_step_at_a_time(case: Case, ling: User, lead: User, director: User) -> None:
    with refused("reason_needed"):
        handling.escalate(case, by=ling, reason=" ")
    assert handling.escalate(case, by=ling, reason="要求赔偿 200 元").escalation == 2
    assert list(Message.objects.filter(event="case.escalated").values_list("recipient", flat=True)) == [lead.pk]
    assert handling.escalate(case, by=ling, reason="仍不满意").escalation == 3
    assert Message.objects.filter(event="case.escalated", recipient=director).exists()
    with refused("escalated_already"):
        handling.escalate(case, by=ling, reason="again")


def test_a_follower_hears_and_then_no_more(case: Case, otto: User) -> None:
    handling.follow(case, by=otto)
    handling.follow(case, by=otto)
    assert Follower.objects.count() == 1
    threads.member_wrote(case, body="还在等", channel="web")
    assert Message.objects.filter(event="case.member_wrote", recipient=otto).count() == 1
    handling.unfollow(case, by=otto)
    threads.member_wrote(case, body="还在等吗", channel="web")
    assert Message.objects.filter(event="case.member_wrote", recipient=otto).count() == 1


# another department


def test_a_department_is_asked_and_the_case_waits_inside(
    case: Case, ling: User, finance: User, finance_department: Department
) -> None:
    with on("23 11:00"):
        task = tasks.ask(case, department=finance_department, question="退款到哪一步了？", by=ling, key="q1")
        assert (
            tasks.ask(case, department=finance_department, question="退款到哪一步了？", by=ling, key="q1").pk == task.pk
        )
    assert (fresh(case).state, task.due_at) == ("inside", moment("23 19:00"))
    assert Message.objects.filter(event="case.task_asked", recipient=finance).count() == 1
    assert ran(case, Promise.FIRST_RESPONSE).due_at == moment("23 12:00")  # our own department stops no clock
    with refused("tasks_open"):
        handling.resolve(case, by=ling, resolution="done")
    with refused("tasks_open"):
        threads.reply(case, body="done", by=ling, resolves=True)
    tasks.answer(task, answer="昨日已退", by=finance)
    assert fresh(case).state == "open"
    assert Message.objects.filter(event="case.task_answered", recipient=ling).count() == 1
    with refused("task_ended"):
        tasks.answer(task, answer="twice", by=finance)


def test_only_who_was_asked_answers(case: Case, ling: User, clerk: User, finance_department: Department) -> None:
    task = tasks.ask(case, department=finance_department, question="?", by=ling)
    with refused("not_permitted"):
        tasks.answer(task, answer="me", by=clerk)
    named = tasks.ask(case, department=finance_department, question="?", by=ling, owner=clerk)
    assert tasks.answer(named, answer="me", by=clerk).state == "done"
    assert fresh(case).state == "inside"  # the first question is open yet
    with refused("reason_needed"):
        tasks.cancel(task, by=ling, reason="")
    assert tasks.cancel(task, by=ling, reason="not needed").state == "cancelled"
    assert fresh(case).state == "open"


# two at the same desk


def test_one_sees_who_else_has_the_case_open(case: Case, ling: User, otto: User) -> None:
    with on("23 10:00"):
        assert presence.look(case, by=ling) == []
        assert [one.user for one in presence.look(case, by=otto, writing=True)] == [ling]
        assert [(one.user, one.is_writing) for one in presence.look(case, by=ling)] == [(otto, True)]
    with on("23 10:02"):  # Otto's page has not been heard of for two minutes
        assert presence.look(case, by=ling) == []
        presence.look_away(case, by=ling)
    assert list(CaseViewing.objects.values_list("user", flat=True)) == [otto.pk]


def test_looking_needs_the_right(case: Case, clerk: User) -> None:
    with refused("not_permitted"):
        presence.look(case, by=clerk)


# what the member thinks of it


def test_a_case_is_rated_once_when_it_is_resolved(case: Case, ling: User) -> None:
    with refused("case_not_resolved"):
        rating.rate(case, score=5)
    handling.resolve(case, by=ling, resolution="done", tell=False)
    with refused("score_unknown"):
        rating.rate(case, score=6)
    assert rating.rate(case, score=2, comment="太慢").score == 2
    assert rating.rate(case, score=2).score_comment == "太慢"
    with refused("case_rated"):
        rating.rate(case, score=5)


# who is there


def test_a_lead_equips_his_agents(ling: User, lead: User, finance: User) -> None:
    skills = list(Skill.objects.filter(code__in=["refunds", "points"]))
    row = duty.equip(ling, by=lead, skills=skills, languages=["en"], capacity=7)
    assert (row.capacity, row.languages, row.skills.count()) == (7, ["en"], 2)
    with refused("not_permitted"):
        duty.equip(ling, by=ling, skills=[], languages=[], capacity=99)
    with refused("colleague_unfit"):
        duty.equip(finance, by=lead, skills=[], languages=[], capacity=1)
    with refused("not_permitted"):
        duty.begin(by=finance)
    assert not AgentProfile.objects.filter(user=finance).exists()


def test_a_refusal_leaves_nothing_behind(case: Case, ling: User) -> None:
    before = (fresh(case).version, case.events.count(), case.entries.count(), Message.objects.count())
    with pytest.raises(Refusal):
        handling.hand_over(case, by=ling, note="to nobody")
    assert (fresh(case).version, case.events.count(), case.entries.count(), Message.objects.count()) == before
