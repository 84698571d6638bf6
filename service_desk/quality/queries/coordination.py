"""What is to be done, by whom, and how projects stand (SVC-13 · B10): constant statements each."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery

from core import access, clock
from core.models import Employment, User
from service_desk.quality.models import Meeting, Milestone, Project, ProjectNote, Task
from service_desk.quality.policy import coordination, timeline
from service_desk.quality.policy.coordination import TaskState
from service_desk.quality.policy.timeline import Picture, Span

SEE = "service_desk.view_task"
SEE_PROJECT = "service_desk.view_project"
SEE_MEETING = "service_desk.view_meeting"
MOST = 200


def visible_to(user: User) -> QuerySet[Task]:
    """The tasks that somebody may look at: all with the right, else those of his department, and those he has a part in."""
    rows = Task.objects.all()
    if access.allows(user, SEE):
        return rows
    return rows.filter(Q(owner=user) | Q(made_by=user) | Q(department__in=_at_work(user)))


def projects_visible_to(user: User) -> QuerySet[Project]:
    """All with the right, else those that somebody leads or has a task in."""
    rows = Project.objects.all()
    if access.allows(user, SEE_PROJECT):
        return rows
    doing = Task.objects.filter(owner=user, project__isnull=False).values("project")
    return rows.filter(Q(owner=user) | Q(pk__in=doing))


def meetings_visible_to(user: User) -> QuerySet[Meeting]:
    """All with the right, else those somebody was in or wrote up."""
    rows = Meeting.objects.all()
    if access.allows(user, SEE_MEETING):
        return rows
    there = Meeting.attendees.through.objects.filter(user=user).values("meeting")
    return rows.filter(Q(recorded_by=user) | Q(pk__in=there))


def mine(user: User) -> QuerySet[Task]:
    """What waits for somebody, the most urgent first."""
    return Task.objects.undone().filter(owner=user).order_by("due_on", "pk")


def late_around(user: User) -> QuerySet[Task]:
    """Every late task of one's own department, whoever does it."""
    return of_department(Task.objects.late(clock.today()), user).order_by("due_on", "pk")


def nobodys(user: User) -> QuerySet[Task]:
    """What one's own department is asked, and nobody does yet."""
    return of_department(Task.objects.undone(), user).filter(owner__isnull=True).order_by("due_on", "pk")


def of_department(tasks: QuerySet[Task], user: User) -> QuerySet[Task]:
    """Those of these tasks that somebody's department does."""
    return tasks.filter(department__in=_at_work(user))


def works_in(department: int, user: User) -> bool:
    """Whether somebody works in a department."""
    return Employment.objects.filter(user=user, ended_on__isnull=True, post__department=department).exists()


def _at_work(user: User) -> Any:
    """The department somebody works in, as a part of a statement."""
    return Employment.objects.filter(user=user, ended_on__isnull=True).values("post__department")


def colleagues(*, and_also: int | None = None) -> QuerySet[User]:
    """Who can be asked to do something: everybody at work, and somebody who is named anyway."""
    at_work = Employment.objects.filter(ended_on__isnull=True).values("user")
    here = Q(is_staff=True, is_active=True, pk__in=at_work)
    return User.objects.filter(here | Q(pk=and_also) if and_also else here).order_by("display_name", "pk")


def open_before(task: Task) -> list[Task]:
    """What has to be done before this, and is not."""
    return list(task.waits_for.filter(state__in=[str(state) for state in coordination.UNDONE]).order_by("due_on", "pk"))


def with_progress(rows: QuerySet[Project]) -> QuerySet[Project]:
    """Each project with its tasks counted and its newest light, for lists."""
    newest = ProjectNote.objects.filter(project=OuterRef("pk")).order_by("-pk").values("light")[:1]
    undone = [str(state) for state in coordination.UNDONE]
    late = Q(tasks__state__in=undone, tasks__due_on__lt=clock.today())
    return rows.annotate(
        all_tasks=Count("tasks", filter=~Q(tasks__state=TaskState.DROPPED.value)),
        done_tasks=Count("tasks", filter=Q(tasks__state=TaskState.DONE.value)),
        late_tasks=Count("tasks", filter=late),
        light=Subquery(newest),
    )


@dataclass(frozen=True)
class Line:
    """A row of a project's plan, in the picture and in the table beside it."""

    name: str
    span: Span
    task: Task | None = None
    milestone: Milestone | None = None
    is_late: bool = False


@dataclass(frozen=True)
class Whole:
    """A project with everything that its page shows."""

    project: Project
    lines: list[Line]
    picture: Picture
    notes: list[ProjectNote]
    all_tasks: int
    done_tasks: int


def whole(project: Project, *, today: dt.date) -> Whole:
    """SVC-13 · B10.3 — plan and notes of a project, in four statements."""
    waits = Prefetch("waits_for", Task.objects.only("title", "state", "due_on"))
    tasks = list(project.tasks.select_related("owner", "department").prefetch_related(waits)[:MOST])
    milestones = list(project.milestones.all()[:MOST])
    lines = sorted(_lines(tasks, milestones, today=today), key=lambda line: (line.span.starts_on, line.span.ends_on))
    drawn = timeline.picture(
        [line.span for line in lines], starts_on=project.starts_on, ends_on=project.ends_on, today=today
    )
    counted = [task for task in tasks if task.state != TaskState.DROPPED]
    return Whole(
        project=project,
        lines=lines,
        picture=drawn,
        notes=list(project.notes.select_related("by")[:MOST]),
        all_tasks=len(counted),
        done_tasks=sum(task.state == TaskState.DONE for task in counted),
    )


def _lines(tasks: Iterable[Task], milestones: Iterable[Milestone], *, today: dt.date) -> Iterable[Line]:
    for task in tasks:
        late = coordination.is_late(task.due_on, task.state, today=today)
        span = Span(task.title, task.starts_on, task.due_on, "late" if late else task.state)
        yield Line(task.title, span, task=task, is_late=late)
    for one in milestones:
        late = one.reached_on is None and one.due_on < today
        tone = "done" if one.reached_on else "late" if late else "open"
        span = Span(one.name, one.due_on, one.due_on, tone, is_milestone=True)
        yield Line(one.name, span, milestone=one, is_late=late)


def too_early(before: Iterable[Task], task: Task) -> list[Task]:
    """SVC-13 · B10.2 — what is still waited for and due later than the task itself: the plan cannot hold."""
    return [one for one in before if one.due_on > task.due_on]


def concerned_by(project: Project) -> set[int]:
    """Who hears of a project: its owner, and whoever still has to do something in it."""
    doing = project.tasks.filter(state__in=[str(state) for state in coordination.UNDONE], owner__isnull=False)
    return {project.owner_id, *doing.values_list("owner", flat=True)}


def to_remind(today: dt.date) -> QuerySet[Task]:
    """Tasks whose owner is reminded today, or should have been by now."""
    return Task.objects.undone().filter(remind_on__lte=today)
