"""The programme's cap under concurrency, on a server database, with its negative control (invariants.md part 2)."""

import datetime as dt
import time
from typing import Any

import pytest
from django.db.models import Sum

from core import approvals, clock
from core.models import User
from loyalty.models import EarnBudget, EarnOccasion, EarnRule, PointTransaction
from loyalty.operations import budgets, earn_rules, earnings, purchases
from loyalty.operations.earnings import Line
from loyalty.operations.purchases import Arrival
from loyalty.policy.rules import Kind
from members.models import Member
from tests import factories
from tests.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
BUDGET = 500


def in_force(code: str, definition: dict[str, Any], *, planner: User, director: User) -> None:
    rule = EarnRule.objects.create(code=code, name=code)
    with clock.stopped(clock.now() - dt.timedelta(hours=1)):
        asked = earn_rules.propose(rule, definition, effective_at=clock.now(), reason="agreed", author=planner)
        approvals.approve(asked, by=director)


@pytest.fixture
def limited(planner: User, director: User) -> list[Member]:
    capped = {"programme_cap_points": BUDGET, "programme_cap_per": "month"}
    in_force(
        "friend", {"kind": "referral", "effect": "bonus", "points": 30, **capped}, planner=planner, director=director
    )
    for code in ("b", "a"):
        definition = {"kind": "purchase", "effect": "bonus", "points": 7, **capped}
        in_force(code, definition, planner=planner, director=director)
    members: list[Member] = factories.MemberFactory.create_batch(40)
    return members


def given() -> int:
    return int(PointTransaction.objects.filter(source="referral").aggregate(sum=Sum("points", default=0))["sum"])


def invite(member: Member) -> Any:
    return earnings.of_occasion(member, Kind.REFERRAL, key=f"f:{member.pk}", at=clock.now())


def test_forty_members_at_once_share_the_programmes_cap_exactly(limited: list[Member]) -> None:
    answers = at_once(invite, limited)
    assert not [one for one in answers if isinstance(one, Exception)]
    assert (given(), EarnBudget.objects.get(rule="friend").points) == (BUDGET, BUDGET)


def test_without_the_lock_they_are_given_more_than_the_cap(
    limited: list[Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = budgets.lock

    def unheld(of: Any, *, on: dt.date) -> dict[str, EarnBudget]:
        monkeypatch.setattr(EarnBudget.objects, "select_for_update", EarnBudget.objects.all)
        found = real(of, on=on)
        time.sleep(0.05)  # wide enough for a busy machine, too
        return found

    monkeypatch.setattr(budgets, "lock", unheld)
    at_once(invite, limited)
    assert given() > BUDGET


def test_purchases_that_meet_in_two_budgets_do_not_deadlock(limited: list[Member]) -> None:
    def buy(member: Member) -> Any:
        return purchases.record(member, [Line(100)], arrival=Arrival("api", str(member.pk), clock.now()))

    answers = at_once(buy, limited)
    assert not [one for one in answers if isinstance(one, Exception)]
    assert {row.rule: row.points for row in EarnBudget.objects.all()} == {"a": 280, "b": 280}


def test_one_key_for_many_members_at_once_serves_one_of_them(limited: list[Member]) -> None:
    def same(member: Member) -> Any:
        return earnings.of_occasion(member, Kind.TASK, key="one", at=clock.now(), code="survey")

    answers = at_once(same, limited[:20])
    refused = [one for one in answers if one is not None]
    assert (len(refused), {getattr(one, "code", one) for one in refused}) == (19, {"key_reused"})
    assert EarnOccasion.objects.count() == 1
