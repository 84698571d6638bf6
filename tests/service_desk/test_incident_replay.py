"""The real log of a service desk (24,918 tickets), replayed with its own times: our figures equal a plain computation.

The log tells when a ticket was opened and each state it went through. The plain computation below reads the file alone and
counts business minutes with `core.business_days`; ours come out of the operations, or of the rule, and of nothing else.
"""

import csv
import datetime as dt
import gzip
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import mean

import pytest

from core import clock, verify
from core.business_days import BusinessCalendar, add_business_minutes, business_minutes_between
from core.models import User
from service_desk.models import Case, CaseClock
from service_desk.operations import cases, handling, threads
from service_desk.policy.business_hours import OpenHours
from service_desk.policy.clocks import Happened, reckon
from service_desk.policy.codes import Happening, Promise
from service_desk.policy.service_levels import Targets
from service_desk.policy.states import State
from service_desk.queries import figures, hours
from tests.service_desk.desk import agent
from tests.service_desk.policy.calendars import SHANGHAI

LOG = "service_incidents/incident_event_log.csv.gz"
STATES = {
    "New": State.NEW, "Active": State.OPEN, "Awaiting User Info": State.WAITING, "Awaiting Vendor": State.INSIDE,
    "Awaiting Problem": State.INSIDE, "Awaiting Evidence": State.INSIDE, "Resolved": State.RESOLVED,
    "Closed": State.CLOSED,
}  # fmt: skip
OURS = (State.NEW, State.OPEN, State.INSIDE)
FIRST, RESOLUTION = Promise.FIRST_RESPONSE, Promise.RESOLUTION
ENQUIRY = Targets(0, 240, 240, 1_440)


@dataclass(frozen=True)
class Incident:
    """A ticket as the log has it: when it was opened, and each change of its state."""

    number: str
    opened_at: dt.datetime
    steps: tuple[tuple[dt.datetime, State], ...]


@dataclass(frozen=True)
class Figures:
    """Business minutes to the first answer and to the solution, and whether each came too late."""

    response: int
    resolution: int
    response_missed: bool
    resolution_missed: bool


def _moment(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=SHANGHAI)


