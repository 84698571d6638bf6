"""LOY-08 · B7 — which purchases a credit note takes back that does not say: the newest ones of those articles."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Bought:
    """Pieces of an article that have not come back yet; `order` is higher the later they were bought."""

    purchase: int
    position: int
    sku: str
    left: int
    order: tuple[object, ...]


@dataclass(frozen=True)
class Wanted:
    """Pieces of an article that came back."""

    sku: str
    quantity: int


def match(wanted: Sequence[Wanted], bought: Sequence[Bought]) -> dict[int, dict[int, int]] | None:
    """LOY-08 · B7 — for each purchase how many of which line; None where it cannot be all of them.

    Whoever brings something back mostly bought it last, so the newest purchase of the article is taken back first.
    """
    newest = sorted(bought, key=lambda one: one.order, reverse=True)
    left = {(one.purchase, one.position): one.left for one in bought}
    found: dict[int, dict[int, int]] = {}
    for asked in wanted:
        missing = asked.quantity
        for one in newest:
            place = (one.purchase, one.position)
            if one.sku != asked.sku or not missing or not left[place]:
                continue
            part = min(missing, left[place])
            lines = found.setdefault(one.purchase, {})
            lines[one.position] = lines.get(one.position, 0) + part
            left[place] -= part
            missing -= part
        if missing:
            return None
    return found
