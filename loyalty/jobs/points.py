"""Clocks of points: return windows that close, last days that pass, reservations that nobody captured (LOY-06 to 08)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cards.policy.reminders import Step, Window
from core import clock, sweeps
from loyalty.models import LapseReminder, PointHold, PointLot
from loyalty.operations import nightly, reminders, summaries
from loyalty.policy import lapse
from loyalty.policy.parameters import PointsParameters
from loyalty.queries import liability


def _span() -> tuple[int, int] | None:
    """The members who have points, by id."""
    ids = PointLot.objects.aggregate(low=Min("member_id"), high=Max("member_id"))
    return (ids["low"], ids["high"]) if ids["low"] is not None else None


class _OfMembers(sweeps.Sweep):
    """A sweep over the members who have lots that are due."""

    batch = 5_000

    def due(self) -> QuerySet[PointLot]:
        raise NotImplementedError

    def span(self) -> tuple[int, int] | None:
        return _span()

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = self.ctx.within(self.due(), "member_id")
        if after is not None:
            rows = rows.filter(member_id__gt=after)
        return list(rows.order_by("member_id").values_list("member_id", flat=True).distinct()[:limit])


class Mature(_OfMembers):
    """LOY-08 · B7 — points whose return window has closed become available."""

    name = "points.mature"
    label: str | Promise = _("Release pending points")

    def due(self) -> QuerySet[PointLot]:
        return PointLot.objects.filter(is_pending=True, matures_on__lte=self.ctx.on)

    def process(self, keys: Sequence[int]) -> int:
        return nightly.mature(keys, on=self.ctx.on)


class Lapse(_OfMembers):
    """LOY-07 · B7.2.2 — points lapse after their last day."""

    name = "points.lapse"
    label: str | Promise = _("Lapse points")

    def due(self) -> QuerySet[PointLot]:
        return PointLot.objects.filter(is_open=True, is_pending=False, last_valid_on__lt=self.ctx.on)

    def process(self, keys: Sequence[int]) -> int:
        return nightly.lapse(keys, on=self.ctx.on)


class RemindLapse(sweeps.Sweep):
    """LOY-07 · B7.2.2 — remind of points that lapse, each step before each last day once. Keys are (day, member)."""

    name = "points.remind_lapse"
    label: str | Promise = _("Remind of points that lapse")
    batch = 2_000

    def __init__(self) -> None:
        self._days: list[dt.date] | None = None

    def span(self) -> tuple[int, int] | None:
        return _span()

    def claim(self, after: list[Any] | None, limit: int) -> Sequence[list[Any]]:
        if self._days is None:
            self._days = self._read_days()
        last, member = (dt.date.fromisoformat(after[0]), after[1]) if after else (dt.date.min, 0)
        for day in self._days:
            if day < last:
                continue
            rows = self.ctx.within(self._open(), "member_id").filter(last_valid_on=day)
            rows = rows.filter(member_id__gt=member if day == last else 0)
            written = LapseReminder.objects.filter(
                member=OuterRef("member"), last_valid_on=day, step=self._step(day).offset
            )
            found = rows.exclude(Exists(written)).order_by("member_id").values_list("member_id", flat=True)
            if keys := list(found.distinct()[:limit]):
                return [[day.isoformat(), pk] for pk in keys]
        return []

    def process(self, keys: Sequence[list[Any]]) -> int:
        done = 0
        for told in dict.fromkeys(key[0] for key in keys):
            day = dt.date.fromisoformat(told)
            members = [pk for text, pk in keys if text == told]
            done += reminders.write(members, last_valid_on=day, step=self._step(day).offset)
        return done

    def _open(self) -> QuerySet[PointLot]:
        return PointLot.objects.filter(is_open=True, is_pending=False)

    def _windows(self) -> tuple[Window, ...]:
        return lapse.reminder_windows(self.ctx.on, parameters=self.ctx.parameters.of(PointsParameters))

    def _step(self, day: dt.date) -> Step:
        return next(one.step for one in self._windows() if one.target_from <= day <= one.target_to)

    def _read_days(self) -> list[dt.date]:
        """The last days within reach that some open lot has."""
        within = Q()
        for one in self._windows():
            within |= Q(last_valid_on__range=(one.target_from, one.target_to))
        rows = self._open().filter(within) if within else self._open().none()
        days = rows.order_by("last_valid_on").values_list("last_valid_on", flat=True).distinct()
        return [day for day in days if day is not None]


class SumUp(sweeps.Sweep):
    """LOY-18 — what the ledger says of the months that may have changed, and of every last day."""

    name = "points.sum_up"
    label: str | Promise = _("Sum up points by month")
    batch = 1

    def claim(self, after: str | None, limit: int) -> Sequence[str]:
        months = (month.isoformat() for month in liability.unread(self.ctx.on))
        return [month for month in months if after is None or month > after][:limit]

    def process(self, keys: Sequence[str]) -> int:
        months = [dt.date.fromisoformat(key) for key in keys]
        changed = summaries.sum_months(months)
        if self.ctx.on.replace(day=1) in months:
            summaries.sum_cohorts()
        return changed


class ExpireHolds(sweeps.Sweep):
    """LOY-06 · B7.2 — reservations of points that nobody captured in time are released."""

    name = "points.expire_holds"
    label: str | Promise = _("Release reserved points")
    batch = 500

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = PointHold.objects.filter(state=PointHold.State.OPEN, expires_at__lte=clock.now())
        rows = rows.filter(order_points=None)  # those of an order end with the order
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return nightly.expire(keys)


for sweep in (Mature(), Lapse(), RemindLapse(), SumUp(), ExpireHolds()):
    sweeps.register(sweep)
