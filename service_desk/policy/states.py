"""SVC-02 · A6.2.2 — the states of a case and the only ways from one to the next (invariant 43)."""

from enum import StrEnum

from cards.policy.states import Table, check, table


class State(StrEnum):
    """SVC-02 · A6.2.2 — where a case stands. Only `waiting` for the member stops the clock of its resolution."""

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    INSIDE = "inside"
    RESOLVED = "resolved"
    CLOSED = "closed"
    MERGED = "merged"


S = State
WAYS: Table[State] = table({
    S.NEW: (S.OPEN, S.WAITING, S.INSIDE, S.RESOLVED, S.MERGED),
    S.OPEN: (S.WAITING, S.INSIDE, S.RESOLVED, S.MERGED),
    S.WAITING: (S.OPEN, S.INSIDE, S.RESOLVED, S.MERGED),
    S.INSIDE: (S.OPEN, S.WAITING, S.RESOLVED, S.MERGED),
    S.RESOLVED: (S.OPEN, S.CLOSED, S.MERGED),
    S.CLOSED: (S.OPEN,),
    S.MERGED: (),
})  # fmt: skip
RESTORED: Table[State] = table({S.MERGED: (S.NEW, S.OPEN, S.WAITING, S.INSIDE, S.RESOLVED)})
"""Merged is an end. Only the undoing of the merge leads out of it, back to where the case stood."""

UNDONE = (S.NEW, S.OPEN, S.WAITING, S.INSIDE)
"""Somebody still has something to do, or to wait for."""
WORKED_ON = (S.NEW, S.OPEN, S.INSIDE)
"""It is for us to do something."""


def check_way(before: State, after: State) -> None:
    """SVC-02 · A6.2.2 — refuse `transition_not_listed` whatever the table does not list."""
    check(WAYS, before, after)


def listed(before: str, after: str) -> bool:
    """SVC-02 · invariant 43 — whether a step that was recorded is one of the tables'."""
    return any(State(after) in ways.get(State(before), frozenset()) for ways in (WAYS, RESTORED))
