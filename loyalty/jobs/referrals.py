"""Rewarding invitations, and taking rewards back (MEM-10)."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import sweeps
from loyalty.operations import invitations
from loyalty.queries import invitations as rows_of
from members.models import Referral


class RewardInvitations(sweeps.Sweep):
    """MEM-10 · E1.4 — look at new invitations, and reward those that are ripe."""

    name = "referrals.reward"
    label: str | Promise = _("Reward invitations")
    batch = 100

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = rows_of.to_look_at()
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        rows = Referral.objects.filter(pk__in=keys).select_related("referrer", "friend").order_by("pk")
        return sum(invitations.settle(row, on=self.ctx.on) for row in rows)


class WithdrawRewards(sweeps.Sweep):
    """MEM-10 · E5.2 — the friend returned the card: both rewards are taken back."""

    name = "referrals.take_back"
    label: str | Promise = _("Take back rewards of invitations")
    batch = 100

    def claim(self, after: int | None, limit: int) -> Sequence[int]:
        rows = rows_of.to_withdraw()
        if after is not None:
            rows = rows.filter(pk__gt=after)
        return list(rows.order_by("pk").values_list("pk", flat=True)[:limit])

    def process(self, keys: Sequence[int]) -> int:
        rows = Referral.objects.filter(pk__in=keys).select_related("referrer", "friend").order_by("pk")
        return sum(invitations.withdraw(row, on=self.ctx.on) for row in rows)


for sweep in (RewardInvitations(), WithdrawRewards()):
    sweeps.register(sweep)
