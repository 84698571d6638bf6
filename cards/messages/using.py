"""Activation and the use of benefits, and points at the counter."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.messaging.events import Event, register

register(
    Event(
        "card.activated",
        label=_("Card activated: the benefit guide"),
        sample={
            "product": "City Annual Card",
            "number": "•••• 4242",
            "valid_from_on": "2026-11-22",
            "last_valid_on": "2027-11-22",
            "benefits": [{"name": "Breakfast", "how": "Show your card before you order."}],
        },
    )
)
register(
    Event(
        "points.counter_code",
        label=_("Code that confirms points at the counter"),
        channels=("sms", "email"),
        sample={"code": "135790", "minutes": 10, "occasion": "points", "points": 800, "store": "Nanjing Road"},
        urgent=True,
        secret=True,
        useless_after=dt.timedelta(minutes=10),
    )
)
register(
    Event(
        "benefit.used",
        label=_("Benefit used"),
        channels=("inbox",),
        sample={"benefit": "Breakfast", "store": "Nanjing Road", "at": "2026-11-22 08:30"},
    )
)
register(
    Event(
        "benefit.use_reversed",
        label=_("Benefit use taken back"),
        channels=("inbox",),
        sample={"benefit": "Breakfast", "store": "Nanjing Road", "at": "2026-11-22 08:30"},
    )
)
