"""Who may steer a task (SVC-13 · B10.2)."""

from core import access
from core.models import User
from core.refusals import Refusal
from service_desk.quality.models import Task

CHANGE = "service_desk.change_task"


def held(task: Task) -> Task:
    """The task as it stands, held until the transaction ends."""
    return Task.objects.select_for_update(of=("self",)).select_related("project", "owner", "made_by").get(pk=task.pk)


def may_steer(task: Task, user: User) -> bool:
    """Whoever asked for it, whoever leads its project, and whoever may change every task."""
    leads = task.project is not None and task.project.owner_id == user.pk
    return task.made_by_id == user.pk or leads or access.allows(user, CHANGE)


def require(task: Task, user: User) -> None:
    """Refuse everybody else."""
    if not may_steer(task, user):
        raise Refusal("not_permitted", status=403)
