"""What members are told about their accounts. Wording: `templates/messages/account.*/`."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from core.messaging import events
from core.models import Channel

events.register(
    events.Event(
        "account.code",
        channels=(Channel.SMS, Channel.EMAIL),
        label=_("One-time code"),
        sample={"code": "204817", "minutes": 10},
        urgent=True,
        secret=True,
        useless_after=dt.timedelta(minutes=10),
    ),
    events.Event(
        "account.welcome",
        channels=(Channel.INBOX, Channel.EMAIL),
        label=_("Welcome"),
        sample={"number": "1000000008"},
    ),
    events.Event(
        "account.address_changed",
        channels=(Channel.SMS, Channel.EMAIL),
        label=_("Phone or e-mail address changed (to the old one)"),
        sample={"kind": "phone", "new": "138****8000"},
        urgent=True,
    ),
    events.Event(
        "account.security_changed",
        channels=(Channel.INBOX, Channel.EMAIL),
        label=_("Password, passkey or second step changed"),
        sample={"what": "A new password was set", "at": "2026-11-22 10:00"},
        urgent=True,
    ),
)
