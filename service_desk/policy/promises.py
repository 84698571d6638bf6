"""SVC-03 · D4.3.2 — what clocks are computed from, and what comes out: an event, and a promise as it stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from service_desk.policy.codes import Happening, Promise
from service_desk.policy.service_levels import Targets
from service_desk.policy.states import State

MINUTE, NOTHING = timedelta(minutes=1), timedelta(0)


@dataclass(frozen=True)
class Happened:
    """An event as the clocks see it. `since` is the oldest unanswered word that a merge brought along, or when a promise
    was missed; `is_spoken` says that whoever came was received and answered on the spot."""

    kind: Happening
    at: datetime
    after: State | None = None
    targets: Targets | None = None
    is_spoken: bool = False
    since: datetime | None = None
    promise: Promise | None = None
    round: int = 1


@dataclass
class Clock:
    """A promise as it stands: `left` of its business time at `since`, since when it runs (None: it does not)."""

    promise: Promise
    round: int
    minutes: int
    started_at: datetime
    left: timedelta
    since: datetime | None
    paused_at: datetime | None = None
    due_at: datetime | None = None
    met_at: datetime | None = None
    stopped_at: datetime | None = None
    breached_at: datetime | None = None
    warned_at: datetime | None = None
    steps: int = 0

    @property
    def has_ended(self) -> bool:
        return self.met_at is not None or self.stopped_at is not None

    @property
    def spent(self) -> int:
        """Whole business minutes used, as of when it last stood still or ended."""
        return (self.minutes * MINUTE - self.left) // MINUTE
