"""Rewards and coupons (LOY-06, LOY-13)."""

from django.utils.translation import gettext_lazy as _

from core.messaging.events import Event, register

register(
    Event(
        "reward.reserved",
        label=_("Reward reserved"),
        channels=("inbox",),
        sample={"reward": "Jade cup", "code": "G2AB-34CD", "store": "Nanjing Road", "until": "2026-12-22 18:00"},
    ),
    Event(
        "reward.sent",
        label=_("Reward sent"),
        channels=("inbox",),
        sample={"reward": "Jade cup", "code": "G2AB-34CD", "note": "SF Express 1234"},
    ),
    Event(
        "reward.ended",
        label=_("Reward given up, points returned"),
        channels=("inbox",),
        sample={"reward": "Jade cup", "code": "G2AB-34CD", "points": "1,200", "expired": True},
    ),
    Event(
        "coupon.granted",
        label=_("Coupon received"),
        channels=("inbox",),
        sample={"coupon": "¥20 off", "code": "C2AB-34CD-56EF", "until": "2026-12-31"},
    ),
)
