"""Clocks of tiers: promises that end, days whose activity is to be counted, guarantees that end, points back (LOY-01, LOY-02)."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Max, Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import sweeps
from loyalty.models import MemberTier, TierHold
from loyalty.operations import activities, points_back, tier_holds, tier_nights
from loyalty.policy.parameters import TierParameters
from loyalty.queries import renewals
from members.models import Member


class CountActivity(sweeps.Sweep):
    """LOY-01 · C6.1 — the days that are over and not counted yet, back to the beginning of the window."""

    name = "tiers.count_activity"
    label: str | Promise = _("Count activity")
    batch = 31

    def claim(self, after: str | None, limit: int) -> Sequence[str]:
        days = activities.uncounted(self.ctx.on, parameters=self.ctx.parameters.of(TierParameters))
        return [day.isoformat() for day in days if day.isoformat() > (after or "")][:limit]

    def process(self, keys: Sequence[str]) -> int:
        return activities.count([dt.date.fromisoformat(key) for key in keys])


class Review(sweeps.Sweep):
    """LOY-02 · B8.1, C6.2 — tiers whose promise or grace has ended: kept with a new promise, or one level down.

    What was done on the days before is counted first, whichever of the night's jobs comes first.
    """

    name = "tiers.evaluate"
    label: str | Promise = _("Look at tiers that are due")
    batch = 5_000

    def span(self) -> tuple[int, int] | None:
        ids = MemberTier.objects.aggregate(low=Min("member_id"), high=Max("member_id"))
        return (ids["low"], ids["high"]) if ids["low"] is not None else None

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = self.ctx.within(MemberTier.objects.filter(review_on__lte=self.ctx.on), "member_id")
        if after is None:
            activities.count(activities.uncounted(self.ctx.on, parameters=self.ctx.parameters.of(TierParameters)))
        else:
            rows = rows.filter(member_id__gt=after)
        return list(rows.order_by("member_id").values_list("member_id", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return len(tier_nights.review(keys, on=self.ctx.on))


class JudgeAll(sweeps.Sweep):
    """LOY-02 · C6.2 — everybody, due or not: after the standards have changed, and once a week to be sure."""

    name = "tiers.evaluate_all"
    label: str | Promise = _("Look at everybody's tier")
    batch = 25_000

    def span(self) -> tuple[int, int] | None:
        ids = Member.objects.aggregate(low=Min("pk"), high=Max("pk"))
        return (ids["low"], ids["high"]) if ids["low"] is not None else None

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = self.ctx.within(Member.objects.all())
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return len(tier_nights.judge_all(keys, on=self.ctx.on))


class EndHolds(sweeps.Sweep):
    """LOY-02 · B8.1 — guarantees whose last day is over end by themselves."""

    name = "tiers.end_holds"
    label: str | Promise = _("End guaranteed tiers")
    batch = 500

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = TierHold.objects.filter(ended_at__isnull=True, ends_on__lt=self.ctx.on)
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return tier_holds.end(keys, on=self.ctx.on)


class PointsBack(sweeps.Sweep):
    """CARD-18 · A5.3 — renewals that are paid, and whose points back have not been given yet."""

    name = "tiers.points_back"
    label: str | Promise = _("Give points back for renewals")
    batch = 500

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = renewals.owed_points_back(on=self.ctx.on)
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        return points_back.give(keys)


for sweep in (CountActivity(), Review(), JudgeAll(), EndHolds(), PointsBack()):
    sweeps.register(sweep)
