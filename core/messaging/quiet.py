"""Quiet hours (MEM-08): at night nobody is rung for a reminder or an offer."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from core import clock, parameters
from core.messaging import timing
from core.messaging.events import Event, Purpose
from core.models import Channel
from core.parameter_values import parameter


@dataclass(frozen=True)
class MessageParameters:
    """Quiet hours, by the wall clock of the business time zone; equal hours mean none."""

    AREA: ClassVar[str] = "messages"
    quiet_from: int = parameter(21, unit="hour", clause="MEM-08", maximum=23)
    quiet_until: int = parameter(8, unit="hour", clause="MEM-08", maximum=23)


parameters.register(
    MessageParameters,
    title=_("Messages"),
    department="operations",
    labels={"quiet_from": _("Quiet from"), "quiet_until": _("Quiet until")},
)


def may_disturb(event: Event | None, *, purpose: Purpose, channel: str) -> bool:
    """Whether a message has to keep quiet hours: urgent events, service messages and the inbox disturb at no hour."""
    return not (event and event.urgent) and purpose.needs_consent and channel != Channel.INBOX


@dataclass(frozen=True)
class Hours:
    """The quiet hours in force."""

    start: dt.time
    end: dt.time

    def next_allowed(self, moment: dt.datetime, *, event: Event | None, purpose: Purpose, channel: str) -> dt.datetime:
        """From when on this may be sent."""
        if not may_disturb(event, purpose=purpose, channel=channel):
            return moment
        return timing.next_allowed(moment, start=self.start, end=self.end, zone=clock.zone())


def in_force() -> Hours:
    values = parameters.in_force(MessageParameters)
    return Hours(dt.time(values.quiet_from), dt.time(values.quiet_until))
