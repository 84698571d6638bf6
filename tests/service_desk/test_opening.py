"""A case is opened (SVC-01, SVC-02): logged, classified, routed, acknowledged, its clocks started."""

from collections.abc import Callable

import pytest
from django.db import transaction

from core import parameters
from core.models import AuditRecord, Message, Store, User
from core.refusals import Refusal
from core.rules import RuleBroken
from loyalty.models import Adviser, MemberTier
from members.models import Household, Member
from service_desk.models import Case, CaseEntry, CaseEvent
from service_desk.operations import cases, duty
from service_desk.operations.cases import Contact
from service_desk.policy.codes import Happening, Promise
from service_desk.policy.parameters import ServiceDeskParameters
from tests.service_desk.desk import agent, complaint, enquiry, fresh, on, ran
from tests.service_desk.policy.calendars import moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("categories", "sound")]


@pytest.mark.usefixtures("monday")
def test_a_complaint_is_logged_classified_and_given_to_somebody(wanqing: Member, ling: User, otto: User) -> None:
    case = complaint(wanqing)
    assert case.category is not None
    assert (case.category.code, case.severity, case.complexity, case.state) == (
        "service-quality",
        "normal",
        "simple",
        "new",
    )
    assert case.owner == ling  # Otto speaks no Chinese
    entry = case.entries.get()
    assert (entry.direction, entry.channel, entry.member, entry.is_whole) == ("in", "web", wanqing, True)
    assert [event.kind for event in case.events.all()] == ["opened", "assigned", "acknowledged"]
    assert case.due_at == moment("23 12:00")
    assert ran(case, Promise.ACKNOWLEDGE).met_at == moment("23 10:00")
    assert ran(case, Promise.RESOLUTION).due_at == moment("25 10:00")


@pytest.mark.usefixtures("monday", "ling")
def test_nothing_that_was_said_is_readable_in_the_database(wanqing: Member) -> None:
    case = complaint(wanqing)
    with_sql = Case.objects.raw("SELECT id, subject AS raw_subject FROM service_desk_case WHERE id = %s", [case.pk])[0]
    assert str(with_sql.raw_subject).startswith("1:")  # type: ignore[attr-defined]
    told = str(list(CaseEvent.objects.values_list("data", flat=True))) + str(
        list(AuditRecord.objects.values_list("details", flat=True))
    )
    assert "早餐" not in told


@pytest.mark.usefixtures("monday")
def test_the_member_is_told_that_we_have_it_and_the_agent_that_it_is_his(wanqing: Member, ling: User) -> None:
    case = complaint(wanqing)
    told = Message.objects.filter(event="case.received", member_id=wanqing.pk)
    assert set(told.values_list("channel", flat=True)) == {"inbox", "email"}
    assert case.number in told.get(channel="inbox").body
    assert Message.objects.filter(event="case.assigned", recipient=ling).count() == 1


@pytest.mark.usefixtures("monday", "ling")
def test_the_same_key_gives_the_same_case_and_other_content_is_refused(wanqing: Member) -> None:
    case = complaint(wanqing, key="form-1")
    assert complaint(wanqing, key="form-1").pk == case.pk
    assert Case.objects.count() == 1
    assert Message.objects.filter(event="case.received", channel="inbox").count() == 1
    with pytest.raises(Refusal, match=r"key") as refusal:
        complaint(wanqing, key="form-1", body="etwas anderes")
    assert refusal.value.code == "key_reused"


def test_a_very_long_key_is_as_good_as_a_short_one(wanqing: Member) -> None:
    key = f"<{'x' * 300}@mail.example>"
    assert enquiry(wanqing, key=key).pk == enquiry(wanqing, key=key).pk


@pytest.mark.usefixtures("monday")
def test_whoever_takes_a_call_keeps_it_and_has_answered_at_once(wanqing: Member, otto: User, ling: User) -> None:
    case = enquiry(wanqing, channel="hotline", by=otto)
    assert (case.owner, case.state) == (otto, "open")
    assert ran(case, Promise.FIRST_RESPONSE).met_at == moment("23 10:00")
    assert case.unanswered_since is None


