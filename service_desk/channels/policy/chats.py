"""SVC-01 · A6.2.1 — live chat: its states, whose turn it is in the line, and when waiting or silence has lasted long enough."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cards.policy.states import Table, check, table
from service_desk.channels.policy.parameters import ChatParameters
from service_desk.policy import routing
from service_desk.policy.routing import Agent


class State(StrEnum):
    """SVC-01 · A6.2.1 — where a chat stands. Whatever ends, ended or missed, is a case."""

    WAITING = "waiting"
    TALKING = "talking"
    ENDED = "ended"
    MISSED = "missed"


class Ending(StrEnum):
    """SVC-01 · A6.2.1 — why a chat is over."""

    AGENT = "agent"
    VISITOR = "visitor"
    SILENCE = "silence"
    PATIENCE = "patience"
    NOBODY = "nobody"


S = State
WAYS: Table[State] = table({
    S.WAITING: (S.TALKING, S.MISSED),
    S.TALKING: (S.WAITING, S.ENDED),
    S.ENDED: (),
    S.MISSED: (),
})  # fmt: skip
LIVE = (S.WAITING, S.TALKING)


@dataclass(frozen=True)
class Waiting:
    """A chat that waits: what it needs, to whom it is offered and since when."""

    pk: int
    skill: int | None = None
    language: str = ""
    kin: frozenset[int] = frozenset()
    offered_to: int | None = None
    offered_at: dt.datetime | None = None
    passed: frozenset[int] = frozenset()
    """Who let it pass when it was his."""


def check_way(before: State, after: State) -> None:
    """SVC-01 · A6.2.1 — refuse `transition_not_listed` whatever the table does not list."""
    check(WAYS, before, after)


def is_missed(opened_at: dt.datetime, *, now: dt.datetime, there: bool, limits: ChatParameters) -> Ending | None:
    """SVC-01 · A6.2.1 — whether a chat that waits becomes a case now: at once when nobody is there, else when nobody took it
    in time. The last second still counts."""
    if not there:
        return Ending.NOBODY
    return Ending.PATIENCE if now - opened_at > dt.timedelta(seconds=limits.patience_seconds) else None


def is_silent(last_said_at: dt.datetime, *, now: dt.datetime, limits: ChatParameters) -> bool:
    """SVC-01 · A6.2.1 — whether nobody has said anything for so long that the chat is over."""
    return now - last_said_at > dt.timedelta(minutes=limits.silence_minutes)


def is_offered(chat: Waiting, agents: Iterable[Agent], *, now: dt.datetime, limits: ChatParameters) -> bool:
    """SVC-01 · A6.2.1 — whether a chat is still somebody's to take before others: his time is not up, and he is there."""
    if chat.offered_at is None or now - chat.offered_at > dt.timedelta(seconds=limits.offer_seconds):
        return False
    return any(one.pk == chat.offered_to for one in agents)


def offer(chat: Waiting, agents: Iterable[Agent], *, now: dt.datetime, limits: ChatParameters) -> int | None:
    """SVC-01, SVC-02 · A6.2 — to whom a chat is offered: who has it keeps it for a while; then, by skill, language and load,
    the next who has not let it pass; when all have, they are asked from the start. None while nobody has room.
    """
    there = [one for one in agents if one.pk not in chat.kin]
    if is_offered(chat, there, now=now, limits=limits):
        return chat.offered_to
    fresh = [one for one in there if one.pk not in chat.passed and one.pk != chat.offered_to]
    chosen = routing.choose(fresh, skill=chat.skill, language=chat.language)
    return chosen or routing.choose(there, skill=chat.skill, language=chat.language)
