"""The contact chain (SVC-16): never a level left out, an answer stops it, monotone in time, a repeat does nothing."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from service_desk.incidents.policy.chain import Level, due, next_turn, turns

BEGUN = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)
people = st.frozensets(st.integers(1, 9), max_size=3)
chains = st.lists(st.tuples(st.integers(1, 60), people), min_size=1, max_size=6).map(
    lambda rows: [Level(place, minutes, who) for place, (minutes, who) in enumerate(rows, start=1)]
)
moments = st.integers(-30, 600).map(lambda minutes: BEGUN + dt.timedelta(minutes=minutes))


def numbers(levels: list[Level], now: dt.datetime, *, called: set[int] | None = None) -> list[int]:
    calls = due(levels, begun_at=BEGUN, called=called or set(), acknowledged_at=None, now=now)
    return [call.level.number for call in calls]


@given(chains, moments)
def test_no_level_is_left_out(levels: list[Level], now: dt.datetime) -> None:
    assert numbers(levels, now) == list(range(1, len(numbers(levels, now)) + 1))


@given(chains, moments, moments)
def test_who_is_called_only_grows_with_time(levels: list[Level], one: dt.datetime, other: dt.datetime) -> None:
    earlier, later = sorted((one, other))
    assert set(numbers(levels, earlier)) <= set(numbers(levels, later))


@given(chains, moments, moments)
def test_an_answer_stops_the_chain(levels: list[Level], answered: dt.datetime, now: dt.datetime) -> None:
    assert due(levels, begun_at=BEGUN, called=set(), acknowledged_at=answered, now=now) == []
    assert next_turn(levels, begun_at=BEGUN, called=set(), acknowledged_at=answered) is None


@given(chains, moments)
def test_asking_again_calls_nobody(levels: list[Level], now: dt.datetime) -> None:
    assert numbers(levels, now, called=set(numbers(levels, now))) == []


@given(chains, st.lists(moments, max_size=6), moments)
def test_looking_often_calls_the_same_as_looking_once(
    levels: list[Level], looks: list[dt.datetime], end: dt.datetime
) -> None:
    called: set[int] = set()
    for now in sorted([*(look for look in looks if look <= end), end]):
        called |= set(numbers(levels, now, called=called))
    assert called == set(numbers(levels, end))


@given(chains, moments)
def test_the_chain_is_looked_at_again_exactly_when_somebody_is_due(levels: list[Level], now: dt.datetime) -> None:
    called = set(numbers(levels, now))
    again = next_turn(levels, begun_at=BEGUN, called=called, acknowledged_at=None)
    if again is None:
        assert called == {level.number for level in levels}
    else:
        assert again > now
        assert numbers(levels, again, called=called)


def test_for_a_level_at_which_nobody_stands_nobody_waits() -> None:
    levels = [Level(1, 10, frozenset()), Level(2, 10, frozenset({7})), Level(3, 0, frozenset({8}))]
    assert [call.at - BEGUN for call in turns(levels, begun_at=BEGUN)] == [
        dt.timedelta(0), dt.timedelta(0), dt.timedelta(minutes=10),
    ]  # fmt: skip
