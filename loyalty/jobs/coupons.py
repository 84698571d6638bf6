"""Making coupon codes (LOY-13)."""

from collections.abc import Sequence

from django.db.models import F, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import sweeps
from loyalty.models import CouponBatch
from loyalty.operations import coupons


class MakeCoupons(sweeps.Sweep):
    """LOY-13 · E2.6 — make the codes that staff asked for, a part of a batch at a time."""

    name = "coupons.make"
    label: str | Promise = _("Make coupon codes")
    batch = 1
    codes_at_once = 5_000

    def due(self) -> QuerySet[CouponBatch]:
        return CouponBatch.objects.filter(made__lt=F("count"))

    def total(self, ctx: sweeps.Context) -> int | None:
        return sum(-(-(count - made) // self.codes_at_once) for count, made in self.due().values_list("count", "made"))

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        """The batch at hand again while it lacks codes, then the next."""
        rows = self.due() if after is None else self.due().filter(pk__gte=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:1])

    def process(self, keys: Sequence[int]) -> int:
        for batch in CouponBatch.objects.filter(pk__in=keys):
            coupons.make(batch, most=self.codes_at_once)
        return len(keys)


for sweep in (MakeCoupons(),):
    sweeps.register(sweep)
