"""Projects: an owner, a plan with milestones, notes on how they stand, and an end with an outcome (SVC-13 · B10.3)."""

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from core import access, audit, clock
from core.models import Department, User
from core.refusals import Refusal
from service_desk.quality.models import Milestone, Project, ProjectNote
from service_desk.quality.operations import telling
from service_desk.quality.policy import coordination

CHANGE = "service_desk.change_project"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a project is to do, whose it is, from when to when."""

    name: str
    goal: str
    department: Department
    owner: User
    starts_on: dt.date
    ends_on: dt.date


@transaction.atomic
def begin(plan: Plan, *, by: User) -> Project:
    """SVC-13 · B10.3 — a project with an owner and a plan."""
    access.require(by, CHANGE)
    coordination.check_days(plan.starts_on, plan.ends_on)
    project = Project.objects.create(made_by=by, **vars(plan))
    audit.record("service_desk.project.begin", subject=project, actor=by, details=_told(project))
    return project


@transaction.atomic
def change(project: Project, plan: Plan, *, by: User) -> Project:
    """Another plan, or another owner. Refuses what is over."""
    project = _running(project, by=by)
    coordination.check_days(plan.starts_on, plan.ends_on)
    before = _told(project)
    for name, value in vars(plan).items():
        setattr(project, name, value)
    project.save()
    details = {"before": before, "after": _told(project)}
    audit.record("service_desk.project.change", subject=project, actor=by, details=details)
    return project


@transaction.atomic
def note(project: Project, *, light: str, text: str, by: User) -> ProjectNote:
    """SVC-13 · B10.1 — how it stands, said by whoever leads it; everybody who has a part in it hears of it."""
    project = _running(project, by=by)
    if light not in ProjectNote.Light.values:
        raise Refusal("light_unknown")
    if not text.strip():
        raise Refusal("note_needs_words")
    row = ProjectNote.objects.create(project=project, light=light, text=text.strip()[:4_000], by=by)
    audit.record("service_desk.project.note", subject=project, actor=by, details={"light": light})
    telling.noted(row)
    return row


@transaction.atomic
def set_milestone(project: Project, name: str, *, due_on: dt.date, by: User) -> Milestone:
    """A day by which it must have got somewhere; the same name moves it. Refuses a day before the project begins."""
    project = _running(project, by=by)
    if due_on < project.starts_on:
        raise Refusal("milestone_before_the_project")
    if not name.strip():
        raise Refusal("milestone_needs_a_name")
    known = project.milestones.filter(name=name.strip()[:120]).first()
    was = known.due_on if known else None
    if known is not None and known.reached_on is not None:
        raise Refusal("milestone_is_reached")
    row = known or Milestone(project=project, name=name.strip()[:120])
    row.due_on = due_on
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refusal("stale") from error
    details = {"milestone": row.name, "before": was, "after": due_on}
    audit.record("service_desk.project.set_milestone", subject=project, actor=by, details=details)
    return row


@transaction.atomic
def reach(milestone: Milestone, *, by: User) -> Milestone:
    """It has been reached today. A repeat changes nothing."""
    project = _running(milestone.project, by=by)
    row = Milestone.objects.select_for_update().get(pk=milestone.pk)
    if row.reached_on is None:
        row.reached_on = clock.today()
        row.save(update_fields=["reached_on"])
        audit.record("service_desk.project.reach", subject=project, actor=by, details={"milestone": row.name})
    return row


@transaction.atomic
def end(project: Project, *, is_done: bool, outcome: str, by: User) -> Project:
    """It is over: done, or stopped, and what came of it. Refuses to be done while tasks are left."""
    project = _running(project, by=by)
    if not outcome.strip():
        raise Refusal("outcome_needed")
    left = project.tasks.filter(state__in=[str(state) for state in coordination.UNDONE]).count()
    if is_done and left:
        raise Refusal("project_has_tasks_left", count=left)
    project.state = Project.State.DONE if is_done else Project.State.STOPPED
    project.outcome, project.ended_at = outcome.strip()[:4_000], clock.now()
    project.save(update_fields=["state", "outcome", "ended_at"])
    audit.record("service_desk.project.end", subject=project, actor=by, details={"state": project.state})
    telling.ended(project, by=by)
    return project


def may_lead(project: Project, user: User) -> bool:
    """Whoever owns a project leads it, and whoever may change every project."""
    return project.owner_id == user.pk or access.allows(user, CHANGE)


def _running(project: Project, *, by: User) -> Project:
    row = Project.objects.select_for_update(of=("self",)).select_related("owner").get(pk=project.pk)
    if row.owner_id != by.pk:
        access.require(by, CHANGE)
    if row.state != Project.State.RUNNING:
        raise Refusal("project_is_over")
    return row


def _told(project: Project) -> dict[str, object]:
    names = ("name", "department_id", "owner_id", "starts_on", "ends_on")
    return {name.removesuffix("_id"): getattr(project, name) for name in names}
