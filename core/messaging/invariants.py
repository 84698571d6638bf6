"""Invariants 38 to 40, on a live database."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, F, Q

from core import clock, verify
from core.messaging import dispatch
from core.messaging.events import Purpose
from core.models import Message

OVERDUE = dt.timedelta(minutes=15)


@verify.invariant(38, "one message per event, occasion and channel")
def told_once() -> Iterator[str]:
    twice = Message.objects.values("dedup_key").annotate(times=Count("id")).filter(times__gt=1)
    for row in twice.iterator():
        yield f"{row['dedup_key']} was written {row['times']} times"
    for message in Message.objects.exclude(dedup_key__startswith=F("event")).values("id", "dedup_key").iterator():
        yield f"message {message['id']}: the key {message['dedup_key']} is not of its event"


@verify.invariant(39, "consent was checked at sending, not before")
def consent_was_checked() -> Iterator[str]:
    sent = Message.objects.filter(state=Message.State.SENT).exclude(purpose=Purpose.SERVICE)
    unchecked = Q(consent_checked_at__isnull=True) | Q(consent_checked_at__lt=F("sent_at") - dispatch.LEASE)
    for pk in sent.filter(unchecked).values_list("pk", flat=True).iterator():
        yield f"message {pk} was sent without a fresh look at consent"


@verify.invariant(40, "no message is left lying: each due one was tried within 15 minutes, sent or given up")
def none_left_lying() -> Iterator[str]:
    late = clock.now() - OVERDUE
    waiting = Q(state=Message.State.QUEUED, due_at__lt=late)
    stuck = Q(state=Message.State.SENDING, claimed_at__lt=late - dispatch.LEASE)
    for pk, state in Message.objects.filter(waiting | stuck).values_list("pk", "state").iterator():
        yield f"message {pk} has been {state} for more than 15 minutes"
