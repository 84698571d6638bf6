"""Handing answers to the networks (SVC-01 · A6.2.1): claimed, sent outside any transaction, noted; at least once, by one key."""

import datetime as dt
import logging
import random

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.messaging import timing
from service_desk.channels import social_networks
from service_desk.channels.models import SocialAnswer
from service_desk.channels.operations import remarks
from service_desk.channels.social_networks import Outgoing, Sent
from service_desk.policy.codes import Channel

logger = logging.getLogger(__name__)
State = SocialAnswer.State
LEASE = dt.timedelta(minutes=5)
AT_ONCE = 50


def send_due() -> int:
    """SVC-01 · A6.2.1 — hand over what waits; returns how many answers the networks took. What a process that died had
    claimed is handed over again under the same key; what fails is tried with growing waits and then given up, visibly."""
    sent = 0
    for _number in range(AT_ONCE):
        row = _claim()
        if row is None:
            break
        sent += _send(row)
    return sent


@transaction.atomic
def _claim() -> SocialAnswer | None:
    now = clock.now()
    lapsed = Q(state=State.SENDING, claimed_at__lt=now - LEASE)
    due = SocialAnswer.objects.filter(Q(state=State.WAITING, due_at__lte=now) | lapsed).order_by("due_at", "id")
    row = due.select_for_update(of=("self",), skip_locked=True).first()
    if row is None:
        return None
    row.state, row.claimed_at, row.tries = State.SENDING, now, row.tries + 1
    row.save(update_fields=["state", "claimed_at", "tries"])
    return SocialAnswer.objects.select_related("thread", "entry__case").get(pk=row.pk)


def _send(row: SocialAnswer) -> bool:
    thread = row.thread
    message = Outgoing(
        key=f"answer-{row.pk}", network=thread.network, thread=thread.thread, handle=thread.handle, text=row.entry.body
    )
    try:
        sent = social_networks.of(thread.network).answer(message)
    except Exception as error:
        _note_failure(row, error)
        return False
    _note_sent(row, sent)
    return True


def _note_sent(row: SocialAnswer, sent: Sent) -> None:
    mine = SocialAnswer.objects.filter(pk=row.pk, state=State.SENDING, tries=row.tries)
    mine.update(
        state=State.SENT, external_id=sent.external_id[:120], link=sent.link[:500], sent_at=clock.now(), error=""
    )


def _note_failure(row: SocialAnswer, error: Exception) -> None:
    why = f"{type(error).__name__}: {error}"[:300]
    logger.warning("answer %s not taken by %s: %s", row.pk, row.thread.network, why)
    permanent = getattr(error, "permanent", False)
    wait = None if permanent else timing.retry_wait(row.tries, luck=random.random())  # noqa: S311  (spread only)
    mine = SocialAnswer.objects.filter(pk=row.pk, state=State.SENDING, tries=row.tries)
    if wait is not None:
        mine.update(state=State.WAITING, due_at=clock.now() + wait, error=why)
        return
    with transaction.atomic():
        if mine.update(state=State.FAILED, error=why, tries=F("tries")):
            said = _("Our answer did not get to %(network)s: %(why)s")
            told = {"network": social_networks.name(row.thread.network), "why": str(error)[:200]}
            remarks.leave(row.entry.case, said, told=told, channel=Channel.SOCIAL, key=f"answer:{row.pk}")
