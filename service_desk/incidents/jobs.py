"""The clocks of emergencies: the next level called, members written to, plans gone over (SVC-16 · D12)."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock, sweeps
from service_desk.incidents.models import Incident
from service_desk.incidents.operations import calling, plans, telling
from service_desk.incidents.queries import planned, tellings


class CallTheNext(sweeps.Sweep):
    """SVC-16 · D12 — where nobody of a level has answered in its time, the next one is called."""

    name = "incidents.call"
    label: str | Promise = _("Call the next level of contact chains")
    batch = 100

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = Incident.objects.to_call(clock.now()).filter(pk__gt=after or 0)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return calling.call_due(keys)


class TellMembers(sweeps.Sweep):
    """SVC-16 · D12 — members whom an incident concerns: each is written to once, in batches that resume."""

    name = "incidents.tell"
    label: str | Promise = _("Write to members whom an incident concerns")
    batch = 2_000

    def claim(self, after: list[int] | None, limit: int) -> Sequence[list[int]]:
        while (row := tellings.to_send()) is not None:
            behind = max(row.told_through, after[1] if after and after[0] == row.pk else 0)
            if members := tellings.next_members(row, after=behind, limit=limit):
                return [[row.pk, member] for member in members]
            telling.finish(row.pk)
        return []

    def process(self, keys: Sequence[list[int]]) -> int:
        return telling.tell(keys[0][0], [member for _telling, member in keys])


class RemindOfPlans(sweeps.Sweep):
    """SVC-16 · D12 — whoever keeps a plan hears some days ahead that it has to be gone over, and then each month."""

    name = "incidents.remind_plans"
    label: str | Promise = _("Remind of emergency plans")
    batch = 200

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = planned.to_remind(self.ctx.on).filter(pk__gt=after or 0)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return plans.remind(keys, today=self.ctx.on)


for sweep in (CallTheNext(), TellMembers(), RemindOfPlans()):
    sweeps.register(sweep)
