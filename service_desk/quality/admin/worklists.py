"""What waits for somebody in coordination (SVC-13 · B10.2)."""

from django.utils.translation import gettext_lazy as _

from core import worklists
from service_desk.quality.queries import coordination as rows

TASKS = "admin:service_desk_task_changelist"

worklists.register(
    worklists.Worklist(
        code="quality.mine", label=_("My tasks"), rows=rows.mine, url=TASKS, query="whose=mine", icon="task_alt"
    )
)
worklists.register(
    worklists.Worklist(
        code="quality.late", label=_("Late tasks of my department"), rows=rows.late_around, url=TASKS,
        query="standing=late&whose=ours", icon="alarm", urgent=True,
    )
)  # fmt: skip
worklists.register(
    worklists.Worklist(
        code="quality.nobodys", label=_("Tasks of my department that nobody does yet"), rows=rows.nobodys,
        url=TASKS, query="whose=nobodys", icon="person_search",
    )
)  # fmt: skip
