"""SVC-11 · B11.3 — a contest's ranking: who did best stands first, equals share a place, the next place is not filled."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K")


@dataclass(frozen=True)
class Place(Generic[K]):
    """SVC-11 · B11.3 — who, with what, on which place."""

    place: int
    who: K
    value: int


def rank(values: Mapping[K, int | None], *, less_is_better: bool = False) -> list[Place[K]]:
    """SVC-11 · B11.3 — 1, 2, 2, 4; who has no figure takes no part. Equals stand in the order they were given in."""
    known = [(who, value) for who, value in values.items() if value is not None]
    known.sort(key=lambda one: one[1] if less_is_better else -one[1])
    places: list[Place[K]] = []
    for position, (who, value) in enumerate(known, start=1):
        tied = places[-1] if places and places[-1].value == value else None
        places.append(Place(tied.place if tied else position, who, value))
    return places