@pytest.mark.usefixtures("monday")
def test_a_simple_matter_is_closed_at_once(otto: User) -> None:
    caller = Contact("Zhang Wei", "139 0013 9000")
    case = enquiry(None, contact=caller, channel="hotline", by=otto, close_at_once="From seven on.")
    assert (case.state, case.resolution, case.contact_phone) == ("closed", "From seven on.", "+8613900139000")
    assert [entry.direction for entry in case.entries.all()] == ["in", "out"]
    assert not Message.objects.filter(event__startswith="case.re").exists()


@pytest.mark.usefixtures("monday")
def test_a_complex_matter_is_not_closed_at_once(wanqing: Member, otto: User) -> None:
    with pytest.raises(Refusal) as refusal:
        complaint(wanqing, channel="hotline", by=otto, complexity="complex", close_at_once="Sorry.")
    assert refusal.value.code == "only_simple_cases_close_at_once"
    assert not Case.objects.exists()


@pytest.mark.usefixtures("monday")
def test_a_clerk_may_open_a_case_at_her_own_counter_alone(
    wanqing: Member, clerk: User, store: Store, other_store: Store, ling: User
) -> None:
    case = complaint(wanqing, channel="counter", by=clerk, store=store)
    assert (case.owner, case.opened_by, case.store) == (ling, clerk, store)
    with pytest.raises(Refusal) as refusal:
        complaint(wanqing, channel="counter", by=clerk, store=other_store)
    assert refusal.value.code == "not_permitted"


def test_without_the_right_nobody_opens_cases_for_others(wanqing: Member, finance: User) -> None:
    with pytest.raises(Refusal) as refusal:
        enquiry(wanqing, by=finance)
    assert refusal.value.status == 403


def test_a_member_opens_her_own_and_a_colleague_none_for_his_household(
    wanqing: Member, household: Household, ling: User
) -> None:
    assert wanqing.user is not None
    assert enquiry(wanqing, by=wanqing.user).opened_by == wanqing.user
    husband = Member.objects.exclude(pk=wanqing.pk).filter(household=household)[0]
    Member.objects.filter(pk=husband.pk).update(user=ling)
    with pytest.raises(Refusal) as refusal:
        enquiry(wanqing, by=User.objects.get(pk=ling.pk), channel="hotline")
    assert refusal.value.code == "own_case"


def test_a_case_is_never_given_to_the_member_himself_or_his_household(wanqing: Member, household: Household) -> None:
    kin = agent("Kin")
    Member.objects.filter(household=household).exclude(pk=wanqing.pk).filter(user=None).update(user=kin)
    assert enquiry(wanqing).owner is None
    stranger_of_the_desk = agent("Stranger")
    assert enquiry(wanqing).owner == stranger_of_the_desk


def test_the_highest_tiers_are_served_sooner_and_by_their_own_adviser(wanqing: Member, ling: User, otto: User) -> None:
    MemberTier.objects.create(member=wanqing, tier="platinum", since_on="2026-01-01", decided_on="2026-01-01")
    Adviser.objects.create(member=wanqing, person=otto, since_on="2026-01-01")
    with on("23 10:00"):
        case = complaint(wanqing)
    assert (case.tier, case.tier_rank, case.owner) == ("platinum", 3, otto)
    assert case.due_at == moment("23 10:30")  # a quarter of two hours


@pytest.mark.usefixtures("monday")
def test_work_is_spread_by_load_and_capacity(wanqing: Member) -> None:
    small, large = agent("Small", capacity=2), agent("Large", capacity=4)
    owners = [enquiry(wanqing).owner for _ in range(7)]
    assert [owners.count(one) for one in (small, large, None)] == [2, 4, 1]


@pytest.mark.usefixtures("monday")
def test_who_is_off_duty_is_given_nothing(stranger: Member, otto: User) -> None:
    duty.end(by=otto)
    case = enquiry(stranger)
    assert case.owner is None
    duty.begin(by=User.objects.get(pk=otto.pk))
    assert enquiry(stranger).owner == otto


