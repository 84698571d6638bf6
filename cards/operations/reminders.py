"""Writing reminders for a whole night's cards at once (CARD-15 · A5.1.1).

Two statements a batch, beside the readable rule in `policy.reminders`: which step is due lies in the windows that the
rule gives; the database only joins them with the cards. What a reminder says is composed when it is sent, from the
state of that moment, so that nobody is asked to renew what she renewed an hour ago.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, SmallIntegerField, Value, When

from cards.models import Card, CardReminder
from cards.policy.reminders import Ladder, Window, windows
from core import clock
from core.models import Channel

CHANNELS = (Channel.INBOX, Channel.SMS, Channel.EMAIL)


@dataclass(frozen=True)
class Occasion:
    """What is reminded of: which cards, the day it is about, the day before which no step counts, and who is told."""

    code: str
    event: str
    state: str
    ends_on: str
    began_on: str
    told: str
    unless_mandated: bool = False


RENEWAL = Occasion(
    "renewal",
    "card.renewal_due",
    Card.State.ACTIVE,
    "last_valid_on",
    "valid_from_on",
    "holder_id",
    unless_mandated=True,
)
ACTIVATION = Occasion(
    "activation", "card.activation_due", Card.State.ISSUED, "activate_before_on", "issued_at", "purchaser_id"
)


def due(occasion: Occasion, *, day: dt.date, ladder: Ladder) -> "QuerySet[Card]":
    """The cards that have a step due and not yet written, whatever night it fell on; annotated with `step`."""
    open_windows = windows(day, ladder=ladder)
    within = Q(pk__in=[])
    for window in open_windows:
        within |= _in_window(occasion, window)
    whens = [When(_in_window(occasion, window), then=Value(window.step.offset)) for window in open_windows]
    written = CardReminder.objects.filter(
        card=OuterRef("pk"), occasion=occasion.code, ends_on=OuterRef(occasion.ends_on), step=OuterRef("step")
    )
    cards = Card.objects.filter(within, state=occasion.state)
    if occasion.unless_mandated:
        cards = cards.exclude(mandates__ended_at__isnull=True, mandates__isnull=False)
    step = Case(*whens, default=Value(0), output_field=SmallIntegerField())
    return cards.annotate(step=step).filter(~Exists(written))


def write(occasion: Occasion, *, day: dt.date, ladder: Ladder, keys: Sequence[int]) -> int:
    """Write one reminder for each of the cards, and its message on every channel the person can be reached on.

    A card whose step was written meanwhile is passed over by the unique key. Returns how many were new.
    """
    rows = due(occasion, day=day, ladder=ladder).filter(pk__in=keys)
    found = rows.values_list("pk", occasion.ends_on, "step")
    reminders = [
        CardReminder(card_id=pk, occasion=occasion.code, ends_on=ends_on, step=step, written_at=clock.now())
        for pk, ends_on, step in found
    ]
    CardReminder.objects.bulk_create(reminders, ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute(_MESSAGES.format(told=occasion.told, ends_on=occasion.ends_on), _values(occasion, keys, day))
    return len(reminders)
