"""The clock of coordination: owners are reminded of what is due and of what is late (SVC-13 · B10.1)."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import sweeps
from service_desk.quality.operations import tasks
from service_desk.quality.queries import coordination as rows


class RemindOfTasks(sweeps.Sweep):
    """SVC-13 · B10.1 — some days before, the day after, and then every so many days until it is done."""

    name = "quality.remind_tasks"
    label: str | Promise = _("Remind of tasks")
    batch = 500

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        due = rows.to_remind(self.ctx.on).filter(pk__gt=after or 0)
        return list(due.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return tasks.remind(keys, today=self.ctx.on)


sweeps.register(RemindOfTasks())
