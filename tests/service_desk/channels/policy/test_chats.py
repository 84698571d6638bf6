"""When a chat waits too long, whose turn it is, when silence ends it (SVC-01)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.policy.states import TransitionRefused
from service_desk.channels.policy import chats
from service_desk.channels.policy.chats import Ending, State, Waiting
from service_desk.channels.policy.parameters import ChatParameters
from service_desk.policy.routing import Agent

NOW = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)
LIMITS = ChatParameters()


def seconds(count: float) -> dt.timedelta:
    return dt.timedelta(seconds=count)


def agent(pk: int, *, load: int = 0, skills: tuple[int, ...] = (), languages: tuple[str, ...] = ()) -> Agent:
    return Agent(
        pk=pk, skills=frozenset(skills), languages=frozenset(languages), load=load, capacity=LIMITS.chats_at_once
    )


@pytest.mark.parametrize(
    ("waited", "there", "ending"),
    [
        (0, True, None),
        (120, True, None),
        (120.001, True, Ending.PATIENCE),
        (0, False, Ending.NOBODY),
        (500, False, Ending.NOBODY),
    ],
)
def test_a_chat_becomes_a_case_when_nobody_is_there_or_nobody_takes_it(
    waited: float, there: bool, ending: Ending | None
) -> None:
    assert chats.is_missed(NOW - seconds(waited), now=NOW, there=there, limits=LIMITS) is ending


@pytest.mark.parametrize(("minutes", "silent"), [(0, False), (10, False), (10.01, True)])
def test_silence_ends_a_chat_and_the_last_moment_still_counts(minutes: float, silent: bool) -> None:
    assert chats.is_silent(NOW - seconds(60 * minutes), now=NOW, limits=LIMITS) is silent


def test_a_chat_is_offered_by_skill_language_and_load() -> None:
    there = [agent(1, load=2, skills=(7,)), agent(2, load=1, skills=(7,)), agent(3, skills=())]
    assert chats.offer(Waiting(1, skill=7), there, now=NOW, limits=LIMITS) == 2
    assert chats.offer(Waiting(1), there, now=NOW, limits=LIMITS) == 3
    speaking = [agent(1, languages=("en",)), agent(2, languages=("zh-hans",))]
    assert chats.offer(Waiting(1, language="zh-hant"), speaking, now=NOW, limits=LIMITS) == 2


def test_nobody_is_offered_more_than_he_has_room_for_nor_what_is_his_own() -> None:
    assert chats.offer(Waiting(1), [agent(1, load=LIMITS.chats_at_once)], now=NOW, limits=LIMITS) is None
    assert chats.offer(Waiting(1, kin=frozenset({1})), [agent(1), agent(2, load=2)], now=NOW, limits=LIMITS) == 2


def test_an_offer_stands_for_its_time_and_then_goes_to_the_next_and_round_again() -> None:
    there = [agent(1), agent(2, load=1)]
    fresh = Waiting(1, offered_to=2, offered_at=NOW - seconds(30))
    assert chats.offer(fresh, there, now=NOW, limits=LIMITS) == 2
    late = Waiting(1, offered_to=1, offered_at=NOW - seconds(31))
    assert chats.offer(late, there, now=NOW, limits=LIMITS) == 2
    everybody = Waiting(1, offered_to=2, offered_at=NOW - seconds(31), passed=frozenset({1}))
    assert chats.offer(everybody, there, now=NOW, limits=LIMITS) == 1


def test_who_has_left_is_offered_nothing() -> None:
    gone = Waiting(1, offered_to=9, offered_at=NOW)
    assert chats.offer(gone, [agent(1)], now=NOW, limits=LIMITS) == 1


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5)), unique_by=lambda one: one[0], max_size=6),
    st.none() | st.integers(1, 9),
    st.integers(0, 100),
    st.frozensets(st.integers(1, 9)),
    st.frozensets(st.integers(1, 9)),
)
def test_whoever_is_offered_a_chat_is_there_and_no_kin(
    there: list[tuple[int, int]], to: int | None, ago: int, passed: frozenset[int], kin: frozenset[int]
) -> None:
    agents = [agent(pk, load=load) for pk, load in there]
    waits = Waiting(1, offered_to=to, offered_at=NOW - seconds(ago) if to else None, passed=passed, kin=kin)
    chosen = chats.offer(waits, agents, now=NOW, limits=LIMITS)
    free = {one.pk for one in agents if one.load < one.capacity} - kin
    assert chosen is None or chosen in {one.pk for one in agents} - kin
    assert chosen is not None or not free


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_a_chat_goes_only_the_ways_that_are_listed(before: State, after: State) -> None:
    listed = {(State.WAITING, State.TALKING), (State.WAITING, State.MISSED)}
    listed |= {(State.TALKING, State.WAITING), (State.TALKING, State.ENDED)}
    if (before, after) in listed:
        chats.check_way(before, after)
    else:
        with pytest.raises(TransitionRefused):
            chats.check_way(before, after)
