"""SVC-16 · D12 — the contact chain: which level is called when, from what is known at a moment."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """A level of the chain: who is called, and after how many minutes without an answer the next one is."""

    number: int
    minutes: int
    people: frozenset[int]


@dataclass(frozen=True)
class Call:
    """A level that is called, and the moment at which its turn came."""

    level: Level
    at: dt.datetime


def turns(levels: Sequence[Level], *, begun_at: dt.datetime) -> Iterator[Call]:
    """SVC-16 · D12 — each level with the moment of its turn; for a level at which nobody stands nobody waits."""
    at = begun_at
    for level in levels:
        yield Call(level, at)
        if level.people:
            at += dt.timedelta(minutes=level.minutes)


def due(
    levels: Sequence[Level],
    *,
    begun_at: dt.datetime,
    called: Collection[int],
    acknowledged_at: dt.datetime | None,
    now: dt.datetime,
) -> list[Call]:
    """SVC-16 · D12 — the levels to be called by now and not yet called, in their order; none once somebody has answered.

    After a standstill every level whose turn has come is called at once: nobody has answered for as long.
    """
    if acknowledged_at is not None:
        return []
    return [call for call in turns(levels, begun_at=begun_at) if call.at <= now and call.level.number not in called]


def next_turn(
    levels: Sequence[Level],
    *,
    begun_at: dt.datetime,
    called: Collection[int],
    acknowledged_at: dt.datetime | None,
) -> dt.datetime | None:
    """SVC-16 · D12 — when the chain has to be looked at again; None once somebody has answered or everybody was called."""
    if acknowledged_at is not None:
        return None
    return next((call.at for call in turns(levels, begun_at=begun_at) if call.level.number not in called), None)
