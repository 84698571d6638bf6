"""A change of tier, with the figures that decided it and what it brings (LOY-03 · B8.2, C6.2.3)."""

from django.utils.translation import gettext_lazy as _

from core.messaging import events
from core.messaging.events import Event
from loyalty.queries import tier_letters

events.register(
    Event(
        "tier.changed",
        label=_("Tier changed or kept"),
        # went: up, down, kept; why: reached, kept, fell-short, held, returned.
        sample={
            "tier": "Gold",
            "before": "Silver",
            "went": "up",
            "why": "reached",
            "since": "2026-11-22",
            "promised_through": "2027-11-30",
            "spend": 812_000,
            "visits": 31,
            "activity": 44,
            "gained": ["points × 1.5 for every purchase"],
            "lost": ["points × 1.2 for every purchase"],
        },
        compose=tier_letters.changed,
    )
)
