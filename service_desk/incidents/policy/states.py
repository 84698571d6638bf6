"""SVC-16 · D12 — how an incident stands, what may follow, what it still owes, and how long each stretch took."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.rules import RuleBroken


class State(StrEnum):
    OPEN = "open"
    CONTAINED = "contained"
    RESOLVED = "resolved"
    CLOSED = "closed"


SEVERITIES = (1, 2, 3, 4)
"""SVC-16 · D12 — one is the gravest."""
GOING_ON = frozenset({State.OPEN, State.CONTAINED})
FOLLOWS: Mapping[State, frozenset[State]] = {
    State.OPEN: frozenset({State.CONTAINED, State.RESOLVED}),
    State.CONTAINED: frozenset({State.OPEN, State.RESOLVED}),
    State.RESOLVED: frozenset({State.OPEN, State.CLOSED}),
    State.CLOSED: frozenset(),
}


@dataclass(frozen=True)
class Interval:
    """A stretch of an incident: its name, and how long it took (None: it has no end yet)."""

    name: str
    took: dt.timedelta | None


def check_move(before: State, after: State) -> None:
    """SVC-16 · D12 — contained and resolved in their order; what flares up again is open again; what is closed stays so."""
    if after not in FOLLOWS[before]:
        raise RuleBroken("incident_not_so")


def needs_review(worst: int, *, up_to: int) -> bool:
    """SVC-16 · D12 — whether an incident that was ever so grave is closed by a review alone."""
    return worst <= up_to


def check_severity(before: int, after: int) -> None:
    """SVC-16 · D12 — a level of the plan, and another than before."""
    if after not in SEVERITIES:
        raise RuleBroken("severity_unknown")
    if after == before:
        raise RuleBroken("severity_is_the_same")


def is_raised(before: int, after: int) -> bool:
    """SVC-16 · D12 — one is graver than two."""
    return after < before


def intervals(moments: Sequence[tuple[str, dt.datetime | None]]) -> list[Interval]:
    """SVC-16 · D12 — from the first of these moments to each of the others that has come; None where it has not."""
    (_, began), *others = moments
    if began is None:
        return [Interval(name, None) for name, _ in others]
    return [Interval(name, None if at is None else max(at - began, dt.timedelta())) for name, at in others]


def median(values: Sequence[dt.timedelta]) -> dt.timedelta | None:
    """SVC-16 · D12 — the middle one; of an even number halfway between the two in the middle."""
    if not values:
        return None
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def needs_second_person(concerned: int, *, more_than: int) -> bool:
    """SVC-16 · D12 — whether a message to so many members is decided by a second person."""
    return concerned > more_than


def months_later(day: dt.date, months: int) -> dt.date:
    """SVC-16 · D12 — the same day so many months on, or the last one of a month without it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = dt.date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return dt.date(year, month + 1, min(day.day, (first_of_next - dt.timedelta(days=1)).day))
