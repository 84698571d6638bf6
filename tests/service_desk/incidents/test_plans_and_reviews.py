"""Plans by two people, gone over in time; reviews agreed by somebody who did not lead (SVC-16)."""

import datetime as dt

import pytest
from django.db import transaction

from core import approvals, clock, sweeps
from core.models import Message
from service_desk.incidents.models import EmergencyPlan, IncidentReview, PlanCall, PlanStep, PlanVersion
from service_desk.incidents.operations import leading, plans, reviewing
from service_desk.incidents.operations.plans import Step
from service_desk.incidents.operations.reviewing import Learned, Measure
from service_desk.incidents.policy.states import State
from service_desk.incidents.queries import figures, planned, rooms
from service_desk.quality.models import Task
from tests.service_desk.desk import refused
from tests.service_desk.incidents import crisis
from tests.service_desk.quality import office

pytestmark = pytest.mark.django_db


def learned(*measures: str) -> Learned:
    return Learned(
        happened="The power failed.",
        causes="An old battery.",
        measures=[Measure(title=one, department=office.department(), due_on=office.day(30)) for one in measures],
    )


def test_a_plan_is_in_force_once_two_people_agreed() -> None:
    planner, director = crisis.planner(), crisis.director()
    version = plans.draft(crisis.kind(), crisis.content(crisis.chain_of([planner])), by=planner)
    assert crisis.declared().plan is None
    asked = plans.publish(version, reason="First.", by=planner)
    with refused("plan_waits"):
        plans.draft(crisis.kind(), crisis.content(), by=planner)
    with refused("four_eyes"):
        approvals.approve(asked, by=planner)
    approvals.approve(asked, by=director)
    assert crisis.declared(key="later").plan == version
    assert crisis.kind().review_on == clock.today().replace(year=clock.today().year + 1)
    second = plans.draft(crisis.kind(), crisis.content(steps=[Step("Another", 5)]), by=planner)
    assert second.number == 2
    approvals.approve(plans.publish(second, reason="Second.", by=planner), by=director)
    assert PlanVersion.objects.get(pk=version.pk).state == "replaced"
    assert crisis.declared(key="last").steps.get().text == "Another"


def test_a_plan_that_is_turned_down_is_a_draft_again() -> None:
    planner = crisis.planner()
    version = plans.draft(crisis.kind(), crisis.content(), by=planner)
    approvals.reject(plans.publish(version, reason="First.", by=planner), by=crisis.director(), reason="Too short.")
    assert plans.draft(crisis.kind(), crisis.content(), by=planner) == version


def test_what_is_in_force_never_changes() -> None:
    version = crisis.in_force(chain=crisis.chain_of([crisis.agent()]))
    for change in (
        lambda: PlanStep.objects.filter(version=version).update(text="Else"),
        lambda: PlanCall.objects.filter(version=version).delete(),
        lambda: PlanVersion.objects.filter(pk=version.pk).update(criteria={}),
    ):
        with pytest.raises(Exception, match="in force"):
            _alone(change)


def _alone(change: object) -> None:
    with transaction.atomic():
        change()  # type: ignore[operator]


def test_a_plan_says_something() -> None:
    planner = crisis.planner()
    for wrong, code in (
        (crisis.content(criteria={}), "plan_needs_criteria"),
        (crisis.content(steps=[]), "plan_needs_steps"),
        (crisis.content(crisis.chain_of([])), "chain_level_of_nobody"),
    ):
        with refused(code):
            plans.draft(crisis.kind(), wrong, by=planner)
    with refused("not_permitted"):
        plans.draft(crisis.kind(), crisis.content(), by=crisis.agent())


