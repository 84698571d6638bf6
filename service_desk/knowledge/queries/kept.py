"""What every page asks and few changes touch: kept in the shared cache, and for some seconds by the process itself.

Where the cache is away, it is read anew each time. A change is seen by its own process at once, by the others within
`NEAR_SECONDS` where a caller allows that.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import transaction

T = TypeVar("T")
logger = logging.getLogger(__name__)
SECONDS = 300
NEAR_SECONDS = 10
_near: dict[str, tuple[float, Any]] = {}
"""Of few keys: what the process read within the last seconds, and until when that is good enough."""


def found(key: str, read: Callable[[], T], *, seconds: int = SECONDS, near: bool = False) -> T:
    """What is kept under the key, or what `read` finds now. `near` where a page need not ask the cache each time."""
    if near and (kept := _near.get(key)) and kept[0] > time.monotonic():
        value: T = kept[1]
        return value
    value = _found(key, read, seconds)
    if near:
        _near[key] = (time.monotonic() + NEAR_SECONDS, value)
    return value


def _found(key: str, read: Callable[[], T], seconds: int) -> T:
    """What was read is *added*: it never overwrites a newer refresh."""
    try:
        kept: tuple[T] | None = cache.get(key)
    except Exception:
        logger.exception("the cache does not answer; %s is read from the database", key)
        return read()
    if kept is not None:
        return kept[0]
    fresh = read()
    try:
        cache.add(key, (fresh,), seconds)
    except Exception:
        logger.exception("the cache did not take %s", key)
    return fresh


def refresh(key: str, read: Callable[[], object], *, seconds: int = SECONDS) -> None:
    """Put what the database says then into the cache, once this transaction has been committed."""
    transaction.on_commit(lambda: put(key, read(), seconds=seconds))


def put(key: str, value: object, *, seconds: int = SECONDS) -> None:
    """Keep a value that was read just now."""
    _near.pop(key, None)
    try:
        cache.set(key, (value,), seconds)
    except Exception:
        logger.exception("the cache did not take the new %s; it will within %s s", key, seconds)


def forget() -> None:
    """The process knows nothing any more."""
    _near.clear()
