"""What colleagues give to members by hand they give neither to themselves nor to their household (invariant 33)."""

import datetime as dt
from typing import Any

import pytest

from core import approvals, clock
from core.models import User
from core.refusals import Refusal
from loyalty.models import BenefitGrant, Coupon, MemberTier, TierHold
from loyalty.operations import benefit_grants, coupons, tier_holds
from members.models import Household, Member
from tests.loyalty.benefits_cast import a_benefit
from tests.loyalty.shelf import offer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]


def is_of(member: Member, person: User, *, household: bool) -> User:
    """The colleague is the member, or lives with her."""
    if household:
        home = Household.objects.create()
        Member.objects.filter(pk=member.pk).update(household=home)
        Member.objects.create(number="1000000777", user=person, name="Shi", household=home)
    else:
        Member.objects.filter(pk=member.pk).update(user=person)
    return User.objects.get(pk=person.pk)


def refused(act: Any) -> str:
    with pytest.raises(Refusal) as error:
        act()
    return error.value.code


@pytest.mark.parametrize("household", [False, True])
def test_a_tier_is_guaranteed_by_two_who_are_not_the_member(
    wanqing: Member, service_agent: User, director: User, household: bool
) -> None:
    given: Any = {"tier": "gold", "ends_on": clock.today() + dt.timedelta(days=30), "reason": "Ill this year."}
    asked = tier_holds.propose(wanqing, **given, author=service_agent)
    own = is_of(wanqing, director, household=household)
    assert refused(lambda: approvals.approve(asked, by=own)) == "own_card"
    Member.objects.filter(user=own).update(user=service_agent)
    her, agent = Member.objects.get(pk=wanqing.pk), User.objects.get(pk=service_agent.pk)
    assert refused(lambda: tier_holds.propose(her, **given, author=agent)) == "own_card"
    assert not TierHold.objects.exists()
    assert not MemberTier.objects.filter(tier="gold").exists()


@pytest.mark.parametrize("household", [False, True])
def test_benefits_and_coupons_are_given_to_others(wanqing: Member, planner: User, household: bool) -> None:
    spa = a_benefit("spa", "event", starts_on=clock.today())
    ten_off = offer()
    own = is_of(wanqing, planner, household=household)
    her = Member.objects.get(pk=wanqing.pk)
    until = clock.today() + dt.timedelta(days=9)
    given: Any = {"uses": 1, "last_valid_on": until, "source": "hand", "external_id": "1", "reason": "So."}
    assert refused(lambda: benefit_grants.give(her, spa, **given, by=own)) == "own_card"
    assert refused(lambda: coupons.grant(ten_off, her, key="k", reason="So.", by=own)) == "own_card"
    assert not BenefitGrant.objects.exists()
    assert not Coupon.objects.exists()
