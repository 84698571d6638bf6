"""Writing what happened to a case, and the clocks that follow from it (SVC-03 · D4.3.2)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from core import clock, copying, parameters
from core.models import User
from service_desk.models import Case, CaseClock, CaseEvent
from service_desk.models.cases import NO_DEADLINE
from service_desk.policy import clocks, service_levels, states
from service_desk.policy.clocks import Clock, Reckoning
from service_desk.policy.codes import Happening
from service_desk.policy.parameters import Escalation, ServiceLevelParameters
from service_desk.policy.service_levels import Targets
from service_desk.policy.states import State
from service_desk.queries import hours, timelines

COPIED = ("minutes", "started_at", "paused_at", "due_at", "met_at", "stopped_at", "warned_at", "breached_at")

WRITTEN = (*COPIED, "spent", "step", "next_step_at")


def note(
    case: Case, happening: Happening, /, *, by: User | None = None, at: dt.datetime | None = None, **data: Any
) -> CaseEvent:
    """Write one event. `data` holds codes and numbers, never what a person said."""
    return CaseEvent.objects.create(case=case, kind=happening, by=by, at=at or clock.now(), data=data)


def move(case: Case, after: State, *, by: User | None = None, restores: bool = False) -> None:
    """SVC-02 · A6.2.2 — the only way a state changes. Refuses what the table of transitions does not list."""
    before = State(case.state)
    if not (restores and states.listed(before, after)):
        states.check_way(before, after)
    now = clock.now()
    case.state = after
    case.resolved_at = (case.resolved_at or now) if after in (State.RESOLVED, State.CLOSED) else case.resolved_at
    if before in (State.RESOLVED, State.CLOSED) and after is State.OPEN:
        case.resolved_at = None
        case.reopened += 1
    case.closed_at = now if after is State.CLOSED else None
    CaseEvent.objects.create(case=case, kind=Happening.STATE, by=by, at=now, before=before, after=after)


def promised(case: Case) -> Targets:
    """SVC-03, LOY-15 — what is promised to a case of this classification from now on."""
    return service_levels.targets(
        case.kind,
        severity=case.severity,
        complexity=case.complexity,
        tier=case.tier,
        parameters=parameters.in_force(ServiceLevelParameters),
    )


def reckon(cases: Sequence[Case], *, now: dt.datetime | None = None) -> int:
    """SVC-03 · D4.3.2 — compute the clocks of cases that are held, from their histories: two reads, whatever their number.

    Writes what differs, notes each breach it finds as an event of its own, and sets what the cases repeat of it; saving
    the cases is the caller's. Returns how many clocks were written.
    """
    at, open_hours, found_with = now or clock.now(), hours.in_force(), hours.fingerprint()
    chain = service_levels.chain(parameters.in_force(ServiceLevelParameters))
    histories = timelines.histories(case.pk for case in cases)
    kept = timelines.clocks(case.pk for case in cases)
    fresh: list[CaseClock] = []
    changed: list[CaseClock] = []
    missed: list[CaseEvent] = []
    for case in cases:
        events = histories.get(case.pk, [])
        reckoning = clocks.reckon(events, hours=open_hours, now=at)
        noted = {(one.promise, one.round) for one in events if one.kind is Happening.BREACHED}
        known = kept.get(case.pk, {})
        for place, computed in reckoning.clocks.items():
            row = known.get(place)
            wanted = _row(case, computed, chain, reckoning)
            if row is None:
                fresh.append(wanted)
            elif _copy(wanted, row):
                changed.append(row)
            if computed.breached_at is not None and place not in noted:
                missed.append(_breach(case, computed, at))
        repeat(case, reckoning)
        case.reckoned_with = found_with
    CaseClock.objects.bulk_create(fresh, batch_size=1_000)
    copying.update(CaseClock, WRITTEN, [(row.pk, *(getattr(row, name) for name in WRITTEN)) for row in changed])
    CaseEvent.objects.bulk_create(missed, batch_size=1_000)
    return len(fresh) + len(changed)


def repeat(case: Case, reckoning: Reckoning) -> None:
    """What lists want to know of the clocks, on the case itself."""
    running = [one.due_at for one in reckoning.clocks.values() if one.due_at is not None and not one.has_ended]
    case.first_due_at = min(running, default=NO_DEADLINE)
    case.unanswered_since = reckoning.unanswered_since
    case.responded_at = reckoning.responded_at


def _row(case: Case, computed: Clock, chain: Sequence[Escalation], reckoning: Reckoning) -> CaseClock:
    return CaseClock(
        case=case,
        promise=computed.promise,
        round=computed.round,
        **{name: getattr(computed, name) for name in COPIED},
        spent=max(computed.spent, 0) if computed.has_ended else None,
        step=computed.steps,
        next_step_at=_next_step(computed, chain, reckoning),
    )


def _next_step(computed: Clock, chain: Sequence[Escalation], reckoning: Reckoning) -> dt.datetime | None:
    """When the sweep must look at a clock again: for its next step of escalation, or to note that it was missed."""
    if computed.has_ended or computed.since is None:
        return None
    moments = [computed.due_at] if computed.breached_at is None else []
    if computed.steps < len(chain):
        moments.append(clocks.share_at(computed, chain[computed.steps].share_bps, hours=reckoning.hours))
    return min((moment for moment in moments if moment is not None), default=None)


def _copy(wanted: CaseClock, row: CaseClock) -> bool:
    """Bring a kept clock up to date; whether anything differed. What was missed stays missed."""
    if row.breached_at is not None:
        wanted.breached_at = row.breached_at
    if all(getattr(row, name) == getattr(wanted, name) for name in WRITTEN):
        return False
    for name in WRITTEN:
        setattr(row, name, getattr(wanted, name))
    return True


def _breach(case: Case, computed: Clock, at: dt.datetime) -> CaseEvent:
    data = {"promise": computed.promise, "round": computed.round, "missed_at": computed.breached_at}
    return CaseEvent(
        case=case,
        kind=Happening.BREACHED,
        at=at,
        data={name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in data.items()},
    )
