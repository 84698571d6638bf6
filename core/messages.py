"""What core itself tells people: codes, changes to how they log in, decisions that wait for them."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.messaging import events
from core.messaging.events import Event

AT = "2026-11-22T10:15:00+08:00"

events.register(
    Event(
        "core.one_time_code",
        label=_("One-time code"),
        channels=("sms", "email"),
        # occasion: login, join, activation, change, or another word for which the general sentence is used.
        sample={"code": "135790", "minutes": 10, "occasion": "login"},
        urgent=True,
        secret=True,
        useless_after=dt.timedelta(minutes=10),
    ),
    Event(
        "core.password_changed",
        label=_("Password changed"),
        sample={"at": AT},
        urgent=True,
    ),
    Event(
        "core.phone_changed",
        label=_("Phone changed (to the old number)"),
        sample={"at": AT, "new_phone": "138****0002"},
        urgent=True,
    ),
    Event(
        "core.email_changed",
        label=_("E-mail changed (to the old address)"),
        sample={"at": AT, "new_email": "w***@example.com"},
        urgent=True,
    ),
    Event(
        "core.new_sign_in",
        label=_("New sign-in"),
        channels=("inbox", "email"),
        sample={"at": AT, "device": "Firefox, Linux", "place": "203.0.113.7"},
    ),
    Event(
        "core.approval_asked",
        label=_("Approval asked"),
        channels=("inbox", "email"),
        sample={"title": "Annual card 2027", "author": "Chen Yu", "reason": "New season"},
    ),
    Event(
        "core.approval_decided",
        label=_("Approval decided"),
        channels=("inbox", "email"),
        sample={"title": "Annual card 2027", "approved": True, "decider": "Zhao Min", "reason": "Well prepared"},
    ),
    Event(
        "certificate.awarded",
        label=_("Certificate awarded"),
        channels=("inbox", "email"),
        # through: the last day, or empty where it holds for ever.
        sample={"certificate": "Activating cards", "through": "2027-11-22"},
    ),
    Event(
        "certificate.revoked",
        label=_("Certificate revoked"),
        channels=("inbox", "email"),
        sample={"certificate": "Activating cards", "through": "2027-11-22", "reason": "Cards were activated unseen."},
    ),
)
