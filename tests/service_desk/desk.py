"""Short words for the tests of cases: moments of November 2026 in Shanghai, a complaint, an enquiry, a colleague on duty."""

import datetime as dt
from contextlib import AbstractContextManager
from typing import Any

import pytest

from core import clock
from core.models import User
from core.rules import RuleBroken
from members.models import Member
from service_desk import shipped_causes
from service_desk.models import AgentProfile, Case, CaseClock, RootCause, Skill
from service_desk.operations import cases, complaints
from service_desk.policy.codes import Promise
from tests import factories
from tests.service_desk.policy.calendars import moment

WORDS = "昨天的早餐等了四十分钟，服务员态度冷漠。"


def on(text: str) -> AbstractContextManager[None]:
    """Hold the clock: `with on("23 10:00"):`"""
    return clock.stopped(moment(text))


def complaint(member: Member | None, **more: Any) -> Case:
    given = {"kind": "complaint", "channel": "web", "subject": "早餐等了太久", "body": WORDS}
    return cases.open_case(**(given | {"member": member} | more))


def enquiry(member: Member | None, **more: Any) -> Case:
    given = {"kind": "enquiry", "channel": "web", "subject": "Sundays", "body": "When do you open on Sundays?"}
    return cases.open_case(**(given | {"member": member} | more))


def agent(
    name: str, *, role: str = "member_service", skills: tuple[str, ...] = (), languages: tuple[str, ...] = (),
    capacity: int = 20, on_duty: bool = True,
) -> User:  # fmt: skip
    """A colleague of service with his profile."""
    user: User = factories.StaffFactory.create(display_name=name, roles={role: None})
    profile = AgentProfile.objects.create(
        user=user, languages=list(languages), capacity=capacity, is_on_duty=on_duty, since=clock.now()
    )
    profile.skills.set([Skill.objects.get_or_create(code=code, defaults={"name": code})[0] for code in skills])
    return user


def looked_into(case: Case, by: User, *, finding: str = "justified", cause: str = "service-waiting") -> None:
    """What a complaint needs before it is closed: what was found, and why it came about."""
    complaints.find(case, finding=finding, explanation="当日缺人", by=by)
    complaints.name_cause(case, cause=cause_of(cause), by=by)


def cause_of(code: str) -> RootCause:
    """A cause of those an installation begins with; a transactional test before this one may have emptied them."""
    shipped_causes.lay()
    return RootCause.objects.get(code=code)


def ran(case: Case, promise: Promise, number: int = 1) -> CaseClock:
    return CaseClock.objects.get(case=case, promise=promise, round=number)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def later(text: str, **more: float) -> dt.datetime:
    return moment(text) + dt.timedelta(**more)


def refused(code: str) -> "pytest.RaisesExc[RuleBroken]":
    """`with refused("case_closed"):` — this very refusal, and nothing else."""
    return pytest.raises(RuleBroken, check=lambda refusal: refusal.code == code)
