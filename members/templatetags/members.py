"""Words for consents and devices: `{% load members %}`."""

import phonenumbers
from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import show
from members.policy import phones

register = template.Library()

TITLES: dict[str, str | Promise] = {
    "reminder": gettext_lazy("Reminders about my membership"),
    "survey": gettext_lazy("Questions about our service"),
    "marketing": gettext_lazy("Offers and news"),
    "profiling": gettext_lazy("Offers chosen from my use"),
    "partner": gettext_lazy("Sharing with partners"),
    "identity": gettext_lazy("Keeping my identity number"),
}
TEXTS: dict[str, str | Promise] = {
    "reminder": gettext_lazy("Before a term you paid for ends. Switched off, they wait in your inbox only."),
    "survey": gettext_lazy("Now and then, after we served you: how was it? Never an offer, and never often."),
    "marketing": gettext_lazy("New products, events and seasonal offers. Off unless you switch it on."),
    "profiling": gettext_lazy(
        "We look at how you use your card to suggest what fits. No decision is made by it alone."
    ),
    "partner": gettext_lazy("Partners learn your name and card tier when you use an offer of theirs."),
    "identity": gettext_lazy("So that you need not show your document again. Kept encrypted."),
}
CHANNELS: dict[str, str | Promise] = {
    "sms": gettext_lazy("SMS"),
    "email": gettext_lazy("e-mail"),
    "inbox": gettext_lazy("inbox"),
    "push": gettext_lazy("push"),
}
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
BROWSERS = (
    ("Edg/", "Edge"),
    ("MicroMessenger", "WeChat"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


@register.filter
def phone(e164: str) -> str:
    """A number of one's own as people read it; staff see `phones.masked`."""
    try:
        return phones.spaced(e164)
    except phonenumbers.NumberParseException:
        return e164


@register.filter
def purpose_title(purpose: str) -> str:
    return str(TITLES.get(purpose, purpose))


@register.filter
def purpose_text(purpose: str) -> str:
    return str(TEXTS.get(purpose, ""))


@register.filter
def channel_title(channel: str) -> str:
    return str(CHANNELS.get(channel, channel))


@register.filter
def device(agent: str) -> str:
    """A user agent as a person would say it: "Chrome, Windows"."""
    found = [next((name for mark, name in table if mark in agent), "") for table in (BROWSERS, SYSTEMS)]
    return show.listed(part for part in found if part) or _("unknown device")
