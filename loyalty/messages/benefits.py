"""What members are told of benefits in kind (CARD-24 · E4.4)."""

from django.utils.translation import gettext_lazy as _

from core.messaging.events import Event, register

SLOT = {
    "benefit": "Breakfast",
    "store": "West Bund",
    "at": "2026-11-23T08:30:00+08:00",
    "whole_day": False,
    "day": "2026-11-23",
}
register(
    Event("reservation.confirmed", label=_("Reservation confirmed"), channels=("inbox",), sample=SLOT),
    Event("reservation.cancelled", label=_("Reservation cancelled"), channels=("inbox",), sample=SLOT),
    Event("reservation.missed", label=_("Reservation missed"), channels=("inbox",), sample=SLOT),
    Event(
        "benefit.granted",
        label=_("Benefit granted"),
        channels=("inbox",),
        sample={"benefit": "A glass of wine", "uses": 1, "day": "2026-12-31"},
    ),
)
