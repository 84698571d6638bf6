"""SVC-09 · D7.2 — when a quiz may be begun (again), and until when an attempt is answered."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Terms:
    """SVC-09 · D7.2 — of a quiz: minutes to answer it (None: no limit), tries (None: no limit), minutes of waiting after
    one that was failed."""

    minutes: int | None
    tries: int | None
    wait_minutes: int


@dataclass(frozen=True)
class Past:
    """SVC-09 · D7.2 — an attempt that is over: when it was handed in, and whether it was passed."""

    closed_at: dt.datetime
    passed: bool


@dataclass(frozen=True)
class Decision:
    """SVC-09 · D7.2 — whether an attempt may begin: `code` is empty, or why not; `allowed_from` when it may."""

    code: str = ""
    allowed_from: dt.datetime | None = None
    left: int | None = None

    @property
    def allowed(self) -> bool:
        return not self.code


def may_begin(terms: Terms, past: Sequence[Past], *, now: dt.datetime) -> Decision:
    """SVC-09 · D7.2 — not after it was passed (`quiz_passed`), not beyond the tries (`quiz_tries_used_up`), not before the
    waiting time since the last failure is over (`quiz_waits`)."""
    if any(one.passed for one in past):
        return Decision("quiz_passed")
    left = None if terms.tries is None else max(terms.tries - len(past), 0)
    if left == 0:
        return Decision("quiz_tries_used_up", left=0)
    if past:
        free = max(one.closed_at for one in past) + dt.timedelta(minutes=terms.wait_minutes)
        if now < free:
            return Decision("quiz_waits", allowed_from=free, left=left)
    return Decision(left=left)


def ends_at(terms: Terms, *, begun_at: dt.datetime) -> dt.datetime | None:
    """SVC-09 · D7.2 — the moment from which no answer is taken any more; None: never."""
    return None if terms.minutes is None else begun_at + dt.timedelta(minutes=terms.minutes)


def is_over(ends_at: dt.datetime | None, *, now: dt.datetime) -> bool:
    """SVC-09 · D7.2 — the last moment itself is too late."""
    return ends_at is not None and now >= ends_at
