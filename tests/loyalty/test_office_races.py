"""Adjustments and invitations under concurrency, each with its negative control (invariants.md part 2)."""

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from django.db.models import Count

from core import approvals, clock
from core.models import Approval, User
from core.rules import RuleBroken
from loyalty.models import PointAccount, PointAdjustment, PointTransaction
from loyalty.operations import adjustments, invitations, ledger
from members.models import Member, Referral
from members.policy.parameters import ReferralParameters
from tests import factories
from tests.cards.factories import ActiveCardFactory, LineFactory, OrderFactory
from tests.loyalty.conftest import balances, broken
from tests.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CAP = ReferralParameters().yearly_cap


def with_card(member: Member) -> Member:
    line = LineFactory.create(order=OrderFactory.create(member=member))
    ActiveCardFactory.create(order_line=line, activated_at=clock.now() - dt.timedelta(days=30))
    return member


def invited(referrer: Member, count: int) -> list[Referral]:
    friends = [with_card(factories.MemberFactory.create()) for _ in range(count)]
    day = clock.today()
    return [
        Referral.objects.create(
            referrer=referrer, friend=friend, joined_on=day - dt.timedelta(days=number), reviewed_at=clock.now()
        )
        for number, friend in enumerate(friends)
    ]


def settle(row: Referral) -> Any:
    return invitations.settle(Referral.objects.select_related("referrer", "friend").get(pk=row.pk), on=clock.today())


def test_one_invitation_rewarded_by_forty_at_once_is_rewarded_once() -> None:
    referrer = with_card(factories.MemberFactory.create())
    [row] = invited(referrer, 1)
    answers = at_once(lambda _: settle(row), range(40))
    assert (answers.count(True), answers.count(False)) == (1, 39), answers[:3]
    assert (balances(referrer)[0], balances(row.friend)[0], broken()) == (500, 500, [])


def test_the_years_number_holds_when_more_are_rewarded_at_once() -> None:
    referrer = with_card(factories.MemberFactory.create())
    rows = invited(referrer, CAP + 10)
    answers = at_once(settle, rows)
    assert answers.count(True) == CAP + 10, answers[:3]
    places = list(Referral.objects.filter(place__isnull=False).order_by("place").values_list("place", flat=True))
    assert (places, balances(referrer)[0], broken()) == (list(range(1, CAP + 1)), CAP * 500, [])


def test_without_the_lock_places_are_taken_twice_and_the_constraint_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: two that count at the same moment take the same place, which only the database stops."""
    referrer = with_card(factories.MemberFactory.create())
    rows = invited(referrer, 24)
    monkeypatch.setattr(ledger, "accounts_of", lambda _members: {})
    monkeypatch.setattr(ledger, "account_of", _unheld)
    answers = at_once(settle, rows)
    assert any("invitation_takes_its_own_place_in_the_year" in str(one) for one in answers) or broken()


def _unheld(member: Member) -> PointAccount:
    account, _ = PointAccount.objects.get_or_create(member=member)
    return account


def test_two_who_invite_in_a_chain_are_settled_side_by_side_without_a_deadlock() -> None:
    chain = [with_card(factories.MemberFactory.create()) for _ in range(12)]
    rows = [
        Referral.objects.create(referrer=one, friend=two, joined_on=clock.today(), reviewed_at=clock.now())
        for one, two in pairwise(chain)
    ]
    answers = at_once(settle, [*rows, *reversed(rows)])
    assert answers.count(True) == len(rows), [one for one in answers if not isinstance(one, bool)][:2]
    assert broken() == []


def _agent() -> User:
    return factories.StaffFactory.create(roles={"member_service": None})


def test_small_grants_at_once_do_not_pass_the_limit_of_one_person() -> None:
    member, agent = factories.MemberFactory.create(), _agent()

    def grant(turn: int) -> Any:
        user = User.objects.get(pk=agent.pk)
        return adjustments.ask(member, 90, category="goodwill", explanation="x", by=user, key=str(turn))

    answers = at_once(grant, range(20))
    assert all(isinstance(one, PointAdjustment | RuleBroken) for one in answers), answers[:2]
    alone = PointAdjustment.objects.filter(state="posted").count()
    assert (alone, balances(member)[0], broken()) == (11, 990, [])


def test_without_the_lock_small_grants_pass_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    member, agent = factories.MemberFactory.create(), _agent()
    monkeypatch.setattr(ledger, "account_of", _unheld)

    def grant(turn: int) -> Any:
        user = User.objects.get(pk=agent.pk)
        return adjustments.ask(member, 90, category="goodwill", explanation="x", by=user, key=str(turn))

    at_once(grant, range(60))
    assert PointAdjustment.objects.filter(state="posted").count() > 11 or broken()


def test_one_form_sent_twenty_times_at_once_adjusts_once() -> None:
    member, agent = factories.MemberFactory.create(), _agent()
    user = User.objects.get(pk=agent.pk)
    answers = at_once(
        lambda _: adjustments.ask(member, 70, category="goodwill", explanation="x", by=user, key="one"), range(20)
    )
    assert {one.pk for one in answers} == {PointAdjustment.objects.get().pk}
    assert balances(member)[0] == 70


def test_one_request_approved_by_many_at_once_is_posted_once() -> None:
    member, agent = factories.MemberFactory.create(), _agent()
    adjustments.ask(member, 5_000, category="goodwill", explanation="x", by=agent, key="one")
    deciders = [factories.StaffFactory.create(roles={"finance": None}) for _ in range(10)]
    approval = Approval.objects.get()
    at_once(lambda user: approvals.approve(approval, by=User.objects.get(pk=user.pk)), deciders)
    posted = PointTransaction.objects.values("source").annotate(count=Count("pk"))
    assert (list(posted), balances(member)[0]) == ([{"source": "adjustment", "count": 1}], 5_000)
