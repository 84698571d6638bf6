"""The end of a term, and what comes after it (CARD-15, CARD-16, CARD-17 · A5)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from cards.queries import letters
from core.messaging import events
from core.messaging.events import Event, Purpose
from core.models import Channel

WRITTEN = (Channel.INBOX, Channel.EMAIL)
CARD: Mapping[str, str] = {"product": "City Annual Card", "number": "•••• 4242"}
STOP: Mapping[str, str] = {"unsubscribe": "https://example.com/unsubscribe/…/"}
ORDER: Mapping[str, str] = {"order": "2611227K3MQ9XA", "product": "City Annual Card", "total": "CNY 269.10"}
RENEWAL: Mapping[str, Any] = {
    **CARD,
    "last_valid_on": "2026-12-22",
    "days_left": 30,
    "grace_ends_on": "2027-01-06",
    "uses": 41,
    "saved": 86_000,
    "most_used": [{"name": "Breakfast", "uses": 24}, {"name": "Late check-out", "uses": 9}],
    "worth_a_year": 120_000,
    "year": {
        "price": 26_910,
        "full_price": 29_900,
        "saving": 2_990,
        "currency": "CNY",
        "through": "2027-12-22",
        "until": "2026-11-22",
    },
    "best": {
        "price": 71_760,
        "full_price": 89_700,
        "saving": 17_940,
        "currency": "CNY",
        "through": "2029-12-22",
        "until": "",
    },
    "has_gift": True,
    "points_back": 5,
    **STOP,
}
TERM: Mapping[str, Any] = {"starts_on": "2026-12-23", "last_valid_on": "2027-12-22", "has_gift": True}
MANDATE: Mapping[str, Any] = {**CARD, "last_valid_on": "2026-12-22", "because": "member"}
CHARGE: Mapping[str, Any] = {
    **CARD,
    "amount": 26_910,
    "currency": "CNY",
    "charge_on": "2026-11-27",
    "ends_on": "2026-12-22",
    "last_valid_on": "2027-12-22",
}

events.register(
    Event(
        "card.renewal_due",
        label=_("Card ends soon"),
        purpose=Purpose.REMINDER,
        sample=RENEWAL,
        compose=letters.renewal,
    ),
    Event(
        "card.renewal_grace",
        label=_("Card has ended, within grace"),
        purpose=Purpose.REMINDER,
        sample=RENEWAL,
        compose=letters.renewal,
    ),
    Event(
        "card.activation_due",
        label=_("Card waits to be activated"),
        purpose=Purpose.REMINDER,
        sample={**CARD, "activate_before_on": "2026-12-22", "days_left": 30, "recipient": "", **STOP},
        compose=letters.activation,
    ),
    Event("card.renewed", label=_("Card renewed"), sample={**ORDER, **TERM}),
    Event("auto_renewal.started", label=_("Automatic renewal switched on"), channels=WRITTEN, sample=MANDATE),
    Event(
        "auto_renewal.notice",
        label=_("Automatic renewal: the charge is announced"),
        sample=CHARGE,
        compose=letters.charge_notice,
    ),
    Event("auto_renewal.charged", label=_("Automatic renewal: charged"), sample={**ORDER, **TERM}),
    Event(
        "auto_renewal.failed",
        label=_("Automatic renewal: the charge failed"),
        sample={**ORDER, "tries_left": 2, "ends_on": "2026-12-22"},
    ),
    Event("auto_renewal.ended", label=_("Automatic renewal switched off"), channels=WRITTEN, sample=MANDATE),
)
