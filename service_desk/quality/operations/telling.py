"""Who hears of what in coordination (SVC-13 · B10.1): by inbox, and what is asked of somebody by e-mail too."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.urls import reverse

from core import clock
from core.messaging import outbox
from core.messaging.outbox import Draft
from core.models import User
from service_desk.quality.models import Meeting, Project, ProjectNote, Task
from service_desk.quality.queries import coordination as rows


def assigned(task: Task, *, by: User) -> None:
    """To whoever does it, unless he asked himself."""
    if task.owner is None or task.owner_id == by.pk:
        return
    context = {"title": task.title, "by": str(by), "due": task.due_on, "detail": task.detail}
    key = f"{task.pk}:{task.owner_id}:{clock.now():%Y%m%d%H%M%S%f}"
    outbox.send("task.assigned", key=key, to=task.owner, context=context, link=page_of(task))


def finished(task: Task, *, by: User) -> None:
    """To whoever asked for it: that it is done, or given up, and why."""
    if task.made_by_id == by.pk or task.ended_at is None:
        return
    done = task.state == Task.State.DONE
    context = {"title": task.title, "by": str(by), "done": done, "proof": task.proof}
    key = f"{task.pk}:{task.ended_at:%Y%m%d%H%M%S%f}"
    outbox.send("task.finished", key=key, to=task.made_by, context=context, link=page_of(task))


def ready(task: Task) -> None:
    """To whoever waited for it, where nothing else is waited for any more."""
    following = task.followed_by.undone().filter(owner__isnull=False).select_related("owner")
    for one in following.order_by("pk"):
        if not rows.open_before(one) and task.ended_at is not None:
            context = {"title": one.title, "before": task.title, "due": one.due_on}
            key = f"{one.pk}:{task.pk}:{task.ended_at:%Y%m%d%H%M%S%f}"
            outbox.send("task.ready", key=key, to=one.owner, context=context, link=page_of(one))


def remind(tasks: Sequence[Task], *, today: dt.date) -> None:
    """To each owner, or where there is none to whoever asked: what is due soon, or late."""
    outbox.send_many(
        Draft(
            event="task.due",
            key=f"{task.pk}:{today.isoformat()}",
            to=task.owner or task.made_by,
            context={"title": task.title, "due": task.due_on, "late_days": max((today - task.due_on).days, 0)},
            link=page_of(task),
        )
        for task in tasks
    )


def noted(note: ProjectNote) -> None:
    """A status note, to everybody who has a part in the project."""
    _to_all(
        rows.concerned_by(note.project) - {note.by_id},
        event="project.noted",
        key=str(note.pk),
        context={"project": note.project.name, "light": note.light, "text": note.text, "by": str(note.by)},
        link=page_of_project(note.project),
    )


def ended(project: Project, *, by: User) -> None:
    """That a project is over, to everybody who had a part in it."""
    doing = set(project.tasks.filter(owner__isnull=False).values_list("owner", flat=True))
    _to_all(
        {project.owner_id, *doing} - {by.pk},
        event="project.ended",
        key=f"{project.pk}:{project.ended_at:%Y%m%d%H%M%S%f}",
        context={"project": project.name, "done": project.state == Project.State.DONE, "outcome": project.outcome},
        link=page_of_project(project),
    )


def recorded(meeting: Meeting) -> None:
    """The minutes, to everybody who was there."""
    _to_all(
        set(meeting.attendees.values_list("pk", flat=True)) - {meeting.recorded_by_id},
        event="meeting.recorded",
        key=str(meeting.pk),
        context={"title": meeting.title, "day": meeting.held_on, "by": str(meeting.recorded_by)},
        link=reverse("admin:service_desk_meeting_change", args=[meeting.pk]),
    )


def _to_all(people: Iterable[int], *, event: str, key: str, context: dict[str, object], link: str) -> None:
    drafts = (
        Draft(event=event, key=f"{key}:{one.pk}", to=one, context=context, link=link)
        for one in User.objects.filter(pk__in=set(people), is_active=True).order_by("pk")
    )
    outbox.send_many(drafts)


def page_of(task: Task) -> str:
    return reverse("admin:service_desk_task_change", args=[task.pk])


def page_of_project(project: Project) -> str:
    return reverse("admin:service_desk_project_change", args=[project.pk])
