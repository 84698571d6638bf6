"""SVC-09 · D7.2 — which questions an attempt asks, and in what order: drawn by lot from the bank of the course."""

from collections.abc import Collection, Sequence
from random import Random


def draw(bank: Collection[int], count: int, *, seen: Collection[int], lot: Random) -> list[int]:
    """SVC-09 · D7.2 — `count` different questions, those first that the last attempt did not ask (`seen`); all of the
    bank where it has no more. The order is drawn too.
    """
    fresh = sorted(set(bank) - set(seen))
    known = sorted(set(bank) & set(seen))
    lot.shuffle(fresh)
    lot.shuffle(known)
    drawn = (fresh + known)[:count]
    lot.shuffle(drawn)
    return drawn


def order(choices: int, *, lot: Random) -> list[int]:
    """SVC-09 · D7.2 — the order in which the choices of a question are shown: each place once."""
    places = list(range(choices))
    lot.shuffle(places)
    return places


def places(shown: Collection[int], order: Sequence[int]) -> frozenset[int]:
    """SVC-09 · D7.2 — which choices of the question were meant by places on the screen; what is no place counts for none."""
    return frozenset(order[place] for place in shown if 0 <= place < len(order))
