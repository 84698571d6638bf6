"""The queue and the search (SVC-01, LOY-15): the right order, every case once, a constant number of queries."""

import datetime as dt

import pytest
from django.db.models import F, QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import figures as workbench
from core.models import Department, User
from loyalty.models import MemberTier
from members.models import Member
from service_desk.models import Case
from service_desk.models.cases import NO_DEADLINE
from service_desk.operations import handling, merging, presence, tasks, threads
from service_desk.operations.cases import Contact
from service_desk.queries import agents, cases, figures, finding, queue
from tests.service_desk.desk import agent, complaint, enquiry, on
from tests.service_desk.policy.calendars import moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("categories")]


def numbers(rows: QuerySet[Case], *, limit: int = 2) -> list[str]:
    """Every case of a queue, page by page."""
    found, after = [], ""
    while True:
        page = queue.page(rows, after=after, limit=limit)
        found += [row.number for row in page.rows]
        if not (after := page.next):
            return found


def test_the_earliest_deadline_comes_first_then_the_tier_then_the_age(wanqing: Member, stranger: Member) -> None:
    MemberTier.objects.create(member=stranger, tier="silver", since_on="2026-01-01", decided_on="2026-01-01")
    with on("23 10:00"):
        old, older = enquiry(wanqing), enquiry(wanqing)
        silver = enquiry(stranger)  # three hours instead of four
        urgent = complaint(wanqing)
    Case.objects.filter(pk=older.pk).update(opened_at=F("opened_at") - dt.timedelta(minutes=1))
    with on("23 11:00"):
        equal = enquiry(stranger)
    Case.objects.filter(pk=equal.pk).update(first_due_at=F("first_due_at"))
    assert equal.due_at == old.due_at  # 14:00 both, so the tier decides
    expected = [urgent.number, silver.number, equal.number, older.number, old.number]
    assert numbers(queue.undone()) == numbers(queue.undone(), limit=50) == expected


ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 3)), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.integers(1, 5))
def test_pages_hold_every_case_once_and_in_order(wanqing: Member, rows: list[tuple[int, int, int]], limit: int) -> None:
    Case.objects.all().delete()
    start = moment("23 10:00")
    for place, (due, rank, age) in enumerate(rows):
        Case.objects.create(
            number=f"C{place}", kind="enquiry", channel="web", subject="x", tier_rank=rank, member=wanqing,
            first_due_at=NO_DEADLINE if due == 3 else start + dt.timedelta(hours=due),
            opened_at=start - dt.timedelta(hours=age),
        )  # fmt: skip
    key = {f"C{place}": (row[0], -row[1], -row[2], place) for place, row in enumerate(rows)}
    assert numbers(queue.undone(), limit=limit) == sorted(key, key=key.__getitem__)


@pytest.mark.parametrize(
    "after", ["nonsense", "~~~", "2026-11-23T10:00:00~1~x~1", "2026-11-23T10:00:00+00:00~1", "\x00", "9" * 400]
)
def test_a_place_that_cannot_be_read_is_the_beginning(wanqing: Member, after: str) -> None:
    case = enquiry(wanqing)
    assert [row.pk for row in queue.page(queue.undone(), after=after).rows] == [case.pk]


def test_each_queue_holds_what_its_name_says(
    wanqing: Member, ling: User, otto: User, finance_department: Department
) -> None:
    with on("23 10:00"):
        mine = complaint(wanqing)
        handling.follow(mine, by=otto)
        alone = enquiry(None, contact=Contact("Jo"), language="fr")
        refunds = complaint(None, contact=Contact("Jo"), category="transaction", language="fr")
        done = enquiry(wanqing, channel="hotline", by=otto, close_at_once="seven")
    ling, otto = (User.objects.get(pk=user.pk) for user in (ling, otto))
    assert numbers(queue.mine(ling)) == [mine.number]
    assert set(numbers(queue.nobodys())) == {alone.number, refunds.number}
    assert set(numbers(queue.for_me(ling))) == {alone.number, refunds.number}
    assert numbers(queue.for_me(otto)) == [alone.number]
    assert numbers(queue.followed(otto)) == [mine.number]
    with on("23 11:10"):
        assert set(numbers(queue.near_breach())) == {mine.number, refunds.number}
    Case.objects.filter(pk=mine.pk).update(department=finance_department)
    assert numbers(queue.of_department(finance_department)) == [mine.number]
    assert done.number not in numbers(queue.undone())
    assert queue.department_of(User.objects.get(display_name="Luo Dan")) == finance_department
    with on("23 11:10"):
        assert queue.counts(ling, finance_department) == {
            "mine": 1, "for_me": 2, "nobodys": 2, "near_breach": 2, "followed": 0, "department": 1, "all": 3,
        }  # fmt: skip


