"""Targets, incentives, careers, improvement plans, contests: who may, who decides, what is kept (SVC-10, SVC-11)."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from core import approvals, clock, sweeps
from core.models import Approval, AuditRecord, Message, Store, User
from service_desk.models import CareerLevel, CareerStep, Contest, ContestPlace, ImprovementPlan, Incentive, KpiTarget
from service_desk.people.operations import careers, contests, incentives, plans, targets
from service_desk.people.operations.targets import For
from service_desk.people.policy.kpis import Subject
from service_desk.people.policy.periods import Span
from service_desk.people.queries import contests as standing
from service_desk.people.queries import rewards
from tests.service_desk import desk
from tests.service_desk.desk import refused
from tests.service_desk.people import office

pytestmark = pytest.mark.django_db


def told(event: str, user: User) -> int:
    return Message.objects.filter(event=event, recipient=user, channel="inbox").count()


def propose(by: User, value: int | None = 5, kpi: str = "sales_count", **more: Any) -> Approval:
    given = {
        "kind": Subject.PERSON, "span": Span.MONTH, "value": value, "starts_on": clock.today(), "reason": "Agreed",
        "whom": For(), "by": by,
    }  # fmt: skip
    return targets.propose(kpi, **(given | more))


def test_a_target_is_agreed_by_two_people_and_never_changes(planner: User, director: User) -> None:
    asked = propose(planner)
    assert not KpiTarget.objects.exists()
    with refused("four_eyes"):
        approvals.approve(asked, by=planner)
    approvals.approve(asked, by=director)
    made = KpiTarget.objects.get()
    assert (made.value, made.author, made.approver, made.starts_on) == (5, planner, director, clock.today())
    with pytest.raises(DatabaseError), transaction.atomic():
        KpiTarget.objects.update(value=1)
    with refused("nothing_changes"):
        propose(planner)


def test_a_target_that_was_decided_late_does_not_reach_into_the_past(planner: User, director: User) -> None:
    asked = propose(planner)
    with desk.on("25 09:00"):
        approvals.approve(asked, by=director)
    assert KpiTarget.objects.get().starts_on == dt.date(2026, 11, 25)


def test_a_request_that_another_has_overtaken_is_stale(planner: User, director: User, head: User, store: Store) -> None:
    asked = propose(planner, kind=Subject.STORE, whom=For(store=store))
    with refused("already_requested"):
        propose(planner, 7, kind=Subject.STORE, whom=For(store=store))
    approvals.approve(asked, by=director)
    later = propose(planner, 7, kind=Subject.STORE, whom=For(store=store))
    Approval.objects.filter(pk=later.pk).update(before={"target": 4})
    later.refresh_from_db()
    with refused("stale"):
        approvals.approve(later, by=director)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"kpi": "charm"}, "target_makes_no_sense"),
        ({"value": -1}, "target_out_of_range"),
        ({"value": 10_001, "kpi": "training"}, "target_out_of_range"),
        ({"starts_on": dt.date(2026, 11, 22)}, "target_backdated"),
        ({"reason": " "}, "reason_needed"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused(planner: User, more: dict[str, Any], code: str) -> None:
    with refused(code):
        propose(planner, **more)


def test_a_target_is_of_what_its_kind_says(planner: User, clerk: User, store: Store) -> None:
    for kind, whom in (
        (Subject.STORE, For(person=clerk)),
        (Subject.PERSON, For(store=store)),
        (Subject.DEPARTMENT, For(post=clerk.employment.post)),
        (Subject.PERSON, For(person=clerk, post=clerk.employment.post)),
    ):
        with refused("target_makes_no_sense"):
            propose(planner, kind=kind, whom=whom)


def test_a_manager_sets_targets_for_his_own_people_and_store_alone(
    manager: User, clerk: User, other_clerk: User, store: Store, other_store: Store
) -> None:
    propose(manager, whom=For(person=clerk))
    propose(manager, kind=Subject.STORE, whom=For(store=store))
    for kind, whom in (
        (Subject.PERSON, For()),
        (Subject.PERSON, For(person=other_clerk)),
        (Subject.PERSON, For(person=manager)),
        (Subject.PERSON, For(post=clerk.employment.post)),
        (Subject.STORE, For(store=other_store)),
        (Subject.STORE, For()),
    ):
        with refused("beyond_your_people"):
            propose(manager, kind=kind, whom=whom)
    with refused("not_permitted"):
        propose(clerk)


def test_nobody_decides_his_own_target(manager: User, director: User, head: User) -> None:
    asked = propose(head, whom=For(person=manager))
    assert approvals.approve(asked, by=director)
    himself = targets.propose(
        "activations", kind=Subject.PERSON, span=Span.MONTH, value=1, starts_on=clock.today(), reason="x",
        whom=For(person=director), by=head,
    )  # fmt: skip
    with refused("not_oneself"):
        approvals.approve(himself, by=director)


def asked(row: Incentive) -> Approval:
    assert row.approval is not None
    return row.approval


def reward(by: User, person: User, **more: Any) -> Incentive:
    given = {"kind": "praise", "title": "Best week", "reason": "Sixty cards"}
    return incentives.propose(person, **(given | more), by=by)


def test_an_incentive_is_proposed_agreed_and_given(clerk: User, manager: User, director: User) -> None:
    row = reward(manager, clerk, kind="bonus", amount_minor=50_000)
    assert not list(rewards.incentives_of(clerk))
    with refused("incentive_is_not_agreed"):
        incentives.give(row, by=manager)
    approvals.approve(asked(row), by=director)
    assert told("people.incentive_agreed", clerk) == 1
    assert list(rewards.incentives_of(clerk)) == [row]
    assert incentives.give(row, by=manager).state == "given"
    assert incentives.give(row, by=manager).given_by == manager
    assert AuditRecord.objects.filter(action="service_desk.incentive.give").count() == 1


def test_an_incentive_that_was_turned_down_stays_between_those_who_spoke_of_it(
    clerk: User, manager: User, director: User
) -> None:
    row = reward(manager, clerk)
    approvals.reject(asked(row), by=director, reason="Too early")
    row.refresh_from_db()
    assert row.state == "rejected"
    assert not list(rewards.incentives_of(clerk))
    other = reward(manager, clerk, title="Another")
    approvals.withdraw(asked(other), by=manager)
    other.refresh_from_db()
    assert other.state == "withdrawn"


def test_nobody_rewards_himself_or_another_stores_people_or_twice_in_one_click(
    clerk: User, other_clerk: User, manager: User
) -> None:
    with refused("not_oneself"):
        reward(manager, manager)
    with refused("beyond_your_people"):
        reward(manager, other_clerk)
    with refused("only_a_bonus_has_an_amount"):
        reward(manager, clerk, amount_minor=5)
    with refused("only_a_bonus_has_an_amount"):
        reward(manager, clerk, kind="bonus")
    assert reward(manager, clerk) == reward(manager, clerk)
    assert Incentive.objects.count() == Approval.objects.count() == 1


@pytest.fixture
def ladder(db: None) -> list[CareerLevel]:
    return [
        CareerLevel.objects.create(code=code, rank=rank, name=code.title()) for rank, code in enumerate(("low", "high"))
    ]


def test_a_career_is_agreed_step_by_step_and_keeps_its_history(
    clerk: User, manager: User, director: User, ladder: list[CareerLevel]
) -> None:
    for day, level in (("23 09:00", ladder[0]), ("25 09:00", ladder[1])):
        with desk.on(day):
            asked = careers.propose(clerk, level, starts_on=clock.today(), reason="Earned", by=manager)
            approvals.approve(asked, by=director)
    assert told("people.career_step", clerk) == 2
    assert [step.level for step in rewards.career_of(clerk)] == [ladder[1], ladder[0]]
    held = rewards.step_of(clerk.pk, on=dt.date(2026, 11, 24))
    assert held is not None
    assert held.level == ladder[0]
    with pytest.raises(DatabaseError), transaction.atomic():
        CareerStep.objects.all().delete()
    with desk.on("26 09:00"), refused("nothing_changes"):
        careers.propose(clerk, ladder[1], starts_on=clock.today(), reason="Again", by=manager)


def test_a_career_step_is_refused_for_oneself_for_strangers_and_for_the_past(
    clerk: User, other_clerk: User, manager: User, ladder: list[CareerLevel]
) -> None:
    for person, code in ((manager, "not_oneself"), (other_clerk, "beyond_your_people")):
        with refused(code):
            careers.propose(person, ladder[0], starts_on=clock.today(), reason="x", by=manager)
    with refused("career_backdated"):
        careers.propose(clerk, ladder[0], starts_on=dt.date(2026, 11, 1), reason="x", by=manager)


def plan(by: User, person: User, **more: Any) -> ImprovementPlan:
    given: dict[str, Any] = {"goal": "Look up", "measures": "Practise", "due_on": dt.date(2026, 12, 1)}
    return plans.propose(person, **(given | more), by=by)


def test_a_plan_is_proposed_agreed_and_verified_by_another(clerk: User, manager: User) -> None:
    row = plan(manager, clerk)
    assert told("people.plan_proposed", clerk) == 1
    assert list(rewards.to_agree(clerk)) == [row]
    with refused("plan_is_further_on"):
        plans.verify(row, reached=True, finding="Well", by=manager)
    with refused("not_permitted"):
        plans.agree(row, by=manager)
    plans.agree(row, by=clerk)
    assert plans.agree(row, by=clerk).state == "agreed"
    assert not rewards.due_plans().exists()
    with desk.on("30 09:00"), clock.stopped(clock.now() + dt.timedelta(days=1)):
        assert list(rewards.due_plans()) == [row]
        with refused("not_permitted"):
            plans.verify(row, reached=True, finding="Well", by=clerk)
        done = plans.verify(row, reached=True, finding="Well", by=manager)
    assert (done.state, done.verified_by, done.finding) == ("reached", manager, "Well")
    assert told("people.plan_verified", clerk) == 1
    with refused("plan_is_further_on"):
        plans.withdraw(row, reason="No", by=manager)


def test_a_plan_can_be_missed_or_taken_back_and_one_click_makes_one(clerk: User, manager: User) -> None:
    row = plan(manager, clerk)
    assert plan(manager, clerk) == row
    other = plan(manager, clerk, goal="Smile")
    assert plans.withdraw(other, reason="Done already", by=manager).state == "withdrawn"
    plans.agree(row, by=clerk)
    assert plans.verify(row, reached=False, finding="Not yet", by=manager).state == "missed"
    with refused("due_in_the_past"):
        plan(manager, clerk, due_on=clock.today())
    with refused("plan_needs_a_goal"):
        plan(manager, clerk, goal=" ")
    with refused("not_oneself"):
        plan(manager, manager)


def call(by: User, **more: Any) -> Contest:
    given: dict[str, Any] = {
        "kpi": "sales_count", "kind": Subject.PERSON, "starts_on": dt.date(2026, 11, 1),
        "last_on": dt.date(2026, 11, 30), "prize": "Dinner",
    }  # fmt: skip
    return contests.call({"name": "November"}, **(given | more), by=by)


def test_a_contest_ranks_those_whom_it_is_for_and_is_written_when_it_is_closed(
    clerk: User, other_clerk: User, manager: User, store: Store, other_store: Store, planner: User
) -> None:
    everybody, own = call(planner), call(manager, store=store, starts_on=dt.date(2026, 11, 2))
    for seller, place, count in ((clerk, store, 2), (manager, store, 2), (other_clerk, other_store, 3)):
        for _ in range(count):
            office.sale(seller, place, clock.now())
    assert [(one.place, one.who, one.value) for one in standing.ranked(everybody)] == [
        (1, other_clerk, 3), (2, clerk, 2), (2, manager, 2),
    ]  # fmt: skip
    assert {one.who for one in standing.ranked(own)} == {clerk, manager}
    sweeps.run("performance.close_contests", on=dt.date(2026, 12, 5))
    assert not ContestPlace.objects.exists()
    sweeps.run("performance.close_contests", on=dt.date(2026, 12, 6))
    assert ContestPlace.objects.filter(contest=everybody).count() == 3
    assert told("people.contest_won", clerk) == 2
    office.sale(clerk, store, clock.now())
    everybody.refresh_from_db()
    assert [one.value for one in standing.ranked(everybody)] == [3, 2, 2]
    assert contests.close(everybody).closed_at == everybody.closed_at


def test_stores_are_ranked_against_one_another(store: Store, other_store: Store, clerk: User, planner: User) -> None:
    row = call(planner, kind=Subject.STORE)
    office.sale(clerk, other_store, clock.now())
    assert [one.who for one in standing.ranked(row)] == [other_store]
    contests.close(row)
    assert ContestPlace.objects.get().store == other_store
    assert list(standing.of_person(clerk, most=5)) == [row]


def test_a_contest_is_called_once_by_whoever_leads_those_it_is_for(
    manager: User, clerk: User, planner: User, store: Store, other_store: Store
) -> None:
    with refused("beyond_your_people"):
        call(manager)
    with refused("beyond_your_people"):
        call(manager, store=other_store)
    with refused("not_permitted"):
        call(clerk, store=store)
    with refused("contest_makes_no_sense"):
        call(planner, last_on=dt.date(2026, 11, 20))
    with refused("contest_makes_no_sense"):
        call(planner, kind=Subject.DEPARTMENT)
    with refused("contest_makes_no_sense"):
        call(planner, kind=Subject.STORE, store=store)
    call(planner)
    with refused("contest_called_already"):
        call(planner)
