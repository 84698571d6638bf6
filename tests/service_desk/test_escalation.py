"""Deadlines watched by the sweep (SVC-03): warned, missed, escalated; clocks anew after a change of hours; the end of a case."""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import transaction

from core import clock, parameter_values, parameters, sweeps
from core.models import Approval, AuditRecord, Message, ParameterRevision, User
from members.models import Member
from service_desk.models import Case, CaseClock, CaseEvent
from service_desk.operations import duty, handling, threads
from service_desk.policy.codes import Happening, Promise
from service_desk.policy.hours_parameters import BusinessHoursParameters, Opening, SpecialDay
from service_desk.policy.parameters import ServiceLevelParameters
from service_desk.queries import hours
from tests import factories
from tests.service_desk.desk import agent, complaint, enquiry, fresh, looked_into, on, ran
from tests.service_desk.policy.calendars import moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("categories", "sound")]


def watch(at: str) -> int:
    with on(at):
        return sweeps.run("cases.watch").done


def told(event: str) -> list[tuple[int, str]]:
    rows = Message.objects.filter(event=event).order_by("pk")
    return [(row.recipient_id or 0, row.link) for row in rows]


@pytest.fixture
def case(wanqing: Member, ling: User, lead: User, director: User) -> Case:
    """A complaint at ten: an answer by twelve, a solution by ten on Wednesday."""
    with on("23 10:00"):
        return complaint(wanqing)


def test_the_owner_is_warned_when_most_of_the_time_has_passed(case: Case, ling: User) -> None:
    watch("23 11:35")
    assert told("case.due_soon") == []
    watch("23 11:36")
    assert [person for person, _link in told("case.due_soon")] == [ling.pk]
    assert ran(case, Promise.FIRST_RESPONSE).warned_at == moment("23 11:36")
    assert watch("23 11:37") == 0


def test_a_missed_deadline_is_noted_and_carried_to_the_lead_and_then_the_director(
    case: Case, ling: User, lead: User, director: User
) -> None:
    watch("23 11:40")
    watch("23 12:01")
    clock_row = ran(case, Promise.FIRST_RESPONSE)
    assert clock_row.breached_at == moment("23 12:00")
    assert {person for person, _link in told("case.overdue")} == {ling.pk, lead.pk}
    assert fresh(case).escalation == 2
    watch("23 13:00")
    assert {person for person, _link in told("case.overdue")} == {ling.pk, lead.pk, director.pk}
    assert (fresh(case).escalation, ran(case, Promise.FIRST_RESPONSE).next_step_at) == (3, None)
    kinds = CaseEvent.objects.filter(case=case, kind__in=["warned", "escalated", "breached"]).values_list(
        "kind", flat=True
    )
    assert sorted(kinds) == ["breached", "escalated", "escalated", "warned"]


def test_after_a_weekend_of_silence_each_is_told_once(case: Case, ling: User, lead: User, director: User) -> None:
    watch("24 09:00")
    assert told("case.due_soon") == []
    first = Message.objects.filter(event="case.overdue")
    assert {row.recipient_id for row in first} == {ling.pk, director.pk}
    assert first.count() == 2
    assert CaseEvent.objects.filter(case=case, kind="breached").count() == 1
    assert watch("24 09:00") == 0


def test_a_case_of_nobody_is_the_leads_from_the_first_warning_on(wanqing: Member, lead: User) -> None:
    with on("23 10:00"):
        enquiry(wanqing)
    watch("23 13:15")
    assert [person for person, _link in told("case.due_soon")] == [lead.pk]


def test_an_answer_in_time_needs_no_warning_and_a_late_one_erases_nothing(case: Case, ling: User) -> None:
    with on("23 12:30"):
        threads.reply(case, body="抱歉", by=ling)
    assert ran(case, Promise.FIRST_RESPONSE).breached_at == moment("23 12:00")
    assert CaseEvent.objects.filter(case=case, kind="breached").count() == 1  # noted by the answer itself
    with on("23 12:31"):
        handling.classify(case, by=ling, severity="low")
    assert ran(case, Promise.FIRST_RESPONSE).breached_at == moment("23 12:00")
    with pytest.raises(Exception, match="never erased"), transaction.atomic():
        CaseClock.objects.filter(case=case, promise="first-response").update(breached_at=None)


def test_nobody_is_warned_of_a_clock_that_stands_still(case: Case, ling: User) -> None:
    with on("23 10:30"):
        threads.reply(case, body="请补充", by=ling, waits=True)
    assert watch("28 20:00") == 0


def test_a_sweep_makes_nobodys_form_stale(case: Case) -> None:
    version = fresh(case).version
    watch("23 12:01")
    assert fresh(case).version == version


def test_many_cases_cost_the_same_number_of_statements(
    wanqing: Member, ling: User, lead: User, django_assert_max_num_queries
) -> None:
    with on("23 10:00"):
        for place in range(12):
            complaint(wanqing, body=f"早餐 {place}")
    with django_assert_max_num_queries(45):
        watch("23 12:01")
    assert CaseEvent.objects.filter(kind="breached").count() == 12


