"""The friend's card is returned after both were rewarded: both rewards go back, once, while the policy has it (MEM-10 · E1.4)."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from cards.models import Order
from cards.operations import order_states
from core import approvals, clock, parameters
from core.models import AuditRecord, Message, User
from loyalty.models import EarnRule, PointTransaction
from loyalty.operations import earn_rules, points
from members.models import Member, Referral
from members.policy.parameters import ReferralParameters
from tests.cards.products import swept
from tests.loyalty.conftest import balances, broken, cause
from tests.loyalty.test_invitations import activate, invitation, join

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
REWARD, BACK = "referrals.reward", "referrals.take_back"


@pytest.fixture
def rewarded(wanqing: Member) -> tuple[Member, Member, Order]:
    """Wanqing, the friend she invited, and the order of the card that brought both their reward."""
    activate(wanqing, days_ago=100)
    friend = join(wanqing)
    card = activate(friend, days_ago=14)
    assert swept(REWARD) == 1
    return wanqing, friend, card.order_line.order


def give_back(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(refunded_minor=order.paid_minor)
    order.refresh_from_db()
    order_states.move(order, Order.State.REFUNDED)


def after(days: int) -> Any:
    return clock.stopped(clock.now() + dt.timedelta(days=days))


def test_both_lose_the_reward_of_a_card_that_is_returned_and_are_told_once(
    rewarded: tuple[Member, Member, Order],
) -> None:
    wanqing, friend, order = rewarded
    assert swept(BACK) == 0
    with after(10):
        give_back(order)
        assert [swept(BACK) for _ in range(2)] == [1, 0]
        assert (balances(wanqing), balances(friend)) == ((0, 0, 0, 0), (0, 0, 0, 0))
        row = invitation(friend)
        assert (row.state, row.because, row.withdrawn_at) == ("withdrawn", ["card-returned"], clock.now())
    assert (row.place, row.referrer_points, row.friend_points, broken()) == (1, 500, 500, [])
    told = Message.objects.filter(event="referral.withdrawn", channel="inbox")
    assert set(told.values_list("member_id", flat=True)) == {wanqing.pk, friend.pk}
    assert all("500" in one.body for one in told)
    assert AuditRecord.objects.filter(action="loyalty.referral.withdraw").count() == 1


def test_a_second_card_that_she_keeps_keeps_the_reward(rewarded: tuple[Member, Member, Order]) -> None:
    _wanqing, friend, order = rewarded
    activate(friend, days_ago=1)
    give_back(order)
    assert (swept(BACK), invitation(friend).state) == (0, "rewarded")


def test_a_refund_in_part_keeps_the_reward(rewarded: tuple[Member, Member, Order]) -> None:
    _wanqing, friend, order = rewarded
    Order.objects.filter(pk=order.pk).update(refunded_minor=100)
    assert (swept(BACK), invitation(friend).state) == (0, "rewarded")


@pytest.mark.parametrize(("days", "state"), [(90, "withdrawn"), (91, "rewarded")])
def test_the_day_of_the_return_counts_however_late_the_night_is(
    rewarded: tuple[Member, Member, Order], days: int, state: str
) -> None:
    _wanqing, friend, order = rewarded
    with after(days):
        give_back(order)
    with after(days + 5):
        swept(BACK)
    assert (invitation(friend).state, broken()) == (state, [])


def test_the_parameter_decides_how_long(
    rewarded: tuple[Member, Member, Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    _wanqing, friend, order = rewarded
    real, policy = parameters.in_force, ReferralParameters(withdraw_days=3)
    monkeypatch.setattr(
        parameters, "in_force", lambda cls, **on: policy if cls is ReferralParameters else real(cls, **on)
    )
    with after(4):
        give_back(order)
        assert (swept(BACK), invitation(friend).state) == (0, "rewarded")


def test_what_was_spent_is_owed_and_what_earn_rules_added_goes_along(
    wanqing: Member, planner: User, director: User
) -> None:
    rule = EarnRule.objects.create(code="friends", name="Season of friends")
    said = {"kind": "referral", "effect": "bonus", "points": 100}
    approvals.approve(
        earn_rules.propose(rule, said, effective_at=clock.now(), reason="agreed", author=planner), by=director
    )
    activate(wanqing, days_ago=100)
    friend = join(wanqing)
    order = activate(friend, days_ago=14).order_line.order
    swept(REWARD)
    assert balances(wanqing)[0] == 600
    points.spend(wanqing, 550, cause=cause())
    give_back(order)
    assert swept(BACK) == 1
    assert (balances(wanqing), balances(friend), broken()) == ((0, 0, 0, 550), (0, 0, 0, 0), [])
    taken = PointTransaction.objects.filter(source="referral-back").values_list("points", flat=True)
    assert sorted(taken) == [-500, -500, -100]


def test_a_place_of_the_year_stays_taken(rewarded: tuple[Member, Member, Order]) -> None:
    """Otherwise cards that are bought and returned would make room for more."""
    wanqing, _friend, order = rewarded
    give_back(order)
    swept(BACK)
    activate(join(wanqing, 2, address="203.0.113.2"), days_ago=14)
    swept(REWARD)
    assert sorted(Referral.objects.values_list("state", "place")) == [("rewarded", 2), ("withdrawn", 1)]


def test_both_pages_say_why(rewarded: tuple[Member, Member, Order], her_phone: Client) -> None:
    give_back(rewarded[2])
    swept(BACK)
    said: dict[str, Any] = {"accept-language": "en"}
    points_page = her_phone.get("/me/points/", headers=said).content.decode()
    assert "Reward of an invitation taken back" in points_page
    assert "The friend you invited returned the card." in points_page
    invite = her_phone.get("/me/invite/", headers=said)
    assert [(one.state, one.points) for one in invite.context["friends"]] == [("withdrawn", 0)]
    assert (
        "The card was returned on 23\N{NO-BREAK SPACE}November 2026; the points were taken back."
        in invite.content.decode()
    )
