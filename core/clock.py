"""The only place that reads the clock. Rules receive the day; operations ask here once."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from django.conf import settings

_stopped_at: ContextVar[dt.datetime | None] = ContextVar("stopped_at", default=None)


def now() -> dt.datetime:
    """The present moment, aware, in UTC."""
    return _stopped_at.get() or dt.datetime.now(dt.UTC)


def zone() -> ZoneInfo:
    """The business time zone, in which days are counted."""
    return ZoneInfo(settings.TIME_ZONE)


def day_of(moment: dt.datetime) -> dt.date:
    """The business day on which a moment falls."""
    return moment.astimezone(zone()).date()


def today() -> dt.date:
    """The present business day."""
    return day_of(now())


@contextmanager
def stopped(moment: dt.datetime) -> Iterator[None]:
    """Hold the clock at `moment`: for tests, simulations and the replay of history."""
    token = _stopped_at.set(moment)
    try:
        yield
    finally:
        _stopped_at.reset(token)