# business hours and the chain change


def revise(area: type, on_day: dt.date, **values: object) -> None:
    """A revision as two people would have made it."""
    author, approver = factories.StaffFactory.create_batch(2)
    plain = {name: parameter_values._plain(value) for name, value in values.items()}
    approval = Approval.objects.create(
        kind="parameter", subject=str(area), title="t", state="approved", author=author, decided_by=approver,
        decided_at=clock.now(), reason="test", after=plain,
    )  # fmt: skip
    ParameterRevision.objects.create(
        area=area.AREA, values=plain, effective_on=on_day, reason="test", approval=approval, author=author,  # type: ignore[attr-defined]
        approver=approver,
    )  # fmt: skip
    parameters.refresh()


@pytest.fixture(autouse=True)
def _parameters_as_shipped() -> Iterator[None]:
    """What a test has put into the cache is not true of the next one's database."""
    yield
    cache.delete(parameters.CACHE_KEY)


def test_a_day_that_will_be_closed_moves_every_deadline_behind_it(case: Case) -> None:
    assert ran(case, Promise.RESOLUTION).due_at == moment("25 10:00")
    with on("23 10:30"):
        revise(BusinessHoursParameters, dt.date(2026, 11, 23), special_days=(SpecialDay("2026-11-24"),))
        assert sweeps.run("cases.reckon").done == 1
        assert sweeps.run("cases.reckon").done == 0
    assert ran(case, Promise.RESOLUTION).due_at == moment("26 10:00")
    assert fresh(case).due_at == moment("23 12:00")
    assert fresh(case).reckoned_with == hours.fingerprint()


def test_hours_that_begin_later_hold_from_their_day_on(case: Case) -> None:
    with on("23 10:30"):
        revise(BusinessHoursParameters, dt.date(2026, 11, 25), week=(Opening(1, 7, "12:00", "21:00"),))
        sweeps.run("cases.reckon")
    assert ran(case, Promise.RESOLUTION).due_at == moment("25 13:00")
    assert ran(case, Promise.FIRST_RESPONSE).due_at == moment("23 12:00")


def test_a_breach_stays_when_the_hours_change_afterwards(case: Case) -> None:
    watch("23 12:01")
    with on("23 12:05"):
        revise(BusinessHoursParameters, dt.date(2026, 11, 23), special_days=(SpecialDay("2026-11-23"),))
        sweeps.run("cases.reckon")
    assert ran(case, Promise.FIRST_RESPONSE).breached_at == moment("23 12:00")


def test_other_targets_hold_for_what_comes_and_not_for_what_was_promised(
    case: Case, wanqing: Member, ling: User
) -> None:
    rows = tuple(
        parameter_values.from_json(type(row), parameter_values.to_json(row) | {"first_response": 10})
        for row in ServiceLevelParameters().levels
    )
    with on("23 10:30"):
        revise(ServiceLevelParameters, dt.date(2026, 11, 23), levels=rows)
        sweeps.run("cases.reckon")
        assert complaint(wanqing, body="新的投诉").due_at == moment("23 10:40")
        assert ran(case, Promise.FIRST_RESPONSE).due_at == moment("23 12:00")
        handling.classify(case, by=ling, severity="high")  # promised anew
        assert ran(case, Promise.FIRST_RESPONSE).minutes == 5


# cases of nobody, and the end


def test_cases_of_nobody_are_given_out_when_somebody_comes(wanqing: Member) -> None:
    rows = [enquiry(wanqing, body=f"question {place}") for place in range(3)]
    with on("23 10:00"):
        assert sweeps.run("cases.distribute").done == 0
        bo = agent("Bo", capacity=2)
        assert sweeps.run("cases.distribute").done == 2
    assert [fresh(row).owner for row in rows] == [bo, bo, None]
    with on("23 10:05"):
        duty.end(by=bo)
        assert sweeps.run("cases.distribute").done == 0


def test_the_most_urgent_is_given_out_first(wanqing: Member) -> None:
    slow, urgent = enquiry(wanqing), complaint(wanqing, category="other-complaint")
    agent("Bo", capacity=1)
    sweeps.run("cases.distribute")
    assert (fresh(slow).owner is None, fresh(urgent).owner is not None) == (True, True)


def test_resolved_cases_are_closed_after_a_week_of_silence(case: Case, ling: User) -> None:
    with on("23 11:00"):
        threads.reply(case, body="好", by=ling, resolves=True)
    with on("30 11:30"):
        assert sweeps.run("cases.close").done == 0, "a complaint is closed once it is known why it came about"
    looked_into(case, ling)
    with on("30 10:59"):
        assert sweeps.run("cases.close").done == 0
    with on("30 11:00"):
        assert sweeps.run("cases.close").done == 1
        assert sweeps.run("cases.close").done == 0
    row = fresh(case)
    assert (row.state, row.closed_at) == ("closed", moment("30 11:00"))
    assert CaseEvent.objects.get(case=case, after="closed").kind == Happening.STATE
    assert AuditRecord.objects.get(action="service_desk.case.close_many").details == {"cases": [row.number]}
