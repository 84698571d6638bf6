"""A card that was stopped, or goes on."""

from django.utils.translation import gettext_lazy as _

from core.messaging.events import Event, register

register(
    Event(
        "card.suspended",
        label=_("Card suspended by staff"),
        channels=("inbox", "sms"),
        sample={"product": "City Annual Card", "lost": True},
        urgent=True,
    )
)
register(
    Event(
        "card.resumed",
        label=_("Suspended card goes on"),
        channels=("inbox", "sms"),
        sample={"product": "City Annual Card", "lost": False},
    )
)
