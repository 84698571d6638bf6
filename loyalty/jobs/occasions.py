"""Clocks of what earns points besides purchases: card orders and tasks (LOY-04)."""

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock, sweeps
from loyalty.operations import occasions
from loyalty.policy.tasks import Task
from loyalty.queries import occasions as found


class JudgeOrders(sweeps.Sweep):
    """LOY-04 · B7.1 — card orders that were paid earn what the rules of that moment gave."""

    name = "points.orders"
    label: str | Promise = _("Points for card orders")
    batch = 200

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = found.orders_due()
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return occasions.judge_orders(keys)


class TakeBackOrders(sweeps.Sweep):
    """LOY-08 · B7 — refunded card orders give back what they earned."""

    name = "points.order_refunds"
    label: str | Promise = _("Take back points of refunded orders")
    batch = 200

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = found.refunds_due()
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return occasions.take_back(keys)


class JudgeTasks(sweeps.Sweep):
    """LOY-04 · B7.1 — members who have done a task that a rule in force gives points for. Keys are (task, member)."""

    name = "points.tasks"
    label: str | Promise = _("Points for tasks")
    batch = 200

    def claim(self, after: list[Any] | None, limit: int) -> Sequence[list[Any]]:
        begun, last = after or ("", 0)
        for task in found.tasks_asked(clock.now()):
            if task < begun:
                continue
            rows = found.members_due(task)
            rows = rows.filter(pk__gt=last) if task == begun else rows
            if keys := list(rows.order_by("pk").values_list("pk", flat=True)[:limit]):
                return [[task.value, key] for key in keys]
        return []

    def process(self, keys: Sequence[list[Any]]) -> int:
        tasks = dict.fromkeys(task for task, _key in keys)
        return sum(occasions.judge_tasks(Task(task), [key for one, key in keys if one == task]) for task in tasks)


for sweep in (JudgeOrders(), TakeBackOrders(), JudgeTasks()):
    sweeps.register(sweep)
