"""The simulations that a request rests on (LOY-17)."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _now

from core import approvals
from core.approvals import Evidence
from core.models import Approval
from loyalty.models import Simulation


def _simulated(approval: Approval) -> Iterator[Evidence]:
    """LOY-17 — the simulations that a request was made from."""
    for row in Simulation.objects.filter(approvals=approval):
        yield Evidence(
            _now("Simulation %(number)s") % {"number": row}, reverse("admin:loyalty_simulation_change", args=[row.pk])
        )


approvals.rests_on(_simulated)
