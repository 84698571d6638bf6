"""Which cards have a reminder due that was not yet written (CARD-15 · A5.1.1): the rule's windows, asked of the database."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncDate

from cards.models import Card, CardReminder, RenewalMandate
from cards.policy.reminders import Window
from core import clock


@dataclass(frozen=True)
class Occasion:
    """What is reminded of: which cards, the day it is about, the day from which steps count, and who is told.

    `event_before` and `event_after` are what is told up to the day, and after it.
    """

    code: str
    state: str
    target: str
    told: str
    event_before: str
    event_after: str
    mandates_speak: bool = False

    def began(self) -> Combinable:
        """The day on which what ends began: a step that fell before it never was."""
        return F("valid_from_on") if self.code == RENEWAL.code else TruncDate("issued_at", tzinfo=clock.zone())


RENEWAL = Occasion(
    code=CardReminder.Occasion.RENEWAL,
    state=Card.State.ACTIVE,
    target="last_valid_on",
    told="holder_id",
    event_before="card.renewal_due",
    event_after="card.renewal_grace",
    mandates_speak=True,
)
ACTIVATION = Occasion(
    code=CardReminder.Occasion.ACTIVATION,
    state=Card.State.ISSUED,
    target="activate_before_on",
    told="purchaser_id",
    event_before="card.activation_due",
    event_after="card.activation_due",
)


def due(occasion: Occasion, window: Window) -> QuerySet[Card]:
    """The cards to which the window's step is the one to send, and to which it was not yet written.

    A card with auto-renewal is left out: its announced charge speaks instead.
    """
    target = occasion.target
    written = CardReminder.objects.filter(
        card=OuterRef("pk"),
        occasion=occasion.code,
        ends_on=OuterRef(target),
        ends_on__range=(window.target_from, window.target_to),  # lets the index give these days alone
        step=window.step.offset,
    )
    cards = Card.objects.filter(
        ~Exists(written),
        state=occasion.state,
        **{f"{target}__range": (window.target_from, window.target_to)},
    )
    cards = cards.filter(**{f"{target}__gte": occasion.began() + Value(dt.timedelta(days=-window.step.offset))})
    if occasion.mandates_speak:
        cards = cards.exclude(Exists(RenewalMandate.objects.filter(card=OuterRef("pk"), ended_at__isnull=True)))
    return cards
