"""Emergency plans: drafted by one, put in force by two, gone over in time (SVC-16 · D12)."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from core import access, approvals, audit, clock, parameters
from core.messaging import outbox
from core.models import Approval, User
from core.refusals import Refusal
from service_desk.incidents.models import EmergencyPlan, PlanCall, PlanStep, PlanVersion
from service_desk.incidents.policy import states
from service_desk.incidents.policy.parameters import IncidentParameters
from service_desk.incidents.queries import planned

PROPOSE = "service_desk.propose_emergencyplan"
KIND = "service_desk.emergency_plan"
EVENT = "plan.review_due"
State = PlanVersion.State


@dataclass(frozen=True)
class Step:
    """Something done in every such emergency. `post` is a key."""

    text: str
    minutes: int
    post: int | None = None


@dataclass(frozen=True)
class Level:
    """Who is called at which severity, in this order, and how long they have to answer (keys of posts and accounts)."""

    severity: int
    minutes: int
    posts: Collection[int] = ()
    people: Collection[int] = ()


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything that a version says: `criteria` by severity, `texts` language → {"title", "body"}."""

    criteria: Mapping[int, str]
    steps: Sequence[Step]
    chain: Sequence[Level]
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@transaction.atomic
def draft(plan: EmergencyPlan, content: Content, *, by: User) -> PlanVersion:
    """SVC-16 · D12 — what the plan shall say from its approval on. Refuses while a version waits for a second person."""
    access.require(by, PROPOSE)
    plan = EmergencyPlan.objects.select_for_update().get(pk=plan.pk)
    _check(content)
    row = plan.versions.filter(state__in=[State.DRAFT, State.WAITING]).first()
    if row is not None and row.state == State.WAITING:
        raise Refusal("plan_waits")
    if row is None:
        last: int = plan.versions.aggregate(last=Max("number", default=0))["last"]
        row = PlanVersion(plan=plan, number=last + 1)
    row.author = by
    row.criteria = {str(severity): text.strip() for severity, text in content.criteria.items()}
    row.texts = {one: dict(text) for one, text in content.texts.items() if any(said.strip() for said in text.values())}
    row.save()
    _fill(row, content)
    audit.record("service_desk.emergencyplan.draft", subject=plan, actor=by, details={"version": row.number})
    return row


@transaction.atomic
def publish(row: PlanVersion, *, reason: str, by: User) -> Approval:
    """SVC-16 · D12 — ask a second person to put it in force."""
    access.require(by, PROPOSE)
    row = PlanVersion.objects.select_for_update(of=("self",)).select_related("plan").get(pk=row.pk)
    if row.state != State.DRAFT:
        raise Refusal("plan_waits")
    before = planned.in_force(row.plan)
    row.approval = approvals.request(
        KIND, subject=row, title=f"{row.plan} {row.number}", before=planned.told(before) if before else {},
        after=planned.told(row), reason=reason, author=by,
    )  # fmt: skip
    row.state = State.WAITING
    row.save(update_fields=["state", "approval"])
    return row.approval


def approve(approval: Approval) -> None:
    """What the decision does: in force from now on, for what is declared from now on."""
    row, now = of(approval), clock.now()
    PlanVersion.objects.filter(plan=row.plan, state=State.PUBLISHED).update(state=State.REPLACED)
    row.state, row.published_at = State.PUBLISHED, now
    row.save(update_fields=["state", "published_at"])
    _gone_over(row.plan)
    audit.record(
        "service_desk.emergencyplan.publish", subject=row.plan, actor=approval.decided_by, reason=approval.reason,
        details={"version": row.number},
    )  # fmt: skip


def take_back(approval: Approval) -> None:
    """Rejected or withdrawn: it is a draft again, to be mended."""
    row = of(approval)
    row.state, row.approval = State.DRAFT, None
    row.save(update_fields=["state", "approval"])


def of(approval: Approval) -> PlanVersion:
    """The version that a request is about, held."""
    return PlanVersion.objects.select_for_update(of=("self",)).select_related("plan").get(approval=approval)


@transaction.atomic
def confirm(plan: EmergencyPlan, *, by: User) -> None:
    """SVC-16 · D12 — it was gone over and still holds: due again some months on. Refuses a plan that is not in force."""
    access.require(by, PROPOSE)
    plan = EmergencyPlan.objects.select_for_update().get(pk=plan.pk)
    if planned.in_force(plan) is None:
        raise Refusal("plan_not_in_force")
    _gone_over(plan)
    audit.record("service_desk.emergencyplan.confirm", subject=plan, actor=by, details={"until": plan.review_on})


@transaction.atomic
def keep(plan: EmergencyPlan, *, changed: Sequence[str], by: User) -> EmergencyPlan:
    """SVC-16 · D12 — a kind of emergency as it is called from now on, and whoever keeps its plan."""
    access.require(by, PROPOSE)
    is_new = plan.pk is None
    plan.save()
    details = {"code": plan.code, "changed": sorted(changed)}
    action = "service_desk.emergencyplan.add" if is_new else "service_desk.emergencyplan.change"
    audit.record(action, subject=plan, actor=by, details=details)
    return plan


def remind(keys: Sequence[int], *, today: dt.date) -> int:
    """Tell whoever keeps each of these plans, or where nobody does whoever may write plans, that it is due."""
    rows = list(EmergencyPlan.objects.select_for_update(of=("self",)).filter(pk__in=list(keys)).select_related("owner"))
    everybody = list(access.holders(PROPOSE))
    outbox.send_many(
        outbox.Draft(
            event=EVENT, key=f"{plan.pk}:{today.isoformat()}:{person.pk}", to=person,
            context={"plan": str(plan), "due": plan.review_on or today},
            link=reverse("admin:service_desk_emergencyplan_change", args=[plan.pk]),
        )
        for plan in rows
        for person in ([plan.owner] if plan.owner is not None else everybody)
    )  # fmt: skip
    EmergencyPlan.objects.filter(pk__in=[plan.pk for plan in rows]).update(reminded_on=today)
    return len(rows)


def _gone_over(plan: EmergencyPlan) -> None:
    months = parameters.in_force(IncidentParameters).plan_months
    plan.review_on, plan.reminded_on = states.months_later(clock.today(), months), None
    plan.save(update_fields=["review_on", "reminded_on"])


def _check(content: Content) -> None:
    if not any(text.strip() for text in content.criteria.values()):
        raise Refusal("plan_needs_criteria")
    if not content.steps or not all(step.text.strip() for step in content.steps):
        raise Refusal("plan_needs_steps")
    if not all(level.posts or level.people for level in content.chain):
        raise Refusal("chain_level_of_nobody")
    graver = {level.severity for level in content.chain}
    if graver and not graver <= set(states.SEVERITIES):
        raise Refusal("severity_unknown")


def _fill(row: PlanVersion, content: Content) -> None:
    row.steps.all().delete()
    row.calls.all().delete()
    PlanStep.objects.bulk_create(
        PlanStep(version=row, position=place, text=step.text.strip()[:240], minutes=step.minutes, post_id=step.post)
        for place, step in enumerate(content.steps, start=1)
    )
    levels: dict[int, int] = {}
    for one in content.chain:
        levels[one.severity] = levels.get(one.severity, 0) + 1
        made: Any = PlanCall.objects.create(
            version=row, severity=one.severity, level=levels[one.severity], minutes=one.minutes
        )
        made.posts.set(one.posts)
        made.people.set(one.people)
