"""Running simulations (LOY-17)."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import sweeps
from core.models import PoisonRow
from loyalty.models import Simulation
from loyalty.operations import simulations


class Simulate(sweeps.Sweep):
    """LOY-17 — simulations that were asked for, one after the other, by the ids of the members.

    A key is (simulation, member), and `ALL` behind the last one ends it. How far each is stands on its own row, so that a
    new day or another worker goes on where the last one stopped.
    """

    name = "loyalty.simulate"
    label: str | Promise = _("Run simulations")
    right = simulations.RUN
    batch = 500
    all = 2**53 - 1

    def claim(self, after: list[int] | None, limit: int) -> Sequence[list[int]]:
        row = Simulation.objects.filter(state__in=Simulation.OPEN).order_by("pk").first()
        if row is None:
            return []
        if after is None and self._poisoned(row.pk) >= sweeps.TOO_MANY_POISONED:
            return [[row.pk, self.all]]
        counted = max(row.cursor, after[1] if after and after[0] == row.pk else 0)
        rows = simulations.members_of(row).filter(pk__gt=counted).order_by("pk")
        members = list(rows.values_list("pk", flat=True)[:limit])
        return [[row.pk, member] for member in members] or [[row.pk, self.all]]

    def process(self, keys: Sequence[list[int]]) -> int:
        simulation = keys[0][0]
        if keys[-1][1] == self.all:
            return simulations.finish(simulation, failed=self._failed(simulation))
        return simulations.count(simulation, [member for _, member in keys])

    def _failed(self, simulation: int) -> bool:
        """Too many members could not be counted, or nobody could."""
        row = Simulation.objects.get(pk=simulation)
        set_aside = self._poisoned(simulation)
        return set_aside >= sweeps.TOO_MANY_POISONED or bool(set_aside and not row.members_done)

    def _poisoned(self, simulation: int) -> int:
        rows = PoisonRow.objects.filter(sweep=self.name, resolved_at__isnull=True)
        return rows.filter(row__startswith=f"[{simulation}, ").count()


sweeps.register(Simulate())
