"""Emergency plans: what is in force, what they say, what is due (SVC-16 · D12)."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from core import clock, parameters
from core.models import User
from service_desk.incidents.models import EmergencyPlan, PlanCall, PlanStep, PlanVersion
from service_desk.incidents.policy import states
from service_desk.incidents.policy.parameters import IncidentParameters


def whole() -> QuerySet[PlanVersion]:
    """Versions with everything that their page shows, in four statements more."""
    steps = Prefetch("steps", PlanStep.objects.select_related("post"))
    calls = Prefetch("calls", PlanCall.objects.prefetch_related("posts", "people"))
    return PlanVersion.objects.select_related("author", "approval__decided_by").prefetch_related(steps, calls)


def in_force(plan: EmergencyPlan) -> PlanVersion | None:
    """What the plan says today."""
    return whole().filter(plan=plan, state=PlanVersion.State.PUBLISHED).first()


def told(row: PlanVersion) -> dict[str, Any]:
    """Everything that a version decides, as it is laid before a second person."""
    found: dict[str, Any] = {f"criterion.{one}": row.criterion(one) for one in states.SEVERITIES}
    found["steps"] = [f"{step.text} · {step.post or '—'} · {step.minutes}" for step in row.steps.select_related("post")]
    found["chain"] = [
        f"{call.severity}.{call.level} · {', '.join(_names(call))} · {call.minutes}"
        for call in row.calls.prefetch_related("posts", "people")
    ]
    for language, text in sorted(row.texts.items()):
        found |= {f"title.{language}": text.get("title", ""), f"body.{language}": text.get("body", "")}
    return found


def _names(call: PlanCall) -> list[str]:
    return [*(str(post) for post in call.posts.all()), *(str(person) for person in call.people.all())]


def due(_user: User) -> QuerySet[EmergencyPlan]:
    """Kinds without a plan in force, with one out of date, or not drilled for too long."""
    months = parameters.in_force(IncidentParameters).drill_months
    today = clock.today()
    return EmergencyPlan.objects.due(today, drilled_since=states.months_later(today, -months))


def to_remind(today: dt.date) -> QuerySet[EmergencyPlan]:
    """Plans that have to be gone over within some days, whose keeper has not heard of it for a month."""
    ahead = parameters.in_force(IncidentParameters).remind_ahead_days
    month_ago = today - dt.timedelta(days=30)
    heard = Q(reminded_on__isnull=True) | Q(reminded_on__lte=month_ago)
    return EmergencyPlan.objects.filter(heard, is_active=True, review_on__lte=today + dt.timedelta(days=ahead))


def standing(rows: QuerySet[EmergencyPlan]) -> QuerySet[EmergencyPlan]:
    """Each kind with whether it has a plan in force (`has_plan`), and whether something of it is due (`is_due`)."""
    months, today = parameters.in_force(IncidentParameters).drill_months, clock.today()
    published = PlanVersion.objects.filter(plan=OuterRef("pk"), state=PlanVersion.State.PUBLISHED)
    due = EmergencyPlan.objects.due(today, drilled_since=states.months_later(today, -months))
    return rows.annotate(has_plan=Exists(published), is_due=Exists(due.filter(pk=OuterRef("pk"))))
