"""Clocks of benefits: reservations that nobody came for, advisers of those who rose or fell (CARD-24, LOY-15)."""

import datetime as dt
from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import clock, sweeps
from loyalty.models import BenefitReservation
from loyalty.operations import advisers, benefit_reservations
from loyalty.policy.benefit_parameters import ServiceParameters


class MissReservations(sweeps.Sweep):
    """CARD-24 · E4.4 — reservations whose time has passed are given up, and their uses returned."""

    name = "benefits.miss_reservations"
    label: str | Promise = _("Give up missed reservations")
    batch = 200

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        waits = dt.timedelta(minutes=self.ctx.parameters.of(ServiceParameters).missed_after_minutes)
        rows = BenefitReservation.objects.filter(
            state=BenefitReservation.State.BOOKED, ends_at__lte=clock.now() - waits
        )
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return benefit_reservations.miss(keys)


class SettleAdvisers(sweeps.Sweep):
    """LOY-15 · C7.2 — every member of such a tier has an adviser, nobody else has."""

    name = "benefits.settle_advisers"
    label: str | Promise = _("Assign advisers")
    batch = 2_000

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = advisers.due()
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return advisers.settle(keys)


for sweep in (MissReservations(), SettleAdvisers()):
    sweeps.register(sweep)
