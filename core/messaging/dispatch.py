"""The dispatcher: a sweep over the messages that are due, one channel at a time (MEM-08 · invariants 38 to 40).

A row is claimed by compare-and-set (waiting → being sent) in a short transaction and sent outside of any. Delivery is
at least once: a process that dies between sending and noting it leaves the row claimed, and after `LEASE` it is sent
again under the same key. A failure is tried again with growing waits and then given up, visibly. A provider that hangs
costs its own channel only, and after `PATIENCE` failures in a row that channel rests for `REST`.
"""

import datetime as dt
import json
import logging
import random
import secrets
import time
from collections import Counter
from dataclasses import dataclass, field

from django.conf import settings
from django.core.cache import cache
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils import translation

from core import clock, crypto
from core.messaging import events, gate, providers, quiet, rendering, timing
from core.messaging.events import Lane, Purpose
from core.models import Message

logger = logging.getLogger(__name__)
BATCH = 10
BUDGET = 20.0  # seconds a run may start new sendings
LEASE = dt.timedelta(minutes=5)
PATIENCE = 3
REST = 15  # seconds
CODE_RETENTION = dt.timedelta(hours=24)
WIPE_BATCH = 2_000
State = Message.State


@dataclass
class Run:
    """One run of the dispatcher over a channel: who carries, what is in force, what came of it."""

    channel: str
    provider: providers.Provider
    hours: quiet.Hours
    shelf: rendering.Shelf = field(default_factory=rendering.Shelf)
    tally: Counter[str] = field(default_factory=Counter)
    failures_in_a_row: int = 0


def run(channel: str, *, budget: float = BUDGET) -> Counter[str]:
    """Send what is due on a channel until nothing is, or the budget is spent; returns how many came to which end."""
    recover(channel)
    if _rests(channel):
        return Counter()
    sweep = Run(channel, providers.for_channel(channel), quiet.in_force())
    until = time.monotonic() + budget
    try:
        while time.monotonic() < until and (claim := _claim_next(channel)):
            _send_claimed(sweep, claim, until)
            if sweep.failures_in_a_row >= PATIENCE:
                _let_rest(channel)
                break
    finally:
        sweep.provider.close()
    return sweep.tally


def recover(channel: str) -> int:
    """Give back what a process that died had claimed. Its try counts, so that a message that kills is given up too."""
    lapsed = Message.objects.filter(channel=channel, state=State.SENDING, claimed_at__lt=clock.now() - LEASE)
    dead = lapsed.filter(attempts__gte=timing.MAX_TRIES).update(state=State.DEAD, error="interrupted", claim="")
    return dead + lapsed.update(state=State.QUEUED, error="interrupted", claim="")


@dataclass(frozen=True)
class Claim:
    """Rows that are ours to send: only the holder of the token may note what became of them."""

    token: str
    keys: list[int]

    def row(self, pk: int) -> QuerySet[Message]:
        return Message.objects.filter(pk=pk, state=State.SENDING, claim=self.token)


def claim(channel: str, *, lane: int, limit: int = BATCH) -> Claim | None:
    """Take up to `limit` due messages of a lane, oldest first; what another dispatcher is taking is passed over."""
    token, now = secrets.token_hex(16), clock.now()
    with transaction.atomic():
        due = Message.objects.filter(channel=channel, lane=lane, state=State.QUEUED, due_at__lte=now)
        due = due.order_by("due_at", "id")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        keys = list(due.values_list("pk", flat=True)[:limit])
        taken = Message.objects.filter(pk__in=keys, state=State.QUEUED).update(
            state=State.SENDING, claim=token, claimed_at=now, attempts=F("attempts") + 1
        )
        if taken != len(keys):
            keys = list(Message.objects.filter(pk__in=keys, claim=token).values_list("pk", flat=True))
    return Claim(token, keys) if keys else None


def _claim_next(channel: str) -> Claim | None:
    """The next batch by lane, looked up afresh each time: a code waits for a batch at most, never for a campaign."""
    return next((found for lane in Lane.ALL if (found := claim(channel, lane=lane))), None)


def _send_claimed(sweep: Run, claimed: Claim, until: float) -> None:
    for position, pk in enumerate(claimed.keys):
        if time.monotonic() >= until or sweep.failures_in_a_row >= PATIENCE:
            _give_back(claimed, claimed.keys[position:])
            return
        end = _send_one(sweep, claimed, pk)
        sweep.tally[end] += 1
        sweep.failures_in_a_row = sweep.failures_in_a_row + 1 if end == "failed" else 0


