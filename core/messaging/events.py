"""The register of everything that can be told: each app enters its events in `<app>/messages.py`."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import Channel, Message

Compose = Callable[[Message], Mapping[str, Any] | None]
Headers = Callable[[Message], Mapping[str, str]]
ALL_CHANNELS = (Channel.INBOX, Channel.SMS, Channel.EMAIL)


class Purpose(TextChoices):
    """Why somebody is told something; consent is given per purpose and channel (PIPL 13, 24)."""

    SERVICE = "service", _("what the contract needs")
    REMINDER = "reminder", _("reminders")
    SURVEY = "survey", _("questions about our service")
    MARKETING = "marketing", _("offers and news")
    PROFILING = "profiling", _("offers chosen from my use")

    @property
    def needs_consent(self) -> bool:
        return self is not Purpose.SERVICE


class Lane:
    """The order of service: a code overtakes a receipt, a receipt overtakes a campaign of a million."""

    URGENT, SERVICE, BULK = 0, 1, 2
    ALL = (URGENT, SERVICE, BULK)


class Event:
    """Something that can be told.

    `sample` holds one value for every variable that the wording may use: it feeds the preview, and a sender must supply
    the same variables. `urgent` goes first and ignores quiet hours. `secret` carries a one-time code: staff never read
    it and it is wiped after 24 hours. `useless_after` is how long telling it makes sense at all. `compose` gathers the
    variables at the moment of sending, from what `message.about` names (`cards.card:42`), so that nobody reads what was
    true when a sweep ran last night; it answers None when there is nothing to tell any longer. `headers` tells those of an
    e-mail that can be answered (Reply-To, In-Reply-To).
    """

    def __init__(
        self,
        code: str,
        *,
        purpose: str = Purpose.SERVICE,
        channels: Iterable[str] = ALL_CHANNELS,
        label: str | Promise,
        sample: Mapping[str, Any],
        urgent: bool = False,
        secret: bool = False,
        useless_after: dt.timedelta | None = None,
        compose: Compose | None = None,
        headers: Headers | None = None,
    ) -> None:
        self.code = code
        self.purpose = Purpose(purpose)
        self.channels = tuple(Channel(channel) for channel in channels)
        self.label = label
        self.sample = dict(sample)
        self.urgent = urgent
        self.secret = secret
        self.useless_after = useless_after
        self.compose = compose
        self.headers = headers

    def __repr__(self) -> str:
        return f"Event({self.code!r})"

    def lane_for(self, purpose: Purpose) -> int:
        if self.urgent:
            return Lane.URGENT
        return Lane.BULK if purpose.needs_consent else Lane.SERVICE


_events: dict[str, Event] = {}


def register(*events: Event) -> None:
    for event in events:
        if event.code in _events:
            raise ValueError(f"registered twice: {event.code}")
        _events[event.code] = event


def get(code: str) -> Event:
    return _events[code]


def find(code: str) -> Event | None:
    """The event, or None when an old row names one that no longer exists."""
    return _events.get(code)


def registered() -> list[Event]:
    return sorted(_events.values(), key=lambda event: event.code)
