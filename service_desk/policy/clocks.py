"""SVC-03 · D4.3.2 — the clocks of a case, computed from its history and the business hours alone.

Acknowledgement and first response run from the opening, the next response from the member's oldest unanswered word, the
resolution from the opening to the resolving and, if the case is reopened, on from there. All stand still while we wait for
the member. A breach is a fact of the history: neither a new classification nor new hours take it back.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from service_desk.policy.business_hours import OpenHours
from service_desk.policy.codes import Happening, Promise
from service_desk.policy.promises import MINUTE, NOTHING
from service_desk.policy.promises import Clock as Clock
from service_desk.policy.promises import Happened as Happened
from service_desk.policy.service_levels import WHOLE, Targets
from service_desk.policy.states import State


@dataclass
class Reckoning:
    """SVC-03 · D4.3.2 — one walk through a history; `clocks` by promise and round."""

    hours: OpenHours
    clocks: dict[tuple[Promise, int], Clock] = field(default_factory=dict)
    targets: Targets = field(default_factory=Targets)
    state: State = State.NEW
    unanswered_since: datetime | None = None
    responded_at: datetime | None = None
    merged_at: datetime | None = None

    def happen(self, event: Happened) -> None:
        match event.kind:
            case Happening.OPENED:
                self._open(event)
            case Happening.CLASSIFIED if event.targets is not None:
                self._retarget(event.targets, event.at)
            case Happening.ACKNOWLEDGED:
                self._meet(Promise.ACKNOWLEDGE, event.at)
            case Happening.REPLIED:
                self._reply(event.at)
            case Happening.MEMBER_WROTE:
                self._written(event.at, event.at)
            case Happening.MERGED_IN if event.since is not None:
                self._written(event.since, event.at)
            case Happening.STATE if event.after is not None:
                self._move(event.after, event.at)
            case Happening.BREACHED | Happening.WARNED | Happening.ESCALATED:
                self._note(event)
            case _:
                pass

    def look(self, now: datetime) -> None:
        """What has been missed by now though nothing happened since."""
        for clock in self.clocks.values():
            self._judge(clock, now)

    def _open(self, event: Happened) -> None:
        self.targets = event.targets or Targets()
        for promise in (Promise.ACKNOWLEDGE, Promise.FIRST_RESPONSE, Promise.RESOLUTION):
            self._start(promise, 1, event.at)
        if event.is_spoken:
            self._meet(Promise.ACKNOWLEDGE, event.at)
            self._reply(event.at)
        else:
            self.unanswered_since = event.at

    def _start(self, promise: Promise, number: int, started: datetime) -> None:
        if minutes := self.targets.of(promise):
            clock = Clock(promise, number, minutes, started, minutes * MINUTE, started)
            self.clocks[promise, number] = clock
            self._set_due(clock)

    def _reply(self, at: datetime) -> None:
        self.responded_at = self.responded_at or at
        self.unanswered_since = None
        for promise in (Promise.ACKNOWLEDGE, Promise.FIRST_RESPONSE, Promise.NEXT_RESPONSE):
            self._meet(promise, at)

    def _written(self, since: datetime, at: datetime) -> None:
        """A word of the member's waits for an answer; of several the oldest counts."""
        waits = self.unanswered_since
        self.unanswered_since = since if waits is None else min(waits, since)
        first = self.clocks.get((Promise.FIRST_RESPONSE, 1))
        if self.responded_at is None and (first is None or not first.has_ended):
            return
        running = next((clock for clock in self._open_ones() if clock.promise is Promise.NEXT_RESPONSE), None)
        if running is None:
            rounds = [number for promise, number in self.clocks if promise is Promise.NEXT_RESPONSE]
            self._start(Promise.NEXT_RESPONSE, max(rounds, default=0) + 1, since)
            if self.state is State.WAITING:
                self._pause(at)
        elif since < running.started_at:
            running.left -= self.hours.worked(since, running.started_at)
            running.started_at = since
            self._set_due(running)

    def _open_ones(self) -> Iterable[Clock]:
        return [clock for clock in self.clocks.values() if not clock.has_ended]

    def _move(self, after: State, at: datetime) -> None:
        before, self.state = self.state, after
        if before is State.MERGED:
            self._resume([clock for clock in self.clocks.values() if clock.stopped_at == self.merged_at], at)
        elif before is State.WAITING:
            self._resume(self._open_ones(), at)
        elif before in (State.RESOLVED, State.CLOSED) and after is State.OPEN:
            self._resume([clock for clock in self.clocks.values() if clock.promise is Promise.RESOLUTION], at)
        if after is State.WAITING:
            self._pause(at)
        elif after is State.RESOLVED and before is not State.MERGED:
            self._meet(Promise.RESOLUTION, at)
            self._stop(at)
            self.unanswered_since = None
        elif after is State.MERGED:
            self._stop(at)
            self.merged_at = at

    def _pause(self, at: datetime) -> None:
        for clock in self._open_ones():
            self._judge(clock, at)
            self._use_up(clock, at)
            clock.since, clock.paused_at, clock.due_at = None, clock.paused_at or at, None

    def _resume(self, clocks: Iterable[Clock], at: datetime) -> None:
        for clock in clocks:
            clock.met_at = clock.stopped_at = clock.paused_at = None
            clock.since = at
            self._set_due(clock)

    def _stop(self, at: datetime) -> None:
        """What was promised falls away without having been kept."""
        for clock in self._open_ones():
            self._judge(clock, at)
            self._use_up(clock, at)
            clock.since, clock.paused_at, clock.due_at, clock.stopped_at = None, None, None, at

    def _meet(self, promise: Promise, at: datetime) -> None:
        for clock in self._open_ones():
            if clock.promise is promise:
                self._judge(clock, at)
                self._use_up(clock, at)
                clock.since, clock.paused_at, clock.due_at, clock.met_at = None, None, None, at

    def _retarget(self, targets: Targets, at: datetime) -> None:
        """Another classification: the time already used counts, a promise that is new begins now."""
        self.targets = targets
        for clock in self._open_ones():
            self._judge(clock, at)
            self._use_up(clock, at)
            minutes = targets.of(clock.promise)
            if not minutes:
                clock.since, clock.paused_at, clock.due_at, clock.stopped_at = None, None, None, at
                continue
            clock.left += (minutes - clock.minutes) * MINUTE
            clock.minutes = minutes
            if clock.since is not None:
                clock.since = at
                self._set_due(clock)
        self._start_new(at)

    def _start_new(self, at: datetime) -> None:
        if self.state in (State.RESOLVED, State.CLOSED, State.MERGED):
            return
        wanted = [Promise.RESOLUTION]
        if self.responded_at is None:
            wanted += [Promise.ACKNOWLEDGE, Promise.FIRST_RESPONSE]
        for promise in wanted:
            if (promise, 1) not in self.clocks:
                self._start(promise, 1, at)
                if self.state is State.WAITING:
                    self._pause(at)

    def _judge(self, clock: Clock, at: datetime) -> None:
        if clock.due_at is not None and clock.breached_at is None and at > clock.due_at:
            clock.breached_at = clock.due_at

    def _use_up(self, clock: Clock, at: datetime) -> None:
        if clock.since is not None:
            clock.left -= self.hours.worked(clock.since, at)
            clock.since = max(clock.since, at)

    def _set_due(self, clock: Clock) -> None:
        if clock.since is not None:
            clock.due_at = self.hours.after(clock.since, clock.left)

    def _note(self, event: Happened) -> None:
        """What a sweep or an operation has written down: it stays, whatever is computed afterwards."""
        clock = self.clocks.get((event.promise, event.round)) if event.promise else None
        if clock is None:
            return
        if event.kind is Happening.BREACHED:
            clock.breached_at = event.since or event.at
            return
        clock.steps += 1
        if event.kind is Happening.WARNED:
            clock.warned_at = clock.warned_at or event.at


def reckon(history: Iterable[Happened], *, hours: OpenHours, now: datetime) -> Reckoning:
    """SVC-03 · D4.3.2 — the clocks of a case now. `history` is in the order in which we learned of it and
    begins with the opening."""
    reckoning = Reckoning(hours)
    for event in history:
        reckoning.happen(event)
    reckoning.look(now)
    return reckoning


def share_at(clock: Clock, share_bps: int, *, hours: OpenHours) -> datetime | None:
    """SVC-03 · D4.3.2 — when a share of a clock's time will have passed; None while it does not run."""
    if clock.since is None:
        return None
    rest = clock.left - clock.minutes * MINUTE * (WHOLE - share_bps) / WHOLE
    return hours.after(clock.since, rest) if rest > NOTHING else clock.since
