"""Declaring, the contact chain, answering and leading (SVC-16)."""

import datetime as dt
from typing import Any

import pytest

from core import clock, sweeps
from core.models import AuditRecord, Message, User
from core.refusals import Refusal
from members.models import Member
from service_desk.incidents.models import Incident, IncidentStep
from service_desk.incidents.operations import calling, declaring, leading
from service_desk.incidents.operations.plans import Level
from service_desk.incidents.policy.states import State
from tests import factories
from tests.service_desk import desk
from tests.service_desk.desk import refused
from tests.service_desk.incidents import crisis
from tests.service_desk.quality import office

pytestmark = pytest.mark.django_db


def test_a_clerk_declares_and_the_first_level_is_called_at_once() -> None:
    one, two = crisis.lead(), crisis.agent()
    crisis.in_force(chain=crisis.chain_of([one], [two]))
    clerk = crisis.clerk()
    row = crisis.declared(by=clerk)
    assert row.number == f"INC-{clock.today().year}-0001"
    assert crisis.called(row) == [(1, 1, one.pk)]
    assert [crisis.told(one, channel) for channel in ("inbox", "email", "sms")] == [1, 1, 1]
    assert Message.objects.filter(event="incident.called").values_list("lane", flat=True).distinct().get() == 0
    assert row.next_call_at == clock.now() + dt.timedelta(minutes=10)
    assert [step.due_at - row.declared_at for step in row.steps.all()] == [
        dt.timedelta(minutes=10),
        dt.timedelta(minutes=30),
    ]
    assert AuditRecord.objects.filter(action="service_desk.incident.declare", actor=clerk).count() == 1


def test_numbers_follow_one_another_and_a_repeat_is_the_same_incident() -> None:
    first, again = crisis.declared(key="same"), crisis.declared(key="same")
    other = crisis.declared(key="other")
    assert first == again
    assert [row.number[-4:] for row in (first, other)] == ["0001", "0002"]


def test_who_does_not_work_here_declares_nothing(wanqing: Member) -> None:
    with refused("not_permitted"):
        crisis.declared(by=wanqing.user)
    with refused("incident_moment_to_come"):
        crisis.declared(since_at=clock.now() + dt.timedelta(minutes=1))


def test_without_a_plan_everybody_who_may_lead_is_called() -> None:
    lead, planner, _agent = crisis.lead(), crisis.planner(), crisis.agent()
    row = crisis.declared()
    assert crisis.called(row) == sorted([(1, 1, lead.pk), (1, 1, planner.pk)])
    assert row.next_call_at is None


def test_the_next_level_is_called_when_nobody_answers_in_its_minutes() -> None:
    one, two = crisis.agent(), crisis.agent()
    crisis.in_force(chain=crisis.chain_of([one], [two]))
    row = crisis.declared()
    with crisis.after(9):
        assert sweeps.run("incidents.call").done == 0
    with crisis.after(10):
        assert sweeps.run("incidents.call").done == 1
        assert sweeps.run("incidents.call").done == 0
    assert crisis.called(row) == sorted([(1, 1, one.pk), (1, 2, two.pk)])
    lines = row.entries.filter(kind="called").values_list("data", flat=True)
    assert [line["level"] for line in lines] == [1, 2]


def test_after_a_standstill_everything_missed_is_made_up_for_at_once() -> None:
    people = [crisis.agent() for _ in range(3)]
    crisis.in_force(chain=crisis.chain_of(*[[one] for one in people]))
    row = crisis.declared()
    with crisis.after(300):
        sweeps.run("incidents.call")
        assert [level for _round, level, _person in crisis.called(row)][:3] == [1, 2, 3]
        assert crisis.fresh(row).next_call_at is None
        sweeps.run("incidents.call")
    assert [crisis.told(one) for one in people] == [1, 1, 1]
    assert crisis.broken() == []


