"""The clocks of messaging, as Celery tasks; when they strike stands in `config/tasks.py`."""

import datetime as dt
import logging
import secrets

from celery import shared_task
from django.conf import settings
from django.core.cache import cache

from core.messaging import dispatch

logger = logging.getLogger(__name__)
SWEEP_EVERY = dt.timedelta(minutes=10)
SLOT_SECONDS = 60


@shared_task(name="core.dispatch_outbox", soft_time_limit=90, time_limit=120, expires=10)
def dispatch_outbox(channel: str) -> None:
    """Send what is due on a channel, unless as many dispatchers as allowed are at it already.

    The slots keep a hanging provider from filling every worker. They are a courtesy, which nobody gets where the cache
    does not answer: that a message is sent by one dispatcher only is the claim's doing.
    """
    mine = secrets.token_hex(8)
    try:
        slot = _take_slot(channel, mine)
    except Exception:
        logger.exception("the cache does not answer; %s is sent all the same", channel)
        dispatch.run(channel)
        return
    if slot is None:
        return
    try:
        dispatch.run(channel)
    finally:
        if cache.get(slot) == mine:
            cache.delete(slot)


def _take_slot(channel: str, mine: str) -> str | None:
    names = (f"messaging:dispatching:{channel}:{number}" for number in range(settings.MESSAGE_DISPATCHERS))
    return next((name for name in names if cache.add(name, mine, SLOT_SECONDS)), None)


@shared_task(name="core.wipe_codes")
def wipe_codes() -> None:
    """Codes are gone 24 hours after they were written at the latest."""
    dispatch.wipe_codes(older_than=dispatch.CODE_RETENTION - SWEEP_EVERY)