def _give_back(claimed: Claim, keys: list[int]) -> None:
    Message.objects.filter(pk__in=keys, state=State.SENDING, claim=claimed.token).update(
        state=State.QUEUED, claim="", attempts=F("attempts") - 1
    )


def _send_one(sweep: Run, claimed: Claim, pk: int) -> str:
    """Bring one message to an end: sent, suppressed, deferred, failed (to be tried again) or dead."""
    row = claimed.row(pk)
    try:
        message = row.select_related("recipient").get()
    except Message.DoesNotExist:
        return "lost"
    except crypto.CannotOpen:
        row.update(state=State.DEAD, error="cannot be opened", claim="")
        return "dead"
    now, event = clock.now(), events.find(message.event)
    if event and event.useless_after and now - message.created_at > event.useless_after:
        return _suppress(row, "too-late")
    purpose = Purpose(message.purpose)
    if (allowed := sweep.hours.next_allowed(now, event=event, purpose=purpose, channel=message.channel)) > now:
        row.update(state=State.QUEUED, claim="", attempts=F("attempts") - 1, due_at=allowed)
        return "deferred"
    try:
        message.consent_checked_at = now
        answer = gate.decide(message)
        if isinstance(answer, gate.Suppress):
            return _suppress(row, answer.reason)
        return _hand_over(sweep, row, message, answer)
    except Exception as error:
        return _note_failure(row, message, error)


def _hand_over(sweep: Run, row: QuerySet[Message], message: Message, answer: gate.Deliver) -> str:
    message.language = language = message.language or answer.language
    event = events.find(message.event)
    if event is not None and event.compose is not None:
        composed = event.compose(message)
        if composed is None:
            return _suppress(row, "no-longer-true")
        message.context = json.dumps(dict(composed), cls=DjangoJSONEncoder, ensure_ascii=False)
    text = rendering.render(message, language=language, shelf=sweep.shelf)
    if answer.way_out:
        text = rendering.with_way_out(text, answer.way_out, language=language or settings.LANGUAGE_CODE)
    message.address = answer.address
    reference = sweep.provider.deliver(
        providers.Outgoing(
            key=message.dedup_key,
            channel=message.channel,
            address=answer.address,
            language=language or translation.get_language() or "en",
            subject=text.subject,
            body=text.body,
            headers=event.headers(message) if event is not None and event.headers is not None else {},
        )
    )
    row.update(
        state=State.SENT,
        consent_checked_at=message.consent_checked_at,
        sent_at=clock.now(),
        address=answer.address,
        subject=text.subject,
        body=text.body,
        context="",
        claim="",
        error="",
        provider=type(sweep.provider).__name__,
        provider_reference=reference,
    )
    return "sent"


def _suppress(row: QuerySet[Message], reason: str) -> str:
    row.update(state=State.SUPPRESSED, suppressed_because=reason[:40], context="", claim="", error="")
    return "suppressed"


def _note_failure(row: QuerySet[Message], message: Message, error: Exception) -> str:
    why = f"{type(error).__name__}: {error}"
    if message.address:
        why = why.replace(message.address, "…")
    logger.warning("message %s not delivered: %s", message.pk, why)
    permanent = isinstance(error, rendering.Unworded) or getattr(error, "permanent", False)
    wait = None if permanent else timing.retry_wait(message.attempts, luck=random.random())  # noqa: S311  (spread only)
    if wait is None:
        row.update(state=State.DEAD, error=why[:300], claim="")
        return "dead"
    row.update(state=State.QUEUED, error=why[:300], claim="", due_at=clock.now() + wait)
    return "failed"


def wipe_codes(*, older_than: dt.timedelta = CODE_RETENTION) -> int:
    """Remove the text of one-time codes after 24 hours (retention); what was sent, when and how it ended stays."""
    wiped = 0
    old = Message.objects.filter(secret=True, wiped_at__isnull=True, created_at__lte=clock.now() - older_than)
    while keys := list(old.order_by("created_at").values_list("pk", flat=True)[:WIPE_BATCH]):
        wiped += Message.objects.filter(pk__in=keys).update(subject="", body="", context="", wiped_at=clock.now())
    return wiped


def _rests(channel: str) -> bool:
    """Rest is a courtesy to a provider in trouble: where the cache does not answer, nobody rests."""
    try:
        return bool(cache.get(_resting(channel)))
    except Exception:
        logger.exception("the cache does not answer; %s is sent all the same", channel)
        return False


def _let_rest(channel: str) -> None:
    try:
        cache.set(_resting(channel), True, REST)
    except Exception:
        logger.exception("the cache did not take that %s rests", channel)


def _resting(channel: str) -> str:
    return f"messaging:resting:{channel}"