def test_an_answer_stops_the_chain() -> None:
    one, two = crisis.agent(), crisis.agent()
    crisis.in_force(chain=crisis.chain_of([one], [two]))
    row = crisis.declared()
    with crisis.after(3):
        calling.acknowledge(row, by=one)
        calling.acknowledge(row, by=one)
    with crisis.after(60):
        assert sweeps.run("incidents.call").done == 0
    row = crisis.fresh(row)
    assert crisis.called(row) == [(1, 1, one.pk)]
    assert row.acknowledged_at == row.answered_at == row.declared_at + dt.timedelta(minutes=3)
    assert row.entries.filter(kind="answered").count() == 1
    with refused("incident_not_called"):
        calling.acknowledge(row, by=two)


def test_a_post_is_called_at_the_stores_concerned() -> None:
    here, there = factories.StoreFactory.create(), factories.StoreFactory.create()
    managers: list[User] = [office.colleague("stores") for _ in range(3)]
    post = crisis.post("Store manager", *managers)
    for person, store in zip(managers, (here, there, None), strict=True):
        person.employment.store = store
        person.employment.save()
    crisis.in_force(chain=[Level(2, 5, posts=[post.pk])])
    row = crisis.declared(stores=[here])
    assert crisis.called(row) == sorted([(1, 1, managers[0].pk), (1, 1, managers[2].pk)])
    assert len(crisis.called(crisis.declared(stores=[]))) == 3


def test_a_graver_severity_calls_its_own_chain_anew() -> None:
    one, two, lead = crisis.agent(), crisis.agent(), crisis.lead()
    crisis.in_force(chain=[*crisis.chain_of([one], severity=3), *crisis.chain_of([two], severity=1)])
    row = crisis.declared(severity=3)
    calling.acknowledge(row, by=one)
    with refused("reason_needed"):
        leading.change_severity(row, 1, reason=" ", by=lead)
    with refused("severity_is_the_same"):
        leading.change_severity(row, 3, reason="It is.", by=lead)
    with refused("not_permitted"):
        leading.change_severity(row, 1, reason="It spreads.", by=one)
    leading.change_severity(row, 1, reason="It spreads.", by=lead)
    assert crisis.called(row) == sorted([(1, 1, one.pk), (2, 1, two.pk)])
    leading.change_severity(row, 4, reason="It is less.", by=lead)
    row = crisis.fresh(row)
    assert (row.severity, row.worst, row.call_round) == (4, 1, 2)
    changes = row.entries.filter(kind="severity").order_by("pk")
    assert [(one.data["before"], one.data["after"], one.text) for one in changes] == [
        (3, 1, "It spreads."), (1, 4, "It is less."),
    ]  # fmt: skip


def test_taking_the_lead_answers_the_call_too() -> None:
    one, two = crisis.agent(), crisis.agent()
    crisis.in_force(chain=crisis.chain_of([one], [two]))
    row = crisis.declared()
    with refused("not_permitted"):
        leading.take_over(row, by=two)
    leading.take_over(row, by=one)
    leading.take_over(row, by=one)
    row = crisis.fresh(row)
    assert row.commander == one
    assert row.next_call_at is None
    assert row.entries.filter(kind="leads").count() == 1
    leading.take_over(row, by=crisis.lead())
    assert row.entries.filter(kind="leads").latest("pk").data["before"] == str(one)


def test_an_incident_goes_from_open_to_closed() -> None:
    lead = crisis.lead()
    row = crisis.declared(severity=3)
    with refused("incident_needs_words"):
        leading.move(row, State.CONTAINED, text="", by=lead)
    with refused("incident_not_so"):
        leading.move(row, State.CLOSED, text="Done.", by=lead)
    for after in (State.CONTAINED, State.RESOLVED, State.CLOSED):
        with crisis.after(5):
            leading.move(row, after, text="So it is.", by=lead)
    row = crisis.fresh(row)
    assert row.state == "closed"
    assert None not in (row.contained_at, row.resolved_at, row.closed_at)
    with refused("incident_is_closed"):
        leading.note(row, kind="note", text="Too late.", at=None, by=lead)


