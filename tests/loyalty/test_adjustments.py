"""Points granted and taken by hand (LOY-04, invariant 33): alone up to a limit, above it two people."""

import datetime as dt

import pytest

from core import approvals, clock
from core.models import Approval, AuditRecord, Message, User
from core.refusals import Refusal
from loyalty.models import PointAdjustment, PointLot, PointTransaction
from loyalty.operations import adjustments, points
from members.models import Household, Member
from tests import factories
from tests.cards.products import refused
from tests.loyalty.conftest import balances, broken, cause

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]


def ask(member: Member, amount: int, by: User, *, key: str = "k1", may_owe: bool = False) -> PointAdjustment:
    return adjustments.ask(
        member, amount, category="goodwill", explanation="The queue was long.", by=by, key=key, may_owe=may_owe
    )


def test_up_to_the_limit_one_colleague_grants_at_once(wanqing: Member, service_agent: User) -> None:
    row = ask(wanqing, 1_000, service_agent)
    assert (row.state, balances(wanqing), broken()) == ("posted", (1_000, 0, 0, 0), [])
    done = row.transaction
    assert done is not None
    assert (done.kind, done.points, done.actor, done.reason) == ("adjust", 1_000, service_agent, "The queue was long.")
    assert PointLot.objects.get().last_valid_on == dt.date(2028, 11, 30)
    assert AuditRecord.objects.get(action="loyalty.points.adjust").actor_id == service_agent.pk
    told = Message.objects.get(event="points.adjusted")
    assert (told.channel, told.recipient) == ("inbox", wanqing.user)
    assert "1000" in told.subject


def test_one_point_more_waits_for_a_second_person(wanqing: Member, service_agent: User, finance: User) -> None:
    row = ask(wanqing, 1_001, service_agent)
    assert (row.state, PointTransaction.objects.count()) == ("waiting", 0)
    asked = Approval.objects.get()
    assert asked.effect == {"available": 0, "available_after": 1_001}
    approvals.approve(asked, by=finance)
    row.refresh_from_db()
    assert (row.state, row.decided_by, balances(wanqing)[0], broken()) == ("posted", finance, 1_001, [])
    with refused("already_decided"):
        approvals.approve(asked, by=_director())
    assert balances(wanqing)[0] == 1_001


def _director() -> User:
    return factories.StaffFactory.create(roles={"operations_director": None})


def test_what_one_colleague_adjusts_in_a_day_counts_together(wanqing: Member, service_agent: User) -> None:
    ask(wanqing, 600, service_agent, key="a")
    assert ask(wanqing, 401, service_agent, key="b").state == "waiting"
    assert ask(wanqing, -400, service_agent, key="c").state == "posted"
    with clock.stopped(clock.now() + dt.timedelta(days=1)):
        assert ask(wanqing, 1_000, service_agent, key="d").state == "posted"


def test_a_repeat_adjusts_once_and_the_key_for_anything_else_is_refused(wanqing: Member, service_agent: User) -> None:
    assert ask(wanqing, 300, service_agent) == ask(wanqing, 300, service_agent)
    assert balances(wanqing)[0] == 300
    with refused("key_reused"):
        ask(wanqing, 301, service_agent)


def test_taking_never_goes_below_zero_unless_the_rest_may_be_owed(wanqing: Member, service_agent: User) -> None:
    points.accrue(wanqing, 100, cause=cause(), waits=False)
    with refused("points_too_few"):
        ask(wanqing, -150, service_agent)
    row = ask(wanqing, -150, service_agent, may_owe=True)
    assert (row.state, balances(wanqing), broken()) == ("posted", (0, 0, 0, 50), [])
    ask(wanqing, 80, service_agent, key="back")
    assert (balances(wanqing), broken()) == ((30, 0, 0, 0), [])


def test_no_more_is_owed_than_the_policy_allows(wanqing: Member, service_agent: User, finance: User) -> None:
    with refused("debt_too_large"):
        ask(wanqing, -2_001, service_agent, may_owe=True)
    assert not PointAdjustment.objects.exists()
    ask(wanqing, -2_000, service_agent, may_owe=True)
    approvals.approve(Approval.objects.get(), by=finance)
    assert balances(wanqing) == (0, 0, 0, 2_000)


def test_what_was_spent_while_the_request_waited_is_refused_at_the_decision(
    wanqing: Member, service_agent: User, finance: User
) -> None:
    points.accrue(wanqing, 3_000, cause=cause(), waits=False)
    row = ask(wanqing, -3_000, service_agent)
    points.spend(wanqing, 1, cause=cause())
    with refused("points_too_few"):
        approvals.approve(Approval.objects.get(), by=finance)
    approvals.reject(Approval.objects.get(), by=finance, reason="Spent by now.")
    row.refresh_from_db()
    assert (row.state, balances(wanqing)[0]) == ("rejected", 2_999)


def test_who_asked_does_not_decide_and_may_take_it_back(wanqing: Member, service_agent: User) -> None:
    row = ask(wanqing, 5_000, service_agent)
    with refused("four_eyes"):
        approvals.approve(Approval.objects.get(), by=service_agent)
    approvals.withdraw(Approval.objects.get(), by=service_agent)
    row.refresh_from_db()
    assert row.state == "withdrawn"


def test_nobody_adjusts_his_own_account_or_his_households(
    wanqing: Member, household: Household, service_agent: User
) -> None:
    mother = household.members.get(user=None)
    own = household.members.exclude(pk__in=[wanqing.pk, mother.pk]).get()
    Member.objects.filter(pk=own.pk).update(user=service_agent)
    service_agent = User.objects.get(pk=service_agent.pk)
    for member in (own, mother):
        with refused("own_card"):
            ask(member, 10, service_agent)
    assert not PointAdjustment.objects.exists()


def test_the_second_person_decides_nothing_of_his_own(wanqing: Member, service_agent: User, finance: User) -> None:
    ask(wanqing, 5_000, service_agent)
    Member.objects.filter(pk=wanqing.pk).update(user=finance)
    with refused("own_card"):
        approvals.approve(Approval.objects.get(), by=User.objects.get(pk=finance.pk))
    assert not PointTransaction.objects.exists()


def test_nothing_is_no_adjustment(wanqing: Member, service_agent: User) -> None:
    with refused("points_not_positive"):
        ask(wanqing, 0, service_agent)


def test_without_the_right_nothing_happens(wanqing: Member, clerk: User) -> None:
    with pytest.raises(Refusal) as no:
        ask(wanqing, 10, clerk)
    assert (no.value.status, PointAdjustment.objects.count()) == (403, 0)