@pytest.mark.usefixtures("monday")
def test_a_mail_that_nobody_can_answer_is_acknowledged_by_its_first_answer_alone(otto: User) -> None:
    case = complaint(None, contact=Contact("somebody on a platform"), channel="social")
    assert ran(case, Promise.ACKNOWLEDGE).due_at == moment("23 10:15")
    mail = complaint(None, contact=Contact(email="Zhang@Example.com"), channel="email")
    assert ran(mail, Promise.ACKNOWLEDGE).met_at is not None
    assert Message.objects.get(event="case.received").address == "Zhang@example.com"


@pytest.mark.parametrize(
    ("contact", "code"),
    [(Contact(phone="12"), "phone_"), (Contact(email="no-address"), "email_")],
)
def test_an_address_that_cannot_exist_is_refused(contact: Contact, code: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        enquiry(None, contact=contact)
    assert refusal.value.code.startswith(code)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"category": "nonsense"}, "category_unknown"),
        ({"category": "privacy"}, "category_of_another_kind"),
        ({"subject": " ", "body": "\x00 "}, "case_needs_words"),
        ({"body": "x" * 50_001}, "text_too_long"),
    ],
)
def test_what_cannot_be_a_case_is_refused(wanqing: Member, changes: dict[str, str], code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        enquiry(wanqing, **changes)
    assert refusal.value.code == code


@pytest.mark.usefixtures("monday")
def test_what_was_said_earlier_counts_from_then_and_never_from_tomorrow(wanqing: Member) -> None:
    assert enquiry(wanqing, at=moment("23 09:30")).due_at == moment("23 13:30")
    assert enquiry(wanqing, at=moment("24 09:30")).due_at == moment("23 14:00")


def test_what_is_told_beats_what_is_suggested(wanqing: Member) -> None:
    case = complaint(wanqing, category="privacy", severity="low", complexity="simple")
    assert case.category is not None
    assert (case.category.code, case.severity, case.complexity) == ("privacy", "low", "simple")


def test_the_form_is_told_what_it_would_be() -> None:
    found = cases.suggest("重复扣款", "同一笔订单扣了两次，请退款，我要投诉")
    assert (found.kind, found.category, found.complexity) == ("complaint", "transaction", "complex")
    assert "投诉" in found.because


def test_the_subject_is_taken_from_the_words_where_none_was_given(wanqing: Member) -> None:
    assert enquiry(wanqing, subject="", body="  When \n does  it begin? ").subject == "When does it begin?"


def test_numbers_are_readable_and_each_is_used_once(wanqing: Member) -> None:
    numbers = [enquiry(wanqing).number for _ in range(5)]
    assert len(set(numbers)) == 5
    assert all(len(one) == 14 and one[0] == "C" for one in numbers)


def test_the_record_names_the_case_and_never_its_words(wanqing: Member, ling: User) -> None:
    case = complaint(wanqing)
    row = AuditRecord.objects.get(action="service_desk.case.open")
    assert (row.member_id, row.details["number"]) == (wanqing.pk, case.number)


def test_the_authority_to_compensate_is_the_policys() -> None:
    limits = parameters.in_force(ServiceDeskParameters)
    assert (limits.agent_minor, limits.lead_minor) == (5_000, 30_000)


def test_an_entry_is_never_changed_or_lost(wanqing: Member) -> None:
    entry = enquiry(wanqing).entries.get()
    for attempt in (
        lambda: CaseEntry.objects.filter(pk=entry.pk).update(direction="note"),
        lambda: CaseEntry.objects.filter(pk=entry.pk).delete(),
        lambda: CaseEvent.objects.filter(case=entry.case).update(kind=Happening.REPLIED),
        lambda: CaseEvent.objects.filter(case=entry.case).delete(),
    ):
        with pytest.raises(Exception, match=r"never|append-only"):
            _alone(attempt)
    assert fresh(entry.case).entries.count() == 1


def _alone(attempt: Callable[[], object]) -> None:
    with transaction.atomic():
        attempt()
