"""What must always hold of tasks and projects, checked by `manage.py verify`."""

from collections.abc import Iterator

from core.verify import invariant
from service_desk.quality.models import Project, Task
from service_desk.quality.policy import coordination

UNDONE = [str(state) for state in coordination.UNDONE]


@invariant("Q1", "a project that is done has no task left to do")
def done_projects_are_done() -> Iterator[str]:
    for row in Project.objects.filter(state=Project.State.DONE, tasks__state__in=UNDONE).distinct():
        yield f"project {row.pk} is done and has tasks left"


@invariant("Q2", "no task waits for itself, however far around")
def no_task_waits_for_itself() -> Iterator[str]:
    waits: dict[int, set[int]] = {}
    for task, on in Task.waits_for.through.objects.values_list("from_task", "to_task"):
        waits.setdefault(task, set()).add(on)
    for task, before in waits.items():
        others = {one: set(found) for one, found in waits.items() if one != task}
        if any(coordination.closes_a_circle(task, on, waits=others) for on in before):
            yield f"task {task} waits for itself"
