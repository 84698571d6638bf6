"""Emergencies under concurrency, each with its negative control (SVC-16)."""

import datetime as dt
from typing import Any

import pytest

from core import clock
from core.models import Message, User
from members.models import Member
from service_desk.incidents.models import Incident, IncidentTelling, IncidentYear, MemberTold
from service_desk.incidents.operations import calling, leading, telling
from service_desk.incidents.policy.states import State
from tests import factories
from tests.racing import at_once, unlocked
from tests.service_desk.incidents import crisis

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def _called(people: int = 2) -> tuple[Incident, list[User]]:
    """An incident whose first level has been called, and the second is due."""
    crowd = [crisis.agent() for _ in range(people)]
    crisis.in_force(chain=crisis.chain_of(crowd, [crisis.agent()], minutes=1))
    row = crisis.declared(key=f"race{Incident.objects.count()}")
    return row, crowd


def test_a_sweep_that_runs_eight_times_at_once_calls_nobody_twice() -> None:
    row, _crowd = _called()
    Incident.objects.filter(pk=row.pk).update(called_since_at=clock.now() - dt.timedelta(minutes=2))
    before = Message.objects.count()
    answers = at_once(lambda _turn: calling.call_due([row.pk]), range(8))
    assert sorted(answers) == [0, 0, 0, 0, 0, 0, 0, 2], answers
    assert row.entries.filter(kind="called").count() == 3
    assert len({one[1:] for one in crisis.called(row)}) == len(crisis.called(row))
    assert Message.objects.count() - before == 3 * (len(crisis.called(row)) - 2)
    assert crisis.broken() == []


def test_without_the_lock_a_level_is_called_by_several_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with unlocked(monkeypatch, Incident.objects):
        row, _crowd = _called()
        Incident.objects.filter(pk=row.pk).update(called_since_at=clock.now() - dt.timedelta(minutes=2))
        answers = at_once(lambda _turn: calling.call_due([row.pk]), range(16))
    assert any(isinstance(one, Exception) for one in answers), "the constraint alone never had to stop anybody"


def test_two_who_answer_at_once_are_both_heard_and_the_chain_stops_once() -> None:
    row, crowd = _called(8)
    answers = at_once(lambda user: calling.acknowledge(row, by=user), crowd)
    assert all(isinstance(one, Incident) for one in answers), answers
    assert row.calls.filter(acknowledged_at__isnull=False).count() == 8
    assert row.entries.filter(kind="answered").count() == 8
    moments = row.calls.filter(acknowledged_at__isnull=False).values_list("acknowledged_at", flat=True)
    assert crisis.fresh(row).acknowledged_at == min(one for one in moments if one)
    assert crisis.fresh(row).next_call_at is None


def test_an_answer_beside_the_sweep_never_leaves_a_chain_that_goes_on_calling() -> None:
    for _ in range(6):
        row, crowd = _called()
        Incident.objects.filter(pk=row.pk).update(called_since_at=clock.now() - dt.timedelta(minutes=2))

        def act(turn: int, row: Incident = row, crowd: list[User] = crowd) -> Any:
            return calling.call_due([row.pk]) if turn % 2 else calling.acknowledge(row, by=crowd[0])

        answers = at_once(act, range(8))
        assert not [one for one in answers if isinstance(one, Exception)], answers
        assert crisis.fresh(row).next_call_at is None
        calling.call_due([row.pk])
        assert len(set(crisis.called(row))) == len(crisis.called(row))


def test_declared_eight_times_at_once_with_one_key_it_is_one_incident() -> None:
    agent = crisis.agent()
    crisis.kind()
    answers = at_once(lambda _turn: crisis.declared(by=agent, key="one"), range(8))
    assert len({one.pk for one in answers}) == 1, answers
    answers = at_once(lambda turn: crisis.declared(by=agent, key=f"many{turn}"), range(8))
    assert sorted(one.number[-4:] for one in answers) == [f"{number:04}" for number in range(2, 10)]


def test_without_the_counter_s_lock_numbers_are_taken_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    agent = crisis.agent()
    crisis.kind()
    crisis.declared(by=agent, key="first")
    with unlocked(monkeypatch, IncidentYear.objects):
        answers = at_once(lambda turn: crisis.declared(by=agent, key=f"many{turn}"), range(24))
    assert any(isinstance(one, Exception) for one in answers), "no number was ever taken twice"


def _telling(count: int = 20) -> tuple[IncidentTelling, list[Member]]:
    members = [factories.MemberFactory.create() for _ in range(count)]
    return crisis.asked(crisis.declared(key="told"), members, by=crisis.lead()), members


def test_a_batch_that_eight_write_at_once_reaches_each_member_once() -> None:
    made, members = _telling()
    keys = [one.pk for one in members]
    answers = at_once(lambda _turn: telling.tell(made.pk, keys), range(8))
    assert sorted(answers) == [0] * 7 + [20], answers
    assert MemberTold.objects.filter(telling=made).count() == 20
    assert Message.objects.filter(event="incident.told", channel="inbox").count() == 20
    assert crisis.broken() == []


def test_without_the_lock_on_the_message_the_batch_collides(monkeypatch: pytest.MonkeyPatch) -> None:
    made, members = _telling()
    keys = [one.pk for one in members]
    with unlocked(monkeypatch, IncidentTelling.objects):
        answers = at_once(lambda _turn: telling.tell(made.pk, keys), range(16))
    assert any(isinstance(one, Exception) for one in answers), "nobody ever wrote to the same member at once"


def test_an_incident_that_is_resolved_and_taken_over_at_once_is_one_story() -> None:
    lead, other = crisis.lead(), crisis.planner()
    for turn in range(4):
        row = crisis.declared(key=f"story{turn}", severity=3)

        def act(turn: int, row: Incident = row) -> Any:
            if turn % 2:
                return leading.move(row, State.RESOLVED, text="Over.", by=lead)
            return leading.take_over(row, by=other)

        at_once(act, range(8))
        assert row.entries.filter(kind="state").count() == 1
        assert row.entries.filter(kind="leads").count() == 1
