"""How often something may be asked for: counters in the shared cache (SEC-04).

A window is a fixed slice of time, so counting is one atomic increment. When the cache is away the answer is no: a limit
that opens when it breaks is none.
"""

import logging
from dataclasses import dataclass

from django.core.cache import cache

from core import clock, crypto
from core.refusals import Refusal

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limit:
    """At most `times` within `seconds`, counted under `name`."""

    name: str
    times: int
    seconds: int


def spend(limit: Limit, subject: str) -> bool:
    """Count one more; False when there had been enough. `subject` is digested: no address is kept in the cache."""
    key = _key(limit, subject)
    try:
        return _counted(key, timeout=limit.seconds + 60) <= limit.times
    except Exception:
        log.exception("limit %s could not be counted", limit.name)
        return False


def _counted(key: str, *, timeout: int) -> int:
    """One more, and how many that makes; of two who come first at once, one lays the counter and both count."""
    try:
        return cache.incr(key)
    except ValueError:
        cache.add(key, 0, timeout=timeout)
        return cache.incr(key)


def require(*asked: tuple[Limit, str]) -> None:
    """Count one under each limit; refuses when one of them is used up, and then charges none of the later ones."""
    for limit, subject in asked:
        if not spend(limit, subject):
            raise Refusal("too_many_requests", status=429)


def is_used_up(limit: Limit, subject: str) -> bool:
    """Whether the next try would be refused; counts nothing."""
    return int(cache.get(_key(limit, subject), 0)) >= limit.times


def forget(limit: Limit, subject: str) -> None:
    """Start anew, e.g. after the right password."""
    cache.delete(_key(limit, subject))


def _key(limit: Limit, subject: str) -> str:
    window = int(clock.now().timestamp()) // limit.seconds
    return f"limit:{limit.name}:{window}:{crypto.blind_index(subject, purpose='limit')}"
