"""The clocks of a case, from its history alone (SVC-03 · D4.3.2)."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from core.business_days import BusinessCalendar
from service_desk.policy.business_hours import OpenHours
from service_desk.policy.clocks import Clock, Happened, Reckoning, reckon, share_at
from service_desk.policy.codes import Happening, Promise
from service_desk.policy.service_levels import Targets
from service_desk.policy.states import State
from tests.service_desk.policy.calendars import (
    calendars,
    histories,
    minutes_used,
    moment,
    nine_to_nine,
    running_spans,
)

COMPLAINT = Targets(15, 120, 120, 1_440)
HOURS = OpenHours(nine_to_nine())
ACKNOWLEDGE, FIRST, NEXT, RESOLUTION = (
    (Promise.ACKNOWLEDGE, 1),
    (Promise.FIRST_RESPONSE, 1),
    (Promise.NEXT_RESPONSE, 1),
    (Promise.RESOLUTION, 1),
)


def opened(at: str, targets: Targets = COMPLAINT, *, spoken: bool = False) -> Happened:
    return Happened(Happening.OPENED, moment(at), targets=targets, is_spoken=spoken)


def wrote(at: str) -> Happened:
    return Happened(Happening.MEMBER_WROTE, moment(at))


def replied(at: str) -> Happened:
    return Happened(Happening.REPLIED, moment(at))


def moved(at: str, after: State) -> Happened:
    return Happened(Happening.STATE, moment(at), after=after)


def told(*history: Happened, now: str) -> Reckoning:
    return reckon(history, hours=HOURS, now=moment(now))


def test_three_promises_run_from_the_opening() -> None:
    clocks = told(opened("23 10:00"), now="23 10:05").clocks
    assert {place: clock.due_at for place, clock in clocks.items()} == {
        ACKNOWLEDGE: moment("23 10:15"),
        FIRST: moment("23 12:00"),
        RESOLUTION: moment("25 10:00"),
    }


def test_what_comes_in_the_evening_is_due_in_business_time() -> None:
    clocks = told(opened("23 20:30"), now="23 20:31").clocks
    assert clocks[FIRST].due_at == moment("24 10:30")
    assert told(opened("23 23:00"), now="23 23:01").clocks[FIRST].due_at == moment("24 11:00")


def test_somebody_who_calls_is_received_and_answered_at_once() -> None:
    clocks = told(opened("23 10:00", spoken=True), now="23 10:05").clocks
    assert clocks[ACKNOWLEDGE].met_at == clocks[FIRST].met_at == moment("23 10:00")
    assert not clocks[RESOLUTION].has_ended


def test_an_answer_keeps_the_first_promise_and_tells_how_long_it_took() -> None:
    clock = told(opened("23 10:00"), replied("23 11:30"), now="23 15:00").clocks[FIRST]
    assert (clock.met_at, clock.spent, clock.breached_at) == (moment("23 11:30"), 90, None)


def test_a_promise_kept_at_its_very_end_is_kept() -> None:
    assert told(opened("23 10:00"), replied("23 12:00"), now="23 15:00").clocks[FIRST].breached_at is None


def test_a_promise_kept_late_was_missed_when_its_time_was_up() -> None:
    clock = told(opened("23 10:00"), replied("23 12:01"), now="23 15:00").clocks[FIRST]
    assert (clock.met_at, clock.breached_at, clock.spent) == (moment("23 12:01"), moment("23 12:00"), 121)


def test_the_next_response_runs_from_the_oldest_word_without_an_answer() -> None:
    history = [opened("23 10:00"), replied("23 10:30"), wrote("23 11:00"), wrote("23 12:30")]
    reckoning = told(*history, now="23 12:45")
    assert reckoning.clocks[NEXT].due_at == moment("23 13:00")
    assert reckoning.unanswered_since == moment("23 11:00")
    after = told(*history, replied("23 12:50"), wrote("23 14:00"), now="23 14:01")
    assert after.clocks[NEXT].spent == 110
    assert after.clocks[Promise.NEXT_RESPONSE, 2].due_at == moment("23 16:00")


def test_words_before_the_first_answer_have_no_clock_of_their_own() -> None:
    clocks = told(opened("23 10:00"), wrote("23 10:30"), replied("23 11:00"), now="23 11:01").clocks
    assert NEXT not in clocks


def test_while_we_wait_for_the_member_nothing_runs() -> None:
    history = [opened("23 10:00"), replied("23 10:30"), moved("23 10:30", State.WAITING)]
    waiting = told(*history, now="25 20:00").clocks[RESOLUTION]
    assert (waiting.due_at, waiting.paused_at, waiting.breached_at) == (None, moment("23 10:30"), None)
    on = told(*history, wrote("26 09:00"), moved("26 09:00", State.OPEN), now="26 09:01").clocks
    assert on[RESOLUTION].left == dt.timedelta(minutes=1_440 - 30)
    assert on[RESOLUTION].due_at == moment("27 20:30")
    assert on[NEXT].due_at == moment("26 11:00")


def test_waiting_for_a_colleague_stops_nothing() -> None:
    clock = told(opened("23 10:00"), moved("23 11:00", State.INSIDE), now="23 15:00").clocks[RESOLUTION]
    assert clock.due_at == moment("25 10:00")


def test_the_resolution_stops_when_it_is_found_and_goes_on_when_it_was_none() -> None:
    solved = [opened("23 10:00"), replied("23 11:00"), moved("23 11:00", State.RESOLVED)]
    assert told(*solved, now="25 11:00").clocks[RESOLUTION].spent == 60
    again = told(*solved, wrote("25 10:00"), moved("25 10:00", State.OPEN), now="25 10:01").clocks[RESOLUTION]
    assert (again.met_at, again.due_at) == (None, moment("26 21:00"))
    done = told(
        *solved, wrote("25 10:00"), moved("25 10:00", State.OPEN), moved("25 12:00", State.RESOLVED), now="25 13:00"
    )
    assert done.clocks[RESOLUTION].spent == 180


def test_a_resolution_without_an_answer_lets_the_promise_of_an_answer_fall_away() -> None:
    clocks = told(opened("23 10:00"), moved("23 11:00", State.RESOLVED), now="25 13:00").clocks
    assert (clocks[FIRST].met_at, clocks[FIRST].stopped_at, clocks[FIRST].breached_at) == (
        None,
        moment("23 11:00"),
        None,
    )


def test_after_such_a_resolution_the_next_word_is_waited_for() -> None:
    history = [opened("23 10:00"), moved("23 11:00", State.RESOLVED), wrote("23 15:00"), moved("23 15:00", State.OPEN)]
    assert told(*history, now="23 15:01").clocks[NEXT].due_at == moment("23 17:00")


def test_a_graver_classification_counts_the_time_already_used() -> None:
    harder = Happened(Happening.CLASSIFIED, moment("23 12:00"), targets=Targets(4, 30, 30, 360))
    clock = told(opened("23 10:00"), replied("23 10:10"), harder, now="23 12:00").clocks[RESOLUTION]
    assert (clock.minutes, clock.due_at) == (360, moment("23 16:00"))


def test_a_breach_is_not_undone_by_a_milder_classification() -> None:
    milder = Happened(Happening.CLASSIFIED, moment("23 13:00"), targets=Targets(0, 900, 900, 9_000))
    clock = told(opened("23 10:00"), milder, now="23 13:01").clocks[FIRST]
    assert (clock.breached_at, clock.minutes) == (moment("23 12:00"), 900)


def test_a_promise_that_a_classification_adds_begins_with_it() -> None:
    enquiry = opened("23 10:00", Targets(0, 240, 240, 1_440))
    complaint = Happened(Happening.CLASSIFIED, moment("23 11:00"), targets=COMPLAINT)
    clocks = told(enquiry, complaint, now="23 11:01").clocks
    assert (clocks[ACKNOWLEDGE].started_at, clocks[ACKNOWLEDGE].due_at) == (moment("23 11:00"), moment("23 11:15"))


def test_a_promise_that_is_no_longer_given_falls_away() -> None:
    praise = Happened(Happening.CLASSIFIED, moment("23 10:10"), targets=Targets(0, 900, 900, 900))
    assert told(opened("23 10:00"), praise, now="23 11:00").clocks[ACKNOWLEDGE].stopped_at == moment("23 10:10")


def test_a_breach_that_was_noted_stays_whatever_is_computed() -> None:
    noted = Happened(
        Happening.BREACHED, moment("23 10:20"), since=moment("23 10:15"), promise=Promise.ACKNOWLEDGE, round=1
    )
    longer = OpenHours(BusinessCalendar(zone=HOURS.calendar.zone, weekly=(((1_200, 1_260),),) * 7))
    clock = reckon([opened("23 10:00"), noted], hours=longer, now=moment("23 10:30")).clocks[ACKNOWLEDGE]
    assert clock.breached_at == moment("23 10:15")


def test_an_unanswered_word_that_a_merge_brings_is_waited_for_since_it_was_said() -> None:
    merged = Happened(Happening.MERGED_IN, moment("23 13:00"), since=moment("23 11:30"))
    history = [opened("23 10:00"), replied("23 10:30"), merged]
    assert told(*history, now="23 13:01").clocks[NEXT].due_at == moment("23 13:30")
    waits = told(opened("23 10:00"), replied("23 10:30"), wrote("23 12:00"), merged, now="23 13:01")
    assert waits.clocks[NEXT].started_at == moment("23 11:30")
    assert waits.clocks[NEXT].due_at == moment("23 13:30")


def test_a_merged_case_promises_nothing_and_a_merge_undone_promises_again() -> None:
    history = [opened("23 10:00"), moved("23 11:00", State.MERGED)]
    assert all(clock.stopped_at for clock in told(*history, now="24 10:00").clocks.values() if not clock.breached_at)
    back = told(*history, moved("24 10:00", State.OPEN), now="24 10:01").clocks
    assert back[FIRST].due_at == moment("24 11:00")


def test_a_merge_undone_leaves_a_waiting_case_waiting() -> None:
    history = [
        opened("23 10:00"),
        replied("23 10:30"),
        moved("23 10:30", State.WAITING),
        moved("23 11:00", State.MERGED),
    ]
    back = told(*history, moved("24 10:00", State.WAITING), now="24 20:00").clocks[RESOLUTION]
    assert (back.stopped_at, back.due_at, back.left) == (None, None, dt.timedelta(minutes=1_410))


def test_shares_of_the_time() -> None:
    clock = told(opened("23 10:00"), now="23 10:00").clocks[FIRST]
    assert share_at(clock, 8_000, hours=HOURS) == moment("23 11:36")
    assert share_at(clock, 10_000, hours=HOURS) == clock.due_at
    assert share_at(clock, 15_000, hours=HOURS) == moment("23 13:00")
    paused = told(opened("23 10:00"), moved("23 10:30", State.WAITING), now="23 11:00").clocks[FIRST]
    assert share_at(paused, 8_000, hours=HOURS) is None


def test_steps_that_were_taken_are_counted() -> None:
    warned = Happened(Happening.WARNED, moment("23 11:36"), promise=Promise.FIRST_RESPONSE)
    raised = Happened(Happening.ESCALATED, moment("23 12:01"), promise=Promise.FIRST_RESPONSE)
    clock = told(opened("23 10:00"), warned, raised, now="23 12:05").clocks[FIRST]
    assert (clock.steps, clock.warned_at, clock.breached_at) == (2, moment("23 11:36"), moment("23 12:00"))


def _seen(clock: Clock) -> tuple[object, ...]:
    return clock.minutes, clock.started_at, clock.due_at, clock.met_at, clock.stopped_at, clock.breached_at, clock.left


@settings(max_examples=400)
@given(calendars(), histories(), st.integers(0, 5_000))
def test_the_resolution_takes_the_business_time_in_which_it_ran(
    calendar: BusinessCalendar, history: list[Happened], later: int
) -> None:
    """Against a plain sum over the spans in which the case was ours."""
    now = history[-1].at + dt.timedelta(minutes=later)
    clock = reckon(history, hours=OpenHours(calendar), now=now).clocks.get(RESOLUTION)
    if clock is None or clock.stopped_at or any(event.kind is Happening.CLASSIFIED for event in history):
        return
    spans = running_spans(history, now)
    used = minutes_used(calendar, spans)
    if clock.has_ended:
        assert clock.spent == used
    assert (clock.breached_at is not None) == (used > clock.minutes or _passed(calendar, spans, clock, now))


def _passed(
    calendar: BusinessCalendar, spans: list[tuple[dt.datetime, dt.datetime]], clock: Clock, now: dt.datetime
) -> bool:
    """Used up to the minute: the due moment has passed though not a whole minute more was used."""
    hours, left = OpenHours(calendar), dt.timedelta(minutes=clock.minutes)
    for start, end in spans:
        worked = hours.worked(start, end)
        if worked >= left:
            return hours.after(start, left) < end
        left -= worked
    return False


@settings(max_examples=300)
@given(calendars(), histories(), st.integers(0, 3_000), st.integers(0, 3_000))
def test_a_breach_once_seen_is_seen_ever_after(
    calendar: BusinessCalendar, history: list[Happened], soon: int, later: int
) -> None:
    hours = OpenHours(calendar)
    for end in range(1, len(history) + 1):
        now = history[end - 1].at + dt.timedelta(minutes=soon)
        if end < len(history):
            now = min(now, history[end].at)
        before = reckon(history[:end], hours=hours, now=now).clocks
        after = reckon(history, hours=hours, now=history[-1].at + dt.timedelta(minutes=soon + later)).clocks
        for place, clock in before.items():
            if clock.breached_at is not None:
                assert after[place].breached_at == clock.breached_at


@given(calendars(), histories(), st.integers(0, 3_000))
def test_the_same_history_gives_the_same_clocks(
    calendar: BusinessCalendar, history: list[Happened], later: int
) -> None:
    now = history[-1].at + dt.timedelta(minutes=later)
    first, second = (reckon(history, hours=OpenHours(calendar), now=now).clocks for _ in range(2))
    assert {place: _seen(one) for place, one in first.items()} == {place: _seen(one) for place, one in second.items()}


@given(calendars(), histories())
def test_a_clock_ends_once_and_only_a_running_one_is_due(calendar: BusinessCalendar, history: list[Happened]) -> None:
    for clock in reckon(history, hours=OpenHours(calendar), now=history[-1].at).clocks.values():
        assert not (clock.met_at and clock.stopped_at)
        assert (clock.due_at is None) == (clock.has_ended or clock.since is None)
        assert not (clock.paused_at and clock.since)
