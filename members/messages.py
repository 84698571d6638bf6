"""What members are told about their accounts. Wording: `templates/messages/account.*/`."""

from django.utils.translation import gettext_lazy as _

from core.messaging import events
from core.models import Channel

events.register(
    events.Event(
        "account.welcome",
        channels=(Channel.INBOX, Channel.EMAIL),
        label=_("Welcome"),
        sample={"number": "1000000008"},
    ),
    events.Event(
        "account.security_changed",
        channels=(Channel.INBOX, Channel.EMAIL),
        label=_("Passkey or second step changed"),
        sample={"added": True, "what": "passkey", "at": "2026-11-22T10:15:00+08:00"},
        urgent=True,
    ),
    events.Event(
        "referral.joined",
        channels=(Channel.INBOX,),
        label=_("A friend joined on an invitation"),
        sample={"friend": "王*"},
    ),
)
