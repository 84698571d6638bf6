"""Calendars and histories for the tests of the clocks, and a plain second opinion on both."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from core.business_days import BusinessCalendar, Hours, business_minutes_between
from service_desk.policy.clocks import Happened
from service_desk.policy.codes import Happening
from service_desk.policy.service_levels import Targets
from service_desk.policy.states import State

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
MONDAY = dt.date(2026, 11, 23)


def moment(text: str, zone: ZoneInfo = SHANGHAI) -> dt.datetime:
    """`23 10:15` of November 2026."""
    day, _, time = text.partition(" ")
    hour, _, minute = time.partition(":")
    return dt.datetime(2026, 11, int(day), int(hour), int(minute), tzinfo=zone)


def nine_to_nine() -> BusinessCalendar:
    return BusinessCalendar(zone=SHANGHAI)


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    """Up to three intervals of a day, none of them touching another."""
    edges = sorted(draw(st.sets(st.integers(0, 1_440), max_size=6)))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> BusinessCalendar:
    """Weeks of any shape that open some time, with holidays and special days, in a zone with and one without summer time."""
    week = [draw(hours()) for _ in range(7)]
    week[draw(st.integers(0, 6))] = ((540, 720), (780, 1_260))
    days = st.dates(MONDAY - dt.timedelta(30), MONDAY + dt.timedelta(30))
    return BusinessCalendar(
        zone=draw(st.sampled_from([SHANGHAI, BERLIN])),
        weekly=tuple(week),  # type: ignore[arg-type]
        holidays=frozenset(draw(st.sets(days, max_size=4))),
        special_days=draw(st.dictionaries(days, hours(), max_size=3)),
    )


moments = st.datetimes(dt.datetime(2026, 10, 15), dt.datetime(2026, 12, 20), timezones=st.just(dt.UTC))  # noqa: DTZ001
on_the_minute = moments.map(lambda at: at.replace(second=0, microsecond=0))
ENDINGS = (State.RESOLVED, State.CLOSED, State.MERGED)


@st.composite
def histories(draw: st.DrawFn) -> list[Happened]:
    """What may really happen to a case, in the order of time: words, answers, waiting, resolving, reopening."""
    at = draw(on_the_minute)
    targets = Targets(*draw(st.tuples(*[st.integers(0, 900)] * 4)))
    events = [Happened(Happening.OPENED, at, targets=targets, is_spoken=draw(st.booleans()))]
    state = State.NEW
    for _ in range(draw(st.integers(0, 9))):
        at += dt.timedelta(minutes=draw(st.integers(1, 2_000)))
        deed = draw(st.sampled_from(["word", "answer", "wait", "go on", "resolve", "reopen", "classify"]))
        if deed == "word":
            events.append(Happened(Happening.MEMBER_WROTE, at))
            if state in (State.WAITING, State.RESOLVED):
                events.append(Happened(Happening.STATE, at, after=State.OPEN))
                state = State.OPEN
        elif deed == "answer":
            events.append(Happened(Happening.REPLIED, at))
        elif deed == "classify":
            other = Targets(*draw(st.tuples(*[st.integers(1, 900)] * 4)))
            events.append(Happened(Happening.CLASSIFIED, at, targets=other))
        else:
            after = {"wait": State.WAITING, "go on": State.OPEN, "resolve": State.RESOLVED, "reopen": State.OPEN}[deed]
            allowed = {
                "wait": state in (State.NEW, State.OPEN),
                "go on": state in (State.NEW, State.WAITING),
                "resolve": state not in ENDINGS,
                "reopen": state is State.RESOLVED,
            }[deed]
            if allowed:
                events.append(Happened(Happening.STATE, at, after=after))
                state = after
    return events


def running_spans(history: Sequence[Happened], until: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
    """When the clock of the resolution runs: never while we wait for the member, never while the case is resolved."""
    spans, state, since = [], State.NEW, history[0].at
    for event in [*history, Happened(Happening.STATE, until, after=State.CLOSED)]:
        if event.kind is not Happening.STATE or event.after is None:
            continue
        if state not in (State.WAITING, State.RESOLVED, State.CLOSED):
            spans.append((since, event.at))
        state, since = event.after, event.at
    return spans


def minutes_used(calendar: BusinessCalendar, spans: Sequence[tuple[dt.datetime, dt.datetime]]) -> int:
    return sum(business_minutes_between(calendar, start, end) for start, end in spans)
