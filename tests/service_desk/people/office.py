"""A small office for the tests: a standard, spot checks, targets that two people agreed on, and rows of work."""

import datetime as dt
from typing import Any

import pytest

from cards.models import Order
from core import approvals, clock
from core.models import Department, Post, Store, User
from service_desk.models import KpiTarget, PostStandard, ScoreCard, ScoreFigure, SpotCheck
from service_desk.people.operations import scorecards, standards, targets
from service_desk.people.operations.targets import For
from service_desk.people.policy import periods
from service_desk.people.policy.kpis import Subject
from service_desk.people.policy.periods import Period, Span
from tests import factories
from tests.cards import factories as cards

NOVEMBER = Period(dt.date(2026, 11, 1), Span.MONTH)
OCTOBER = Period(dt.date(2026, 10, 1), Span.MONTH)


@pytest.fixture
def head(db: None) -> User:
    """Directs the department of the stores, and everybody in it."""
    made: User = factories.StaffFactory.create(display_name="Han Lei", roles={"department_head": None})
    Department.objects.filter(code="stores").update(director=made)
    return made


@pytest.fixture
def standard(clerk: User, trainer: User) -> PostStandard:
    """Two criteria, the second of which counts three times."""
    return set_standard(clerk.employment.post, trainer=trainer)


def set_standard(post: Post, *, trainer: User) -> PostStandard:
    criteria = [{"name": "Greets", "weight": 1}, {"name": "Compares the document", "weight": 3}]
    return standards.set_standard(post, criteria, starts_on=clock.today(), reason="Policy", by=trainer)


def check(person: User, *marks: int, by: User, comment: str = "") -> SpotCheck:
    """Marks in the order of the criteria."""
    criteria = PostStandard.objects.filter(post__holders__user=person).latest("pk").criteria.order_by("position")
    given = {one.pk: mark for one, mark in zip(criteria, marks, strict=False)}
    return standards.spot_check(person, given, comment=comment, by=by)


def target(
    kpi: str, value: int | None, *, planner: User, director: User, kind: Subject = Subject.PERSON, **whom: Any
) -> KpiTarget:
    """Proposed by one and agreed by the other, from today on."""
    asked = targets.propose(
        kpi, kind=kind, span=whom.pop("span", Span.MONTH), value=value, starts_on=clock.today(), reason="Agreed",
        whom=For(**whom), by=planner,
    )  # fmt: skip
    approvals.approve(asked, by=director)
    return KpiTarget.objects.get(approval=asked)


def sale(clerk: User | None, store: Store | None, at: dt.datetime, **more: Any) -> Order:
    """A card sold at a counter and paid."""
    made: Order = cards.OrderFactory.create(
        **({"channel": "store", "kind": "purchase", "seller": clerk, "store": store, "paid_at": at} | more)
    )
    return made


def write(period: Period = NOVEMBER, kind: Subject = Subject.PERSON, *, closes: bool = False) -> int:
    return scorecards.write(period, kind, on=clock.today(), closes=closes)


def card_of(person: User, period: Period = NOVEMBER) -> ScoreCard:
    return ScoreCard.objects.get(person=person, span=period.span, starts_on=period.starts_on)


def figure(person: User, kpi: str, period: Period = NOVEMBER) -> ScoreFigure:
    return ScoreFigure.objects.select_related("card").get(card=card_of(person, period), kpi=kpi)


def running(day: dt.date, grace: int = 5) -> list[Period]:
    return periods.running(day, grace_days=grace)
