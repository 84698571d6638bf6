"""SVC-12 · D9 — how a finding stands between its measure and its verification, and whether the measure helped."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from core.rules import RuleBroken
from service_desk.quality.policy.coordination import TaskState


class Standing(StrEnum):
    """SVC-12 · D9 — found; a measure is in work; it is done and not verified; verified; the measure was given up; withdrawn."""

    OPEN = "open"
    WORK = "work"
    CHECK = "check"
    VERIFIED = "verified"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"


def standing(
    task: str | None, *, ended_at: dt.datetime | None, verified_at: dt.datetime | None, is_withdrawn: bool
) -> Standing:
    """SVC-12 · D9 — from the state of the task that is the measure. A task that was opened again after it had been verified
    must be verified again."""
    if is_withdrawn:
        return Standing.WITHDRAWN
    match task:
        case None:
            return Standing.OPEN
        case TaskState.DROPPED:
            return Standing.DROPPED
        case TaskState.DONE:
            still = verified_at is not None and ended_at is not None and verified_at >= ended_at
            return Standing.VERIFIED if still else Standing.CHECK
    return Standing.WORK


def check(now: Standing, *, effective: bool, said: str, due_on: dt.date | None, today: dt.date) -> None:
    """SVC-12 · D9 — what a verification needs: a measure that is done (`finding_not_so`), words on what was seen, and where it
    did not help a new deadline that has not passed (`new_deadline_needed`)."""
    if now is not Standing.CHECK:
        raise RuleBroken("finding_not_so")
    if not said.strip():
        raise RuleBroken("reason_needed")
    if not effective and (due_on is None or due_on < today):
        raise RuleBroken("new_deadline_needed")


@dataclass(frozen=True)
class Counted:
    """How often a criterion failed, of how many reviews in which it applied."""

    failed: int
    of: int


@dataclass(frozen=True)
class Compared:
    """SVC-12 · D9 — the same criterion before the finding and since its measure was done."""

    before: Counted
    after: Counted
