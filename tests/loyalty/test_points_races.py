"""Points under concurrency, on a server database, each with its negative control (invariants.md part 2)."""

import datetime as dt
import random
from typing import Any

import pytest
from django.db.models import Sum

from core import clock
from core.rules import RuleBroken
from loyalty.models import PointAccount, PointLot, PointTransaction
from loyalty.operations import ledger, nightly, points, reversals
from members.models import Member
from tests import factories
from tests.loyalty.conftest import balances, broken, cause
from tests.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def with_points(amount: int, *, on: dt.date | None = None) -> Member:
    member: Member = factories.MemberFactory.create()
    points.accrue(member, amount, cause=cause(), waits=False, earned_on=on)
    return member


def done(answers: list[Any]) -> int:
    assert all(isinstance(one, RuleBroken | PointTransaction | int) for one in answers), answers[:3]
    return sum(isinstance(one, PointTransaction) for one in answers)


def test_a_hundred_points_and_two_hundred_spends_of_one_leave_exactly_none() -> None:
    member = with_points(100)
    answers = at_once(lambda _: points.spend(member, 1, cause=cause()), range(200))
    assert (done(answers), balances(member), broken()) == (100, (0, 0, 0, 0), [])


def test_without_the_lock_the_hundred_points_are_spent_more_than_once(monkeypatch: pytest.MonkeyPatch) -> None:
    member = with_points(100)

    def unheld(of: Member) -> PointAccount:
        return PointAccount.objects.get(pk=of.pk)

    monkeypatch.setattr(ledger, "account_of", unheld)
    answers = at_once(lambda _: points.spend(member, 1, cause=cause()), range(200))
    assert sum(isinstance(one, PointTransaction) for one in answers) > 100 or broken()


def test_one_fact_delivered_fifty_times_at_once_earns_once() -> None:
    member: Member = factories.MemberFactory.create()
    answers = at_once(lambda _: points.accrue(member, 70, cause=cause("fact"), waits=False), range(50))
    assert (done(answers), balances(member)) == (50, (70, 0, 0, 0))
    assert PointTransaction.objects.filter(source="test", external_id="fact").count() == 1


def test_one_key_for_two_members_at_once_serves_one_of_them() -> None:
    pair: list[Member] = factories.MemberFactory.create_batch(2)
    answers = at_once(lambda n: points.accrue(pair[n % 2], 70, cause=cause("fact-2"), waits=False), range(20))
    total = PointAccount.objects.filter(pk__in=[member.pk for member in pair]).aggregate(sum=Sum("available"))["sum"]
    assert (total, {one.code for one in answers if isinstance(one, RuleBroken)}) == (70, {"key_reused"})


def test_redeeming_while_points_lapse_never_spends_a_lapsed_point_nor_lapses_a_spent_one() -> None:
    today = clock.today()
    member = with_points(60, on=today - dt.timedelta(days=800))
    points.accrue(member, 60, cause=cause(), waits=False)

    def either(turn: int) -> Any:
        if turn % 5 == 0:
            return nightly.lapse([member.pk], on=today)
        return points.spend(member, 1, cause=cause())

    answers = at_once(either, range(150))
    assert (done(answers), balances(member), broken()) == (60, (0, 0, 0, 0), [])
    lapsed = PointTransaction.objects.filter(member=member, kind="lapse")
    assert [row.points for row in lapsed] == [-60]


def test_nights_that_run_side_by_side_over_many_members_do_each_once_and_do_not_deadlock() -> None:
    long_ago = clock.today() - dt.timedelta(days=800)
    members = [with_points(10, on=long_ago) for _ in range(30)]
    keys = [member.pk for member in members]

    def one(turn: int) -> Any:
        mine = random.sample(keys, len(keys)) if turn % 2 else keys
        return nightly.lapse(mine, on=clock.today()) if turn % 3 else nightly.mature(mine, on=clock.today())

    answers = at_once(one, range(40))
    assert sum(one for one in answers if isinstance(one, int)) == 30, answers
    assert (PointLot.objects.filter(is_open=True).count(), broken()) == (0, [])


def test_a_redemption_given_back_by_many_at_once_comes_back_once() -> None:
    member = with_points(100)
    spent = points.spend(member, 100, cause=cause())
    answers = at_once(lambda _: reversals.give_back(spent, cause=cause(), points=30), range(40))
    assert (done(answers), balances(member)[0], broken()) == (3, 90, [])