def test_a_plan_out_of_date_is_on_the_list_and_its_keeper_is_reminded() -> None:
    planner = crisis.planner()
    crisis.in_force()
    plan = crisis.kind()
    plan.owner, plan.drilled_on = planner, clock.today()
    plan.save()
    EmergencyPlan.objects.exclude(pk=plan.pk).update(is_active=False)
    assert list(planned.due(planner)) == []
    for days, reminded in ((300, 0), (355, 1), (356, 0), (386, 1)):
        with crisis.after(days * 24 * 60):
            before = Message.objects.filter(event="plan.review_due", channel="inbox").count()
            sweeps.run("incidents.remind_plans")
            after = Message.objects.filter(event="plan.review_due", channel="inbox").count()
            assert after - before == reminded, days
    with crisis.after(366 * 24 * 60):
        assert list(planned.due(planner)) == [plan]
        plans.confirm(plan, by=planner)
        EmergencyPlan.objects.filter(pk=plan.pk).update(drilled_on=clock.today())
        assert list(planned.due(planner)) == []
    with refused("plan_not_in_force"):
        plans.confirm(crisis.kind("other"), by=planner)


def test_a_review_closes_the_incident_and_its_measures_are_tasks() -> None:
    lead, director = crisis.lead(), crisis.director()
    row = crisis.resolved(lead)
    reviewing.write(row, learned("Buy a battery", "Look each month"), by=lead)
    reviewing.write(row, learned("Buy a battery"), by=lead)
    asked = reviewing.submit(row, by=lead)
    with refused("review_waits"):
        reviewing.write(row, learned(), by=lead)
    approvals.approve(asked, by=director)
    row = crisis.fresh(row)
    assert row.state == "closed"
    task = Task.objects.get()
    assert (task.title, task.made_by) == ("Buy a battery", lead)
    assert row.review.measures.get().task == task
    assert crisis.broken() == []


def test_whoever_led_does_not_agree_though_another_asked() -> None:
    lead, director = crisis.lead(), crisis.director()
    row = crisis.resolved(director)
    reviewing.write(row, learned(), by=lead)
    asked = reviewing.submit(row, by=lead)
    with refused("review_by_who_led"):
        approvals.approve(asked, by=director)
    assert crisis.fresh(row).state == "resolved"
    approvals.approve(asked, by=crisis.director())
    assert crisis.fresh(row).state == "closed"


def test_a_review_turned_down_is_written_anew() -> None:
    lead = crisis.lead()
    row = crisis.resolved(lead)
    with refused("review_needs_words"):
        reviewing.submit(row, by=lead)
    with refused("review_needs_words"):
        reviewing.write(row, Learned(happened=" ", causes=""), by=lead)
    reviewing.write(row, learned(), by=lead)
    approvals.reject(reviewing.submit(row, by=lead), by=crisis.director(), reason="Why so old?")
    assert IncidentReview.objects.get().state == "draft"
    reviewing.write(row, learned(), by=lead)


def test_no_review_while_it_goes_on() -> None:
    with refused("incident_not_so"):
        reviewing.write(crisis.declared(), learned(), by=crisis.lead())


def test_intervals_and_figures_tell_how_fast_we_were() -> None:
    lead = crisis.lead()
    row = crisis.declared(severity=3)
    crisis.declared(is_drill=True, key="drill")
    with crisis.after(4):
        leading.take_over(row, by=lead)
    with crisis.after(64):
        leading.move(row, State.RESOLVED, text="Over.", by=lead)
    took = {one.name: one.took for one in rooms.measured(crisis.fresh(row))}
    assert took["declared"] == dt.timedelta(minutes=5)
    assert took["acknowledged"] == dt.timedelta(minutes=9)
    assert took["resolved"] == dt.timedelta(minutes=69)
    assert took["told"] is None
    year = figures.of_year(clock.today().year)
    assert (year.total, year.drills, year.by_severity) == (1, 1, [0, 0, 1, 0])
    assert (year.acknowledged, year.resolved) == (dt.timedelta(minutes=4), dt.timedelta(minutes=64))
    assert sum(count for _month, count in year.months) == 1
