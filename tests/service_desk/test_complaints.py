"""A complaint from its receipt to the member's satisfaction (SVC-04, SVC-05 · D6): looked into, found, answered, closed."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from core import sweeps
from core.models import AuditRecord, Department, Message, User
from members.models import Member
from service_desk.models import Case, CaseEntry, Complaint, ComplaintFollowUp, ComplaintStep, RootCause
from service_desk.operations import (
    compensation,
    compensation_means,
    complaint_follow_ups,
    complaints,
    handling,
    merging,
    tasks,
    threads,
)
from service_desk.operations.attachments import Upload
from service_desk.operations.cases import Contact
from service_desk.policy.codes import Promise
from service_desk.queries import causes
from service_desk.queries import complaints as kept
from tests.service_desk.desk import agent, cause_of, complaint, enquiry, fresh, looked_into, on, ran, refused
from tests.service_desk.policy.calendars import moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday", "sound")]


@pytest.fixture
def case(wanqing: Member, ling: User) -> Case:
    return complaint(wanqing)


def file_of(case: Case) -> Complaint:
    return Complaint.objects.get(pk=case.pk)


def told(event: str) -> int:
    return Message.objects.filter(event=event).values("dedup_key").count()


def test_every_complaint_has_a_file_and_nothing_else_has(wanqing: Member, ling: User) -> None:
    assert file_of(complaint(wanqing)).case.kind == "complaint"
    assert not Complaint.objects.filter(pk=enquiry(wanqing).pk).exists()


def test_what_becomes_a_complaint_is_acknowledged_as_one_within_its_promise(wanqing: Member, ling: User) -> None:
    with on("23 10:00"):
        case = enquiry(wanqing, channel="email")
    with on("23 10:30"):
        handling.classify(case, by=ling, kind="complaint", category="service-quality")
    assert file_of(case).pk == case.pk
    assert told("complaint.acknowledged") == 2, "by inbox and by e-mail"
    clock = ran(case, Promise.ACKNOWLEDGE)
    assert (clock.minutes, clock.met_at is not None, clock.breached_at) == (15, True, None)


def test_whom_no_message_reaches_is_told_in_person_and_the_clock_stops(ling: User) -> None:
    with on("23 10:00"):
        case = complaint(None, contact=Contact("A caller"), channel="social")
    with on("23 10:10"):
        complaints.acknowledge(case, by=ling)
        assert complaints.acknowledge(case, by=ling).version == fresh(case).version
    assert ran(case, Promise.ACKNOWLEDGE).met_at is not None


def test_a_complaint_for_which_something_was_given_stays_one(looked: Case, ling: User) -> None:
    compensation.give(looked, compensation_means.points(100), reason="sorry", by=ling, key="a")
    with refused("complaint_compensated"):
        handling.classify(looked, by=ling, kind="enquiry")


def test_one_that_turns_out_to_be_none_keeps_its_file_which_counts_nowhere(case: Case, ling: User) -> None:
    handling.classify(case, by=ling, kind="enquiry")
    assert kept.whole(case.pk) is None
    handling.classify(case, by=ling, kind="complaint")
    assert kept.whole(case.pk) is not None


def test_the_log_holds_steps_with_evidence_and_the_words_of_other_departments(
    case: Case, ling: User, finance: User, finance_department: Department
) -> None:
    with on("23 10:05"):
        step = complaints.investigate(
            case, kind="records", body="小票时间 9:02", by=ling, attachments=[Upload("a.txt", b"receipt")], key="one"
        )
        again = complaints.investigate(case, kind="records", body="小票时间 9:02", by=ling, key="one")
    assert (again.pk, ComplaintStep.objects.count()) == (step.pk, 1)
    with on("23 10:10"):
        task = tasks.ask(case, department=finance_department, question="扣款两次？", by=ling)
    with on("23 11:00"):
        tasks.answer(task, answer="只有一次", by=finance)
    with on("23 11:05"):
        whole = kept.whole(case.pk)
    assert whole is not None
    assert [(one.step.kind if one.step else one.task and one.task.answer) for one in whole.log if one.step or one.task] == [
        "records", "只有一次",
    ]  # fmt: skip
    assert step.entry.attachments.get().content_type == "text/plain"
    assert whole.stage == "investigated"
    assert step.entry.direction == CaseEntry.Direction.NOTE


def test_a_step_is_never_changed_nor_taken_out(case: Case, ling: User) -> None:
    step = complaints.investigate(case, kind="site", body="到店查看", by=ling)
    for act in (lambda: ComplaintStep.objects.update(kind="test"), lambda: step.delete()):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            act()


def test_nothing_is_found_while_a_department_has_not_answered(
    case: Case, ling: User, finance_department: Department
) -> None:
    task = tasks.ask(case, department=finance_department, question="?", by=ling)
    with refused("tasks_open"):
        complaints.find(case, finding="justified", explanation="x", by=ling)
    tasks.cancel(task, by=ling, reason="settled")
    with refused("text_missing"):
        complaints.find(case, finding="justified", explanation=" ", by=ling)
    assert complaints.find(case, finding="partly", explanation="x", by=ling).found_by == ling


def test_the_answer_waits_for_a_finding_and_is_the_solution(case: Case, ling: User) -> None:
    with refused("finding_missing"):
        complaints.answer(case, solution="致歉", by=ling)
    complaints.find(case, finding="justified", explanation="缺人", by=ling)
    for _ in range(2):
        complaints.answer(case, solution="已致歉并补偿早餐", by=ling, key="sent")
    row = fresh(case)
    assert (row.state, row.resolution) == ("resolved", "已致歉并补偿早餐")
    assert told("case.replied") == 2, "once, by inbox and e-mail"


def test_it_is_closed_with_what_was_found_and_why_it_came_about(case: Case, ling: User) -> None:
    threads.reply(case, body="致歉", by=ling, resolves=True)
    with refused("finding_missing"):
        handling.close(case, by=ling)
    complaints.find(case, finding="unfounded", explanation="x", by=ling)
    with refused("cause_missing"):
        handling.close(case, by=ling)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="closed", closed_at=dt.datetime.now(dt.UTC))
    complaints.name_cause(case, cause=cause_of("no-fault-misunderstanding"), by=ling)
    assert handling.close(case, by=ling).state == "closed"


def test_a_spoken_complaint_settled_on_the_spot_stays_open_for_its_cause(wanqing: Member, ling: User) -> None:
    case = complaint(
        wanqing, channel="hotline", by=ling, complexity="simple", close_at_once="致歉", category="service-quality"
    )
    assert (case.state, case.resolution) == ("resolved", "致歉")
    assert list(kept.without_cause(ling)) == [file_of(case)]
    looked_into(case, ling)
    assert not kept.without_cause(ling).exists()
    assert handling.close(case, by=ling).state == "closed"


def test_a_cause_is_named_where_the_tree_ends(case: Case, ling: User) -> None:
    leaf = cause_of("service-waiting")
    assert leaf.parent is not None
    with refused("cause_too_general"):
        complaints.name_cause(case, cause=leaf.parent, by=ling)
    RootCause.objects.filter(pk=leaf.pk).update(is_active=False)
    with refused("cause_unknown"):
        complaints.name_cause(case, cause=leaf, by=ling)
    RootCause.objects.filter(pk=leaf.pk).update(is_active=True)
    complaints.name_cause(case, cause=leaf, by=ling)
    complaints.name_cause(case, cause=leaf, by=ling)
    assert AuditRecord.objects.filter(action="service_desk.complaint.name_cause").count() == 1
    assert causes.tree().path(leaf.pk) == "Service › Waiting time"


def test_the_tree_stays_a_tree(db: None) -> None:
    leaf = cause_of("service-waiting")
    top = leaf.parent
    assert top is not None
    top.parent = leaf
    with pytest.raises(ValidationError):
        top.full_clean()
    third = RootCause(code="third", name="Third", parent=cause_of("service-waiting"))
    third.full_clean()
    third.save()
    with pytest.raises(ValidationError):
        RootCause(code="fourth", name="Fourth", parent=third).full_clean()


def test_what_complaints_name_is_not_divided(case: Case, ling: User) -> None:
    leaf = cause_of("service-waiting")
    complaints.name_cause(case, cause=leaf, by=ling)
    with pytest.raises(ValidationError):
        RootCause(code="below", name="Below", parent=leaf).full_clean()


def test_whoever_is_complained_about_does_not_handle_it(wanqing: Member, ling: User, lead: User) -> None:
    case = complaint(wanqing)
    assert fresh(case).owner == ling
    other = agent("Bo")
    complaints.name_colleague(case, colleague=ling, by=lead)
    assert fresh(case).owner == other, "it is taken from her and given to somebody else"
    for act in (
        lambda: threads.reply(case, body="x", by=ling),
        lambda: complaints.find(case, finding="unfounded", explanation="x", by=ling),
        lambda: handling.close(case, by=ling),
    ):
        with refused("complained_about_you"):
            act()
    with refused("colleague_complained_about"):
        handling.assign(case, to=ling, by=lead)
    looked_into(case, other)
    threads.reply(case, body="致歉", by=other, resolves=True)
    assert handling.close(case, by=other).state == "closed"


def test_what_the_colleague_has_to_say_he_is_asked_as_a_department(
    case: Case, ling: User, lead: User, finance: User, finance_department: Department
) -> None:
    complaints.name_colleague(case, colleague=finance, by=lead)
    task = tasks.ask(case, department=finance_department, question="经过？", by=ling, owner=finance)
    assert tasks.answer(task, answer="当天只有我一人", by=finance).state == "done"


def test_a_complaint_is_merged_into_a_complaint_alone(case: Case, wanqing: Member, ling: User) -> None:
    with refused("complaint_merges_into_complaint"):
        merging.merge(case, into=enquiry(wanqing), by=ling)
    target = complaint(wanqing)
    complaints.investigate(case, kind="contact", body="通话", by=ling)
    merging.merge(case, into=target, by=ling)
    whole = kept.whole(target.pk)
    assert whole is not None
    assert len(whole.log) == 1


# Satisfaction


@pytest.fixture
def closed(case: Case, ling: User) -> Case:
    with on("23 12:00"):
        complaints.find(case, finding="justified", explanation="缺人", by=ling)
        complaints.name_cause(case, cause=cause_of("service-waiting"), by=ling)
        complaints.answer(case, solution="致歉", by=ling)
        return handling.close(case, by=ling)


def asked(case: Case) -> ComplaintFollowUp:
    return ComplaintFollowUp.objects.filter(complaint_id=case.pk).latest("pk")


def test_some_days_later_she_is_asked_once_whether_she_is_satisfied(closed: Case) -> None:
    with on("26 11:59"):
        assert sweeps.run("complaints.follow_up").done == 0
    with on("26 12:00"):
        assert sweeps.run("complaints.follow_up").done == 1
        assert sweeps.run("complaints.follow_up").done == 0
    letter = Message.objects.get(event="complaint.follow_up", channel="email")
    assert asked(closed).token in letter.link
    assert asked(closed).was_told is True


def test_satisfied_is_noted_and_changes_nothing_else(closed: Case) -> None:
    with on("26 12:00"):
        sweeps.run("complaints.follow_up")
        for _ in range(2):
            complaint_follow_ups.answer(asked(closed), satisfied=True)
        with refused("follow_up_answered"):
            complaint_follow_ups.answer(asked(closed), satisfied=False, comment="no")
    assert (asked(closed).satisfied, fresh(closed).state) == (True, "closed")


def test_not_satisfied_reopens_the_complaint_with_her_words_and_is_asked_again_after_the_next_end(
    closed: Case, ling: User
) -> None:
    with on("26 12:00"):
        sweeps.run("complaints.follow_up")
        with refused("dissatisfaction_needs_words"):
            complaint_follow_ups.answer(asked(closed), satisfied=False)
        complaint_follow_ups.answer(asked(closed), satisfied=False, comment="早餐还是没补")
    row = fresh(closed)
    assert (row.state, row.reopened) == ("open", 1)
    assert row.entries.latest("pk").body == "早餐还是没补"
    with on("27 10:00"):
        complaints.answer(closed, solution="已补", by=ling)
        handling.close(closed, by=ling)
    with on("30 10:00"):
        assert sweeps.run("complaints.follow_up").done == 1
    assert [one.round for one in ComplaintFollowUp.objects.order_by("pk")] == [0, 1]


def test_what_was_reopened_before_she_was_asked_is_not_asked_about(closed: Case) -> None:
    with on("24 10:00"):
        handling.reopen(closed, reason="又来了")
    with on("27 10:00"):
        assert sweeps.run("complaints.follow_up").done == 0
    assert not ComplaintFollowUp.objects.exists()


def test_an_answer_comes_in_time_or_not_at_all(closed: Case) -> None:
    with on("26 12:00"):
        sweeps.run("complaints.follow_up")
        row = asked(closed)
        ComplaintFollowUp.objects.filter(pk=row.pk).update(open_until=moment("26 11:59"))
        with refused("follow_up_over"):
            complaint_follow_ups.answer(row, satisfied=True)


def test_whom_no_message_reaches_is_asked_by_telephone(ling: User) -> None:
    with on("23 10:00"):
        case = complaint(None, contact=Contact("A caller"), channel="social")
        looked_into(case, ling)
        threads.reply(case, body="Sorry.", by=ling, resolves=True, channel="social")
        handling.close(case, by=ling)
    with on("26 12:00"):
        sweeps.run("complaints.follow_up")
        assert [one.complaint_id for one in kept.to_telephone()] == [case.pk]
        complaint_follow_ups.answer(asked(case), satisfied=True, by=ling)
        assert not kept.to_telephone().exists()
    assert asked(case).recorded_by == ling


def test_the_member_herself_says_that_she_is_not_satisfied(case: Case, ling: User) -> None:
    with refused("case_not_resolved"):
        complaint_follow_ups.dissatisfied(case, comment="还没好")
    complaints.find(case, finding="partly", explanation="x", by=ling)
    complaints.answer(case, solution="致歉", by=ling)
    with refused("dissatisfaction_needs_words"):
        complaint_follow_ups.dissatisfied(case, comment="  ")
    assert complaint_follow_ups.dissatisfied(case, comment="还没好").state == "open"
    assert asked(case).satisfied is False


def test_what_the_member_sees_of_it(case: Case, ling: User, wanqing: Member, stranger: Member) -> None:
    assert wanqing.user is not None
    assert stranger.user is not None
    complaints.find(case, finding="justified", explanation="缺人", by=ling)
    before = kept.for_member(case.number, wanqing.user)
    assert before is not None
    assert (before.stage, before.finding, before.may_object) == ("found", "", False)
    complaints.answer(case, solution="致歉", by=ling)
    after = kept.for_member(case.number, wanqing.user)
    assert after is not None
    assert (after.stage, after.finding, after.may_object) == ("answered", "justified", True)
    assert kept.for_member(case.number, stranger.user) is None