def incidents(path: Path) -> Iterator[Incident]:
    """In the order of the file. A state that the log itself does not know (`-100`) is none."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as log:
        for row in csv.DictReader(log):
            rows[row["number"]].append(row)
    for number, told in rows.items():
        opened_at = _moment(told[0]["opened_at"])
        told.sort(key=lambda row: int(row["sys_mod_count"]))
        steps: list[tuple[dt.datetime, State]] = []
        state, last = State.NEW, opened_at
        for row in told:
            after = STATES.get(row["incident_state"], state)
            last = max(last, _moment(row["sys_updated_at"]))
            if after is not state:
                steps.append((last, after))
                state = after
        yield Incident(number, opened_at, tuple(steps))


def plainly(one: Incident, calendar: BusinessCalendar) -> Figures:
    """From the file alone. We have answered when the ticket leaves “new”; it is ours unless the user is waited for."""
    answered = [(one.opened_at, one.steps[0][0])]
    spans, state, since = [], State.NEW, one.opened_at
    for at, after in one.steps:
        if state in OURS:
            spans.append((since, at))
        state, since = after, at
    return Figures(
        response=sum(business_minutes_between(calendar, *span) for span in answered),
        resolution=sum(business_minutes_between(calendar, *span) for span in spans),
        response_missed=too_late(answered, ENQUIRY.first_response, calendar),
        resolution_missed=too_late(spans, ENQUIRY.resolution, calendar),
    )


def too_late(spans: Sequence[tuple[dt.datetime, dt.datetime]], left: int, calendar: BusinessCalendar) -> bool:
    """Whether the moment at which the minutes are used up passes before the end. In the evening after closing it has."""
    for start, end in spans:
        if (used := business_minutes_between(calendar, start, end)) >= left:
            return end > add_business_minutes(calendar, start, left)
        left -= used
    return False


def chosen(path: Path, count: int) -> list[Incident]:
    """Tickets of every shape: reopened ones, such that waited, such that were closed unresolved, and whatever comes first."""
    everything = list(incidents(path))

    def with_(*states: State) -> list[Incident]:
        return [one for one in everything if {state for _at, state in one.steps} >= set(states)]

    reopened = [
        one
        for one in everything
        if any(before[1] in (State.RESOLVED, State.CLOSED) and after[1] is State.OPEN
               for before, after in zip(one.steps, one.steps[1:], strict=False))
    ]  # fmt: skip
    unresolved = [one for one in everything if State.RESOLVED not in {state for _at, state in one.steps}]
    picked = [
        *islice(reopened, count // 4), *islice(unresolved, count // 8),
        *islice(with_(State.WAITING, State.OPEN), count // 4), *islice(with_(State.INSIDE), count // 8), *everything,
    ]  # fmt: skip
    return list({one.number: one for one in picked}.values())[:count]


def replay(one: Incident, by: User) -> Case:
    """Through the operations, each at its own time. What the log calls leaving “new” is our first answer."""
    with clock.stopped(one.opened_at):
        case = cases.open_case(
            kind="enquiry", channel="web", subject=f"Incident {one.number}", body=f"Incident {one.number}",
            contact=cases.Contact("A caller"), severity="normal", complexity="simple", key=one.number,
        )  # fmt: skip
    for place, (at, after) in enumerate(one.steps):
        with clock.stopped(at):
            if place == 0:
                threads.reply(case, body="We are at it.", by=by, channel="hotline", waits=after is State.WAITING)
            _step(Case.objects.get(pk=case.pk), after, by)
    return Case.objects.get(pk=case.pk)


def _step(case: Case, after: State, by: User) -> None:
    if case.state == after:
        return
    if after is State.OPEN:
        if case.state in (State.RESOLVED, State.CLOSED):
            handling.reopen(case, by=by, reason="It was not solved.")
        else:
            handling.resume(case, by=by)
    elif after in (State.WAITING, State.INSIDE):
        if case.state == State.RESOLVED:
            handling.reopen(case, by=by, reason="It was not solved.")
        handling.wait(case, by=by, for_member=after is State.WAITING)
    elif after is State.RESOLVED:
        handling.resolve(case, by=by, resolution="Solved.", tell=False)
    elif after is State.CLOSED:
        if case.state != State.RESOLVED:
            handling.resolve(case, by=by, resolution="Closed.", tell=False)
        handling.close(Case.objects.get(pk=case.pk), by=by)


def ours(case: Case) -> Figures:
    rows = {row.promise: row for row in CaseClock.objects.filter(case=case)}
    first, resolution = rows[FIRST], rows[RESOLUTION]
    return Figures(
        first.spent or 0, resolution.spent or 0, first.breached_at is not None, resolution.breached_at is not None
    )


def compare(path: Path, count: int) -> None:
    by = agent("Bo", on_duty=False)
    picked = chosen(path, count)
    kept = {one.number: replay(one, by) for one in picked}
    with clock.stopped(max(one.steps[-1][0] for one in picked)):
        calendar = hours.in_force().calendar
        expected = {one.number: plainly(one, calendar) for one in picked}
        assert {number: ours(case) for number, case in kept.items()} == expected
        began = min(one.opened_at for one in picked)
        told = {one.promise: one for one in figures.timeliness(began, clock.now() + dt.timedelta(minutes=1))}
        for promise, minutes, missed in (
            (FIRST, [one.response for one in expected.values()], [one.response_missed for one in expected.values()]),
            (
                RESOLUTION,
                [one.resolution for one in expected.values()],
                [one.resolution_missed for one in expected.values()],
            ),
        ):
            assert told[promise].ended == len(picked)
            assert told[promise].average == round(mean(minutes))
            assert told[promise].longest == max(minutes)
            assert told[promise].missed == sum(missed)
        broken = [
            one.code for one in verify.invariants()
            if one.check.__module__ == "service_desk.invariants" and verify.look(one).broken
        ]  # fmt: skip
        assert broken == []


@pytest.mark.django_db
@pytest.mark.usefixtures("categories")
def test_a_sample_of_the_log_through_the_operations_gives_the_figures_of_the_file(shared_data: Path) -> None:
    compare(shared_data / LOG, 24)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("categories")
def test_a_thousand_tickets_through_the_operations_give_the_figures_of_the_file(shared_data: Path) -> None:
    compare(shared_data / LOG, 1_000)


def history(one: Incident) -> list[Happened]:
    events = [Happened(Happening.OPENED, one.opened_at, targets=ENQUIRY)]
    for place, (at, after) in enumerate(one.steps):
        if place == 0:
            events.append(Happened(Happening.REPLIED, at))
        if after is State.CLOSED and events[-1].after is not State.RESOLVED:
            events.append(Happened(Happening.STATE, at, after=State.RESOLVED))
        if after in (State.WAITING, State.INSIDE) and events[-1].after is State.RESOLVED:
            events.append(Happened(Happening.STATE, at, after=State.OPEN))
        events.append(Happened(Happening.STATE, at, after=after))
    return events


@pytest.mark.slow
def test_the_whole_log_through_the_rule_gives_the_figures_of_the_file(shared_data: Path) -> None:
    calendar = BusinessCalendar(zone=SHANGHAI)
    open_hours = OpenHours(calendar)
    everything: Sequence[Incident] = list(incidents(shared_data / LOG))
    assert len(everything) == 24_918
    different = []
    for one in everything:
        clocks = reckon(history(one), hours=open_hours, now=one.steps[-1][0]).clocks
        first, resolution = clocks[FIRST, 1], clocks[RESOLUTION, 1]
        found = Figures(
            first.spent, resolution.spent, first.breached_at is not None, resolution.breached_at is not None
        )
        if found != plainly(one, calendar):
            different.append((one.number, found, plainly(one, calendar)))
    assert different == []
