"""What the page of a member shows of her points and purchases (MEM-03 · C2.1)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import clock
from loyalty.models import MemberTier, Purchase
from loyalty.queries import balances
from members import panels
from members.models import Member

SHOWN = 10


def _points(member: Member) -> Mapping[str, Any]:
    return {
        "member": member,
        "account": balances.account_of(member),
        "next_lapse": balances.next_lapse(member, on=clock.today()),
        "tier": MemberTier.objects.filter(pk=member.pk).first(),
    }


def _purchases(member: Member) -> Mapping[str, Any]:
    rows = Purchase.objects.filter(member=member).select_related("store", "earned")
    return {"member": member, "purchases": list(rows.order_by("-pk")[:SHOWN])}


panels.register(
    panels.Panel(
        "points",
        _("Points"),
        "admin/loyalty/member_points.html",
        _points,
        right="loyalty.view_pointtransaction",
        order=30,
    )
)
panels.register(
    panels.Panel(
        "purchases", _("Purchases"), "admin/loyalty/member_purchases.html", _purchases, right="loyalty.view_purchase",
        order=35,
    )
)  # fmt: skip
