"""Emergencies for tests, made by the real operations."""

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from core import approvals, clock, verify
from core.models import Message, Post, User
from members.models import Member
from service_desk.incidents import shipped
from service_desk.incidents.models import EmergencyPlan, Incident, IncidentCall, IncidentTelling, PlanVersion
from service_desk.incidents.operations import declaring, leading, plans, telling
from service_desk.incidents.operations.declaring import Report
from service_desk.incidents.operations.plans import Content, Level, Step
from service_desk.incidents.operations.telling import Letter
from service_desk.incidents.policy.states import State
from tests import factories
from tests.service_desk.quality import office

TEXTS = {
    "en": {"title": "Payments on Sunday", "body": "Some were charged twice. The money is on its way back."},
    "zh-hans": {"title": "周日付款", "body": "部分付款被重复扣款，款项正在退回。"},
}


def planner() -> User:
    return office.colleague("planning", "operations_planner")


def director() -> User:
    return office.colleague("planning", "operations_director")


def lead() -> User:
    return office.colleague("service", "service_lead")


def agent() -> User:
    return office.colleague("service", "member_service")


def clerk() -> User:
    return factories.StaffFactory.create(roles={"clerk": factories.StoreFactory.create()})


def post(title: str, *people: User) -> Post:
    found, _ = Post.objects.get_or_create(title=title, department=office.department("service"))
    for one in people:
        one.employment.post = found
        one.employment.save()
    return found


def kind(code: str = "system-outage") -> EmergencyPlan:
    shipped.lay()
    return EmergencyPlan.objects.get(code=code)


def content(chain: Iterable[Level] = (), **more: Any) -> Content:
    usual: dict[str, Any] = {
        "criteria": {1: "Every store", 3: "Few members"},
        "steps": [Step("See what is concerned", 10), Step("Call the supplier", 30)],
        "texts": TEXTS,
    }
    return Content(chain=list(chain), **(usual | more))


def in_force(code: str = "system-outage", chain: Iterable[Level] = (), **more: Any) -> PlanVersion:
    """A plan that two people agreed to."""
    author = planner()
    version = plans.draft(kind(code), content(chain, **more), by=author)
    approvals.approve(plans.publish(version, reason="First version.", by=author), by=director())
    return PlanVersion.objects.get(pk=version.pk)


def chain_of(*levels: Sequence[User], severity: int = 2, minutes: int = 10) -> list[Level]:
    return [Level(severity, minutes, (), [one.pk for one in people]) for people in levels]


def declared(
    code: str = "system-outage", *, by: User | None = None, severity: int = 2, key: str = "", case: Any = None,
    **more: Any,
) -> Incident:  # fmt: skip
    usual: dict[str, Any] = {"what": "No card can be read", "since_at": clock.now() - dt.timedelta(minutes=5)}
    report = Report(kind=kind(code), severity=severity, **(usual | more))
    made = declaring.declare(report, by=by or agent(), key=key or f"t{Incident.objects.count()}", case=case)
    return Incident.objects.get(pk=made.pk)


def resolved(by: User, **more: Any) -> Incident:
    row = declared(**more)
    leading.take_over(row, by=by)
    leading.move(row, State.RESOLVED, text="It works again.", by=by)
    return fresh(row)


def letter(rule: str = "listed", members: Iterable[Member] = (), **chosen: Any) -> Letter:
    found = {"members": [one.pk for one in members]} if rule == "listed" else chosen
    return Letter(rule=rule, texts=TEXTS, chosen=found)


def asked(row: Incident, members: Iterable[Member], *, by: User, key: str = "k") -> IncidentTelling:
    return telling.ask(row, letter(members=members), by=by, key=key)


def after(minutes: float) -> AbstractContextManager[None]:
    return clock.stopped(clock.now() + dt.timedelta(minutes=minutes))


def fresh(row: Incident) -> Incident:
    return Incident.objects.get(pk=row.pk)


def called(row: Incident) -> list[tuple[int, int, int]]:
    """Who was called: round, level, account."""
    return sorted(IncidentCall.objects.filter(incident=row).values_list("round", "level", "person"))


def told(user: User, channel: str = "inbox") -> int:
    return Message.objects.filter(recipient=user, event="incident.called", channel=channel).count()


def broken() -> list[str]:
    """What `manage.py verify` would say of emergencies."""
    codes = {"N1", "N2", "N3", "N4"}
    return [said for one in verify.invariants() if one.code in codes for said in one.check()]
