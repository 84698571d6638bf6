"""Incentives, plans and careers as they are read (SVC-11 · D7.3)."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.urls import reverse

from core import clock
from core.models import User
from service_desk.models import CareerStep, ImprovementPlan, Incentive

SHOWN_TO_PERSON = (Incentive.State.AGREED, Incentive.State.GIVEN)


def home() -> str:
    """Where a person reads what is his."""
    return reverse("people:scorecard")


def step_of(person: int, *, on: dt.date) -> CareerStep | None:
    """The level that somebody holds on a day."""
    rows = CareerStep.objects.filter(person=person, starts_on__lte=on).select_related("level")
    return rows.order_by("-starts_on", "-pk").first()


def career_of(user: User) -> QuerySet[CareerStep]:
    """The levels that somebody has held and was given, the newest first."""
    return CareerStep.objects.filter(person=user).select_related("level").order_by("-starts_on", "-pk")


def incentives_of(user: User) -> QuerySet[Incentive]:
    """What somebody was given or will be; what was only proposed he does not see."""
    return Incentive.objects.filter(person=user, state__in=SHOWN_TO_PERSON).order_by("-pk")


def plans_of(user: User) -> QuerySet[ImprovementPlan]:
    """The plans of somebody, the open ones first."""
    open_ = Q(state__in=(ImprovementPlan.State.PROPOSED, ImprovementPlan.State.AGREED))
    rows = ImprovementPlan.objects.filter(person=user).select_related("author", "verified_by")
    return rows.alias(open_=open_).order_by("-open_", "due_on", "-pk")


def to_agree(user: User) -> QuerySet[ImprovementPlan]:
    """Plans that wait for this person's word."""
    return ImprovementPlan.objects.filter(person=user, state=ImprovementPlan.State.PROPOSED)


def due_plans() -> QuerySet[ImprovementPlan]:
    """Plans that were agreed to and are due, not verified yet."""
    return ImprovementPlan.objects.filter(state=ImprovementPlan.State.AGREED, due_on__lte=clock.today())
