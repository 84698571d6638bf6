"""CARD-04 · A2.2.1, SVC-08 — a card goes on sale once enough of those who will sell it are certified, in every store."""

from collections.abc import Collection
from dataclasses import dataclass

WHOLE_BPS = 10_000


@dataclass(frozen=True)
class Store:
    """CARD-04 · A2.2.1 — a store where the card will be sold: how many sell there, how many of them are certified."""

    name: str
    sellers: int
    certified: int


def needed(sellers: int, *, least: int, share_bps: int) -> int:
    """CARD-04 · A2.2.1 — how many of a store's sellers must be certified: the share, rounded up, and at least so many; never
    more than there are."""
    share = -(-sellers * share_bps // WHOLE_BPS)
    return min(sellers, max(least, share))


def short_of(stores: Collection[Store], *, least: int, share_bps: int) -> list[Store]:
    """CARD-04 · A2.2.1 — the stores where too few are certified."""
    return [one for one in stores if one.certified < needed(one.sellers, least=least, share_bps=share_bps)]


def is_staffed(stores: Collection[Store], *, least: int, share_bps: int) -> bool:
    """CARD-04 · A2.2.1 — enough are certified wherever somebody sells, and there is somebody who sells."""
    return any(one.sellers for one in stores) and not short_of(stores, least=least, share_bps=share_bps)
