"""What members are told of their points (LOY-04, LOY-07 · B7)."""

from django.utils.translation import gettext_lazy as _

from core.messaging import events
from core.messaging.events import Event, Purpose
from loyalty.queries import letters

events.register(
    Event(
        "points.lapse_due",
        label=_("Points lapse soon"),
        purpose=Purpose.REMINDER,
        sample={
            "points": 400,
            "worth": 400,
            "last_day": "2026-12-31",
            "days_left": 30,
            "rewards": "https://example.com/me/rewards/",
        },
        compose=letters.lapsing,
    ),
    Event(
        "points.adjusted",
        label=_("Points adjusted by hand"),
        channels=("inbox",),
        sample={"points": 300, "balance": 1_240, "category": "goodwill"},
    ),
    Event(
        "referral.rewarded",
        label=_("Points for an invitation"),
        channels=("inbox", "email"),
        sample={"points": 500, "friend": "王*"},
    ),
    Event(
        "referral.withdrawn",
        label=_("Points of an invitation taken back"),
        channels=("inbox", "email"),
        sample={"points": 500, "friend": "王*"},
    ),
)
