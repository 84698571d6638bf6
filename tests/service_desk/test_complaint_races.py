"""Compensation under concurrency, on a server database, with its negative controls (SVC-04 · D6.2, invariant 44)."""

from typing import Any

import pytest
from django.db import IntegrityError

from core import approvals, verify
from core.models import Approval, User
from core.rules import RuleBroken
from loyalty.models import PointAccount
from members.models import Member
from service_desk import shipped
from service_desk.models import Case, Compensation
from service_desk.operations import compensation, complaints, holding
from service_desk.operations.compensation_means import points
from service_desk.queries import compensation as kept
from tests.racing import at_once, unlocked
from tests.service_desk.desk import agent, complaint, fresh

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
TIMES = 40


@pytest.fixture
def people(wanqing: Member) -> list[User]:
    shipped.lay()
    return [agent(f"Agent {place}", on_duty=False) for place in range(4)]


@pytest.fixture
def case(wanqing: Member, people: list[User]) -> Case:
    made = complaint(wanqing)
    complaints.find(made, finding="justified", explanation="x", by=people[0])
    return made


def give(case: Case, user: User, worth: int, key: str) -> Any:
    return compensation.give(fresh(case), points(worth), reason="sorry", by=User.objects.get(pk=user.pk), key=key)


def available(member: Member) -> int:
    row = PointAccount.objects.filter(pk=member.pk).first()
    return row.available if row else 0


def broken() -> list[str]:
    ours = [one for one in verify.invariants() if one.check.__module__.endswith(".compensation")]
    return [one.code for one in ours if verify.look(one).broken]


def test_one_click_that_arrives_forty_times_gives_once(case: Case, people: list[User], wanqing: Member) -> None:
    answers = at_once(lambda _: give(case, people[0], 700, "click"), range(TIMES))
    assert len({one.pk for one in answers}) == 1, answers[:3]
    assert (available(wanqing), Compensation.objects.count(), broken()) == (700, 1, [])


def test_four_agents_at_once_give_no_more_than_one_authority(case: Case, people: list[User], wanqing: Member) -> None:
    """¥10 a time: five times is what an agent may give in a case, whoever of them; the rest waits for the lead."""
    answers = at_once(lambda turn: give(case, people[turn % 4], 1_000, f"k{turn}"), range(TIMES))
    assert all(isinstance(one, Compensation) for one in answers), answers[:3]
    at_agents = [one for one in answers if one.state == "given"]
    assert (len(at_agents), available(wanqing)) == (5, 5_000)
    assert {one.state for one in answers} == {"given", "waiting"}
    assert kept.counted([case.pk]) == TIMES * 1_000
    assert broken() == []


def test_without_the_lock_on_the_case_they_give_more(
    case: Case, people: list[User], wanqing: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "save", lambda _case: None)
    with unlocked(monkeypatch, Case.objects):
        answers = at_once(lambda turn: give(case, people[turn % 4], 1_000, f"k{turn}"), range(TIMES))
    given = [one for one in answers if isinstance(one, Compensation) and one.state == "given"]
    assert len(given) > 5
    assert broken() == ["44"]


def test_without_the_lock_the_click_is_not_recognised_every_time(
    case: Case, people: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "save", lambda _case: None)
    with unlocked(monkeypatch, Case.objects):
        answers = at_once(lambda _: give(case, people[0], 700, "click"), range(TIMES))
    assert any(isinstance(one, IntegrityError) for one in answers), "only the constraint stood in the way"
    assert Compensation.objects.count() == 1


def test_approved_rejected_and_withdrawn_at_once_it_ends_once(case: Case, people: list[User], wanqing: Member) -> None:
    made = give(case, people[0], 6_000, "large")
    leads = [agent(f"Lead {place}", role="service_lead", on_duty=False) for place in range(3)]

    def decide(turn: int) -> Any:
        approval = Approval.objects.get(pk=made.approval_id)
        match turn % 4:
            case 0:
                return approvals.withdraw(approval, by=User.objects.get(pk=people[0].pk))
            case 1:
                return approvals.reject(approval, by=User.objects.get(pk=leads[0].pk), reason="no")
            case _:
                return approvals.approve(approval, by=User.objects.get(pk=leads[turn % 4 - 1].pk))

    answers = at_once(decide, range(TIMES))
    assert all(isinstance(one, Approval | RuleBroken) for one in answers), answers[:5]
    made.refresh_from_db()
    assert available(wanqing) == (6_000 if made.state == "given" else 0)
    assert made.state in {"given", "rejected", "withdrawn"}
    assert broken() == []