def test_what_begins_again_is_open_again() -> None:
    lead = crisis.lead()
    row = crisis.resolved(lead, severity=3)
    leading.move(row, State.OPEN, text="It fails again.", by=lead)
    row = crisis.fresh(row)
    assert row.state == "open"
    assert row.resolved_at is None


def test_what_was_grave_owes_a_review_even_if_it_grew_less() -> None:
    lead = crisis.lead()
    row = crisis.declared(severity=2)
    leading.change_severity(row, 4, reason="Less than thought.", by=lead)
    leading.move(row, State.RESOLVED, text="Over.", by=lead)
    with refused("incident_owes_review"):
        leading.move(row, State.CLOSED, text="Done.", by=lead)


def test_the_time_line_knows_when_it_happened_and_when_it_was_written() -> None:
    row = crisis.declared()
    stranger = crisis.agent()
    with refused("not_permitted"):
        leading.note(row, kind="note", text="I heard.", at=None, by=stranger)
    with refused("incident_moment_to_come"):
        leading.note(row, kind="call", text="Supplier.", at=clock.now() + dt.timedelta(hours=1), by=row.declared_by)
    with refused("incident_not_so"):
        leading.note(row, kind="called", text="False.", at=None, by=row.declared_by)
    line = leading.note(
        row, kind="call", text="Supplier.", at=clock.now() - dt.timedelta(minutes=9), by=row.declared_by
    )
    assert line.is_late


def test_the_time_line_only_grows() -> None:
    line = crisis.declared().entries.get(kind="declared")
    with pytest.raises(Exception, match=r"append-only|only grows"):
        line.delete()


def test_a_step_is_ticked_once() -> None:
    lead = crisis.lead()
    crisis.in_force()
    row = crisis.declared()
    step = IncidentStep.objects.filter(incident=row).first()
    assert step is not None
    with crisis.after(11):
        leading.tick(step, by=lead)
        leading.tick(step, by=crisis.lead())
    step.refresh_from_db()
    assert step.done_by == lead
    assert row.entries.get(kind="step").data["late"] is True


def test_a_breach_is_reported_to_the_authority_in_time() -> None:
    lead = crisis.lead()
    row = crisis.resolved(lead, code="data-breach", severity=3)
    assert row.report_due_at == row.since_at + dt.timedelta(hours=72)
    with refused("incident_owes_report"):
        leading.move(row, State.CLOSED, text="Done.", by=lead)
    told: dict[str, Any] = {"authority": "CAC", "reference": "A-1", "text": "Names of forty.", "at": clock.now()}
    leading.report(row, **told, by=lead)
    with refused("incident_not_so"):
        leading.report(row, **told, by=lead)
    leading.move(row, State.CLOSED, text="Done.", by=lead)
    assert crisis.declared("data-breach", is_drill=True, key="drill").report_due_at is None
    with refused("incident_not_so"):
        leading.report(crisis.declared(key="none"), **told, by=lead)


def test_a_drill_calls_the_chain_and_counts_as_one() -> None:
    lead = crisis.lead()
    crisis.in_force(chain=crisis.chain_of([lead]))
    row = crisis.declared(is_drill=True)
    assert crisis.told(lead) == 1
    leading.move(row, State.RESOLVED, text="It works.", by=lead)
    leading.move(row, State.CLOSED, text="Done.", by=lead)
    row.kind.refresh_from_db()
    assert row.kind.drilled_on == clock.today()


def test_declared_from_a_case_it_belongs_to_it(wanqing: Member, categories: None) -> None:
    case = desk.complaint(wanqing)
    row = crisis.declared(case=case)
    assert row.links.get().case == case
    with pytest.raises(Refusal):
        declaring.declare(
            declaring.Report(kind=crisis.kind(), what="Drill", severity=3, since_at=clock.now(), is_drill=True),
            by=crisis.agent(), key="drill", case=desk.complaint(wanqing),
        )  # fmt: skip
    assert Incident.objects.count() == 1