def test_a_page_asks_three_queries_however_many_cases_there_are(
    wanqing: Member, ling: User, otto: User, django_assert_num_queries
) -> None:
    for place in range(7):
        case = complaint(wanqing, body=f"早餐 {place}")
        presence.look(case, by=otto)
    for limit in (2, 7):
        with django_assert_num_queries(3):
            for row in queue.page(queue.undone(), limit=limit).rows:
                assert [one.promise for one in row.clocks.all()]
                assert [str(one).rpartition(" ")[2] for one in row.viewings.all()] == ["Otto"]
                assert str(row.owner) == "Ling"
                assert str(row.category)
                assert str(row.member)


def test_what_a_search_found_is_shown_in_its_order(wanqing: Member, django_assert_num_queries) -> None:
    rows = [complaint(wanqing, body=f"早餐 {place}") for place in range(4)]
    keys = finding.find("早餐")
    with django_assert_num_queries(3):
        found = queue.shown(keys)
        assert [str(row.category) for row in found]
    assert [row.pk for row in found] == keys == [row.pk for row in reversed(rows)]


def test_a_case_as_a_whole_asks_the_same_however_long_it_is(
    wanqing: Member, ling: User, otto: User, finance_department: Department, django_assert_num_queries
) -> None:
    case = complaint(wanqing)
    for place in range(9):
        threads.member_wrote(case, body=f"第 {place} 句", channel="web")
        threads.note(case, body="记", by=otto)
    tasks.ask(case, department=finance_department, question="?", by=ling)
    handling.follow(case, by=otto)
    presence.look(case, by=otto)
    with django_assert_num_queries(10):
        found = cases.whole(case)
        assert len([str(entry.author) + str(list(entry.attachments.all())) for entry in found.entries]) == 19
        assert [str(one.department) for one in found.tasks] == ["Finance"]
        assert [str(one.user) for one in found.followers] == [str(one.user) for one in found.viewings] == ["Otto"]
        assert {event.kind for event in found.events} >= {"opened", "state", "task-asked"}
        assert str(found.case.owner) == "Ling"


def test_a_members_cases_are_shown_once_each(wanqing: Member, stranger: Member, ling: User) -> None:
    first, second = complaint(wanqing), complaint(wanqing)
    enquiry(stranger)
    merging.merge(second, into=first, by=ling)
    assert list(cases.of_member(wanqing)) == [first]
    assert cases.by_number(f" {second.number.lower()} ") == second


# finding


@pytest.fixture
def some(wanqing: Member, ling: User) -> dict[str, Case]:
    return {
        "refund": complaint(wanqing, subject="退款没到账", body="两周前申请退款，REFUND please"),
        "tea": enquiry(None, subject="Tea", body="Is the harvest tea served cold?", contact=Contact("Wei Zhang", "13900139000")),
        "mail": enquiry(None, subject="发票", body="需要发票", contact=Contact(email="Jo@Example.com")),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("退款", ["refund"]),
        ("申请退款", ["refund"]),
        ("退款 refund", ["refund"]),
        ("ＴＥＡ cold", ["tea"]),
        ("tea refund", []),
        ("发票", ["mail"]),
        ("zhang", ["tea"]),
        ("139 0013 9000", ["tea"]),
        ("+8613900139000", ["tea"]),
        ("jo@example.com", ["mail"]),
        ("1000000008", ["refund"]),
        ("13812340001", ["refund"]),
        ("款", []),
        ("", []),
        ("%_'\"; DROP TABLE", []),
        ("& | ! ( ) :*", []),
        ("\x00", []),
    ],
)
def test_a_case_is_found_by_its_words_numbers_and_addresses(
    some: dict[str, Case], term: str, expected: list[str]
) -> None:
    assert finding.find(term) == [some[name].pk for name in expected]


