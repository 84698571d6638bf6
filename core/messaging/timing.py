"""When a message may go out: quiet hours and the waits between tries. Pure arithmetic; the moment is passed in."""

import datetime as dt
from zoneinfo import ZoneInfo

MINUTE, HOUR = 60, 3600
RETRY_WAITS = (1 * MINUTE, 5 * MINUTE, 15 * MINUTE, 1 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR)
MAX_TRIES = len(RETRY_WAITS) + 1
JITTER = 0.2


def retry_wait(tries: int, *, luck: float) -> dt.timedelta | None:
    """How long to wait after `tries` failures; None when it is time to give up.

    `luck` in [0, 1) spreads the retries of many messages over a fifth of the wait, so that they do not return together.
    """
    if tries >= MAX_TRIES:
        return None
    return dt.timedelta(seconds=RETRY_WAITS[max(tries, 1) - 1] * (1 + JITTER * luck))


def is_quiet(moment: dt.datetime, *, start: dt.time, end: dt.time, zone: ZoneInfo) -> bool:
    """Whether the wall clock stands within [start, end); a night wraps over midnight, start = end means never quiet."""
    wall = moment.astimezone(zone).time()
    if start <= end:
        return start <= wall < end
    return wall >= start or wall < end


def next_allowed(moment: dt.datetime, *, start: dt.time, end: dt.time, zone: ZoneInfo) -> dt.datetime:
    """The first moment, from `moment` on, outside the quiet hours."""
    if not is_quiet(moment, start=start, end=end, zone=zone):
        return moment
    local = moment.astimezone(zone)
    day = local.date() if local.time() < end else local.date() + dt.timedelta(days=1)
    # An hour that the clock change repeats or skips: take the later reading, which is never within the quiet hours.
    readings = (dt.datetime.combine(day, end, tzinfo=zone).replace(fold=fold) for fold in (0, 1))
    return max(reading.astimezone(dt.UTC) for reading in readings)
