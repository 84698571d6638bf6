"""SVC-13 · B10 — what may be done with a task and a project, what waits for what, and when somebody is reminded."""

import datetime as dt
from collections.abc import Collection, Mapping
from enum import StrEnum

from core.rules import RuleBroken


class TaskState(StrEnum):
    OPEN = "open"
    BEGUN = "begun"
    DONE = "done"
    DROPPED = "dropped"


UNDONE = frozenset({TaskState.OPEN, TaskState.BEGUN})
WAYS: Mapping[str, tuple[frozenset[TaskState], TaskState]] = {
    "begin": (frozenset({TaskState.OPEN}), TaskState.BEGUN),
    "finish": (UNDONE, TaskState.DONE),
    "drop": (UNDONE, TaskState.DROPPED),
    "reopen": (frozenset({TaskState.DONE, TaskState.DROPPED}), TaskState.OPEN),
}
"""Verb → from which states, and to which."""


def move(state: str, verb: str, *, waits_for: Collection[str] = (), said: str = "") -> TaskState:
    """SVC-13 · B10.2 — the state after a verb.

    Refuses what does not fit (`task_not_so`), finishing without proof (`task_needs_proof`) or before what it waits for is
    done (`task_waits`), dropping and reopening without a reason.
    """
    froms, to = WAYS[verb]
    if TaskState(state) not in froms:
        raise RuleBroken("task_not_so")
    if verb == "finish":
        if waits_for:
            raise RuleBroken("task_waits", title=next(iter(waits_for)))
        if not said.strip():
            raise RuleBroken("task_needs_proof")
    if verb in {"drop", "reopen"} and not said.strip():
        raise RuleBroken("reason_needed")
    return to


def closes_a_circle(task: int, on: int, *, waits: Mapping[int, Collection[int]]) -> bool:
    """SVC-13 · B10.2 — whether a task, if it also waited for another, would wait for itself.

    `waits` tells for what each task waits already.
    """
    seen: set[int] = set()
    following = [on]
    while following:
        one = following.pop()
        if one == task:
            return True
        if one not in seen:
            seen.add(one)
            following += waits.get(one, ())
    return False


def check_days(starts_on: dt.date, ends_on: dt.date) -> None:
    """SVC-13 · B10.3 — refuses what would end before it begins, and plans of more than five years."""
    if ends_on < starts_on:
        raise RuleBroken("plan_ends_before_it_begins")
    if (ends_on - starts_on).days > 5 * 366:
        raise RuleBroken("plan_too_long")


def is_late(due_on: dt.date, state: str, *, today: dt.date) -> bool:
    """A task is late from the day after it was due, until it is done or given up."""
    return TaskState(state) in UNDONE and today > due_on


def first_reminder(due_on: dt.date, *, ahead_days: int) -> dt.date:
    """SVC-13 · B10.1 — on which day its owner is reminded first."""
    return due_on - dt.timedelta(days=ahead_days)


def next_reminder(due_on: dt.date, *, today: dt.date, every_days: int) -> dt.date:
    """SVC-13 · B10.1 — after a reminder today: the day after it was due, then every so many days until it is done."""
    return due_on + dt.timedelta(days=1) if today <= due_on else today + dt.timedelta(days=every_days)