def test_a_case_is_found_by_its_number(some: dict[str, Case]) -> None:
    assert finding.find(f" {some['tea'].number.lower()} ") == [some["tea"].pk]
    assert finding.find("C261123-999999") == []


def test_what_is_said_later_is_found_too(some: dict[str, Case], ling: User) -> None:
    threads.member_wrote(some["tea"], body="另外，杯垫在哪里买？", channel="web")
    threads.note(some["tea"], body="promised a coaster", by=ling)
    assert finding.find("杯垫") == finding.find("coaster") == [some["tea"].pk]


def test_the_newest_come_first_and_pages_follow_one_another(wanqing: Member) -> None:
    rows = [enquiry(wanqing, body=f"breakfast number {place}") for place in range(5)]
    keys = [row.pk for row in reversed(rows)]
    assert finding.find("breakfast", limit=2) == keys[:2]
    assert finding.find("breakfast", before=keys[1], limit=2) == keys[2:4]
    assert finding.find("1000000008", before=keys[3]) == keys[4:]


def test_the_words_are_not_to_be_read_from_what_is_kept(some: dict[str, Case]) -> None:
    kept = some["refund"].search.tokens
    assert "refund" not in kept
    assert all(len(token) == finding.LETTERS and token.isalpha() for token in kept.split())


def test_the_cases_of_an_address_are_those_of_the_member_and_of_the_stranger_who_has_it(
    wanqing: Member, some: dict[str, Case]
) -> None:
    assert list(finding.at_address(phone=wanqing.phone or "")) == [some["refund"]]
    assert list(finding.at_address(email="jo@example.com")) == [some["mail"]]


# figures


def test_how_fast_members_are_answered_and_helped(wanqing: Member, ling: User) -> None:
    with on("23 10:00"):
        quick, slow = complaint(wanqing), complaint(wanqing)
    with on("23 11:00"):
        threads.reply(quick, body="好", by=ling, resolves=True)
    with on("23 13:00"):
        threads.reply(slow, body="好", by=ling, resolves=True)
    told = {one.promise: one for one in figures.timeliness(moment("23 00:00"), moment("24 00:00"))}
    first = told["first-response"]
    assert (first.ended, first.missed, first.average, first.longest, first.kept_bps) == (2, 1, 120, 180, 5_000)
    assert told["acknowledge"].average == 0
    by_owner = figures.timeliness(moment("23 00:00"), moment("24 00:00"), by="owner")
    assert {one.group for one in by_owner} == {ling.pk}
    assert figures.timeliness(moment("24 00:00"), moment("25 00:00")) == []
    assert [clock.case for clock in figures.breaches(moment("23 00:00"), moment("24 00:00"))] == [slow]
    assert figures.minutes_of([quick.pk, slow.pk], "resolution") == {quick.pk: 60, slow.pk: 180}


def test_workloads_are_told_for_every_agent(wanqing: Member, django_assert_num_queries) -> None:
    busy, idle = agent("Busy", capacity=4), agent("Idle", on_duty=False)
    with on("23 10:00"):
        for _ in range(3):
            case = enquiry(wanqing)
        threads.reply(case, body="?", by=busy, channel="hotline", waits=True)
    with on("23 13:30"), django_assert_num_queries(2):
        found = {one.user: one for one in agents.workloads()}
    assert (found[busy].working, found[busy].waiting, found[busy].due) == (2, 1, 2)
    assert (found[idle].working, found[idle].is_on_duty) == (0, False)


def test_todays_numbers_are_told_on_the_workbench(wanqing: Member, lead: User) -> None:
    with on("23 10:00"):
        complaint(wanqing)
        enquiry(None, contact=Contact("Jo"))
    with on("23 12:00"):
        shown = {one.figure.code: one.value for one in workbench.shown_to(lead)}
    assert (shown["cases"], shown["complaints"], shown["cases-undone"], shown["cases-unowned"]) == (2, 1, 2, 2)
