"""What the public pages show, read once a minute: they are looked at far more often than products change."""

import datetime as dt
import logging
from typing import Any

from django.core.cache import cache
from django.db import transaction

from cards.queries import products
from cards.queries.products import Offer

SECONDS = 60
logger = logging.getLogger(__name__)


def offers(day: dt.date) -> list[Offer]:
    """Every card on sale. At most a minute old, and never older than the last change of a product or price."""
    found: list[Offer] | None = _read(_key(day))
    if found is None:
        found = products.offers(day)
        _write(_key(day), found)
    return found


def refresh(day: dt.date) -> None:
    """Forget what is shown once the change that was made is committed."""
    transaction.on_commit(lambda: _write(_key(day), None))


def _key(day: dt.date) -> str:
    return f"cards.showcase.{day.isoformat()}"


def _read(key: str) -> Any:
    try:
        return cache.get(key)
    except Exception:
        logger.exception("the cache does not answer; the showcase is read from the database")
        return None


def _write(key: str, value: list[Offer] | None) -> None:
    try:
        cache.set(key, value, SECONDS)
    except Exception:
        logger.exception("the cache did not take the showcase; it changes within a minute")
