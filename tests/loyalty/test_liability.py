"""The ledger summed up by month and last day (LOY-18), equal to the ledger at each month's end (invariant 11)."""

import datetime as dt
from typing import Any

import pytest

from core import clock
from core.models import User
from loyalty.models import Book, PointCohort, PointMonth
from loyalty.operations import adjustments, nightly, points, reversals
from loyalty.policy import liability as rule
from loyalty.queries import balances, liability
from members.models import Member
from tests import factories
from tests.cards.products import swept
from tests.loyalty.conftest import broken, cause

pytestmark = pytest.mark.django_db
JOB = "points.sum_up"


def at(day: dt.date, hour: int = 12) -> Any:
    return clock.stopped(dt.datetime(day.year, day.month, day.day, hour, tzinfo=clock.zone()))


@pytest.fixture
def three_months(wanqing: Member, service_agent: User) -> Member:
    """Earned and spent in September, taken back and lapsed in October, adjusted in November."""
    other: Member = factories.MemberFactory.create()
    with at(dt.date(2026, 9, 5)):
        earned = points.accrue(wanqing, 1_000, cause=cause())
        points.accrue(other, 300, cause=cause(), waits=False, earned_on=dt.date(2024, 9, 5))
    with at(dt.date(2026, 9, 20)):
        nightly.mature([wanqing.pk], on=clock.today())
        spent = points.spend(wanqing, 400, cause=cause())
    with at(dt.date(2026, 10, 1), hour=0):
        nightly.lapse([wanqing.pk, other.pk], on=dt.date(2026, 10, 1))
    with at(dt.date(2026, 10, 31), hour=23):
        reversals.take_back(earned, 100, cause=cause())
        reversals.give_back(spent, cause=cause(), points=150)
    with at(dt.date(2026, 11, 2)):
        adjustments.ask(wanqing, 50, category="goodwill", explanation="Sorry.", by=service_agent, key="n")
    return wanqing


def statement(last: dt.date = dt.date(2026, 11, 1)) -> tuple[rule.Month, ...]:
    return rule.statement(liability.sums(), first=dt.date(2026, 9, 1), last=last)


def test_each_month_closes_as_the_ledger_stood_at_its_end(three_months: Member) -> None:
    with at(dt.date(2026, 12, 1), hour=3):
        assert swept(JOB) > 0
        rows = statement(dt.date(2026, 12, 1))
    told = [(row.issued, row.redeemed, row.lapsed, row.taken_back, row.adjusted, row.closing) for row in rows]
    assert told == [
        (1_300, 400, 0, 0, 0, 900), (0, -150, 300, 100, 0, 650), (0, 0, 0, 0, 50, 700), (0, 0, 0, 0, 0, 700)
    ]  # fmt: skip
    for row in rows:
        end = liability.ends(row.month) - dt.timedelta(microseconds=1)
        ledger = [balances.as_of(member, end) for member in Member.objects.all()]
        assert row.closing == sum(sum(books.values()) - 2 * books[Book.OWED] for books in ledger)
    assert broken() == []


def test_a_second_run_changes_nothing_and_past_months_are_not_read_again(three_months: Member) -> None:
    with at(dt.date(2026, 11, 23), hour=1):
        assert swept(JOB) > 0
        assert swept(JOB) == 0
        assert list(liability.unread(clock.today())) == [dt.date(2026, 11, 1)]


def test_a_sweep_that_was_off_for_months_catches_up(three_months: Member) -> None:
    with at(dt.date(2026, 9, 25), hour=1):
        swept(JOB)
    with at(dt.date(2026, 11, 23), hour=1):
        swept(JOB)
        assert [row.closing for row in statement()] == [900, 650, 700]


def test_a_month_read_before_its_end_is_read_once_more_after_it(three_months: Member) -> None:
    with at(dt.date(2026, 11, 30), hour=23):
        swept(JOB)
        points.spend(three_months, 10, cause=cause())
    with at(dt.date(2026, 12, 1), hour=1):
        swept(JOB)
        assert statement()[-1].closing == 690


def test_verify_finds_a_sum_that_is_not_the_ledgers(three_months: Member) -> None:
    with at(dt.date(2026, 12, 1), hour=3):
        swept(JOB)
        PointMonth.objects.filter(month=dt.date(2026, 9, 1), to_book="redeemed").update(points=401)
        assert [code for code, _ in broken()] == ["11b"]


def test_cohorts_know_what_was_issued_what_is_left_and_what_lapsed(three_months: Member) -> None:
    with at(dt.date(2026, 11, 23), hour=1):
        swept(JOB)
        rows = {row.last_valid_on: (row.points, row.remaining, row.lapsed) for row in PointCohort.objects.all()}
    assert rows == {
        dt.date(2026, 9, 30): (300, 0, 300), dt.date(2028, 9, 30): (1_000, 650, 0), dt.date(2028, 11, 30): (50, 50, 0)
    }  # fmt: skip


def test_a_month_begins_at_midnight_of_the_business_zone(wanqing: Member) -> None:
    with clock.stopped(dt.datetime(2026, 10, 31, 15, 59, 59, tzinfo=dt.UTC)):
        points.accrue(wanqing, 1, cause=cause())
    with clock.stopped(dt.datetime(2026, 10, 31, 16, 0, tzinfo=dt.UTC)):
        points.accrue(wanqing, 10, cause=cause())
    with at(dt.date(2026, 11, 23)):
        swept(JOB)
    assert {row.month.month: row.points for row in PointMonth.objects.all()} == {10: 1, 11: 10}
