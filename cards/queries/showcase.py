"""What the public pages show, read once a minute: they are looked at far more often than products change."""

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.db import transaction

from cards.queries import products
from cards.queries.products import Offer

SECONDS = 60
logger = logging.getLogger(__name__)


def offers(day: dt.date) -> list[Offer]:
    """Every card on sale. At most a minute old, and never older than the last change of a product or price."""
    found: list[Offer] = _kept(_key(day), lambda: products.offers(day))
    return found


def offer_of(code: str, day: dt.date) -> Offer | None:
    """A card on sale or suspended, by its code, as old as `offers` at most."""
    found: Offer | None = _kept(_key(day, code), lambda: products.offer_of(code, day))
    return found


def drawn(offer: Offer, language: str, draw: Callable[[], str]) -> str:
    """A part of a page that tells of this offer alone, drawn once for each time the offer was read."""
    found: str = _kept(f"cards.showcase.drawn.{offer.read}.{language}", draw)
    return found


def refresh(code: str, day: dt.date) -> None:
    """Forget what is shown of a product once the change that was made is committed."""

    def forget() -> None:
        for key in (_key(day), _key(day, code)):
            _write(key, None)

    transaction.on_commit(forget)


def _key(day: dt.date, code: str = "") -> str:
    return f"cards.showcase.{day.isoformat()}.{code}"


def _kept(key: str, read: Callable[[], Any]) -> Any:
    found = _read(key)
    if found is None and (found := read()) is not None:
        _write(key, found)
    return found


def _read(key: str) -> Any:
    try:
        return cache.get(key)
    except Exception:
        logger.exception("the cache does not answer; the showcase is read from the database")
        return None


def _write(key: str, value: Any) -> None:
    try:
        cache.set(key, value, SECONDS)
    except Exception:
        logger.exception("the cache did not take the showcase; it changes within a minute")
