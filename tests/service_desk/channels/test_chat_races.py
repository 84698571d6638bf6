"""Chats under haste, on a server database, with negative controls (invariants.md part 2)."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from core.models import User
from core.refusals import Refusal
from members.models import Member
from service_desk.channels.models import Chat, ChatLine
from service_desk.channels.operations import chat_desk, chat_lines
from service_desk.channels.operations import chats as life
from service_desk.models import Case
from tests import factories
from tests.racing import at_once, unlocked
from tests.service_desk import desk

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chat(ling: User) -> Chat:
    chat_desk.sit(by=ling)
    member: Member = factories.MemberFactory.create()
    return life.open_chat(text="Hello?", member=member, key="k0")


def together(work: Callable[[Any], Any], over: Iterable[Any]) -> list[Any]:
    """At once, and each at five past ten: the clock of a test does not reach into its threads."""

    def then(item: Any) -> Any:
        with desk.on("23 10:05"):
            return work(item)

    return at_once(then, over)


def faults(answers: list[object]) -> list[object]:
    return [one for one in answers if isinstance(one, Exception) and not isinstance(one, Refusal)]


def test_one_line_twenty_times_at_once_is_kept_once(chat: Chat) -> None:
    answers = together(lambda _: chat_lines.say(chat, text="once", key="k1"), range(20))
    assert faults(answers) == []
    assert ChatLine.objects.filter(chat=chat, key="k1").count() == 1


def test_forty_lines_at_once_have_forty_places_without_a_gap(chat: Chat) -> None:
    answers = together(lambda n: chat_lines.say(chat, text=f"line {n}", key=f"k{n}"), range(1, 41))
    assert faults(answers) == []
    assert list(chat.lines.order_by("position").values_list("position", flat=True)) == list(range(1, 42))


def test_without_the_lock_lines_would_fight_for_their_places(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the row of the chat is what gives each line its place."""
    with unlocked(monkeypatch, Chat.objects):
        answers = together(lambda n: chat_lines.say(chat, text=f"line {n}", key=f"k{n}"), range(1, 41))
    assert faults(answers)


def test_of_ten_colleagues_who_take_a_chat_at_once_one_has_it(chat: Chat) -> None:
    agents = [desk.agent(f"Agent {number}") for number in range(10)]
    for one in agents:
        chat_desk.sit(by=one)
    answers = together(lambda user: life.take(chat, by=user), agents)
    assert faults(answers) == []
    assert sum(isinstance(one, Chat) for one in answers) == 1


def test_one_colleague_who_takes_five_at_once_gets_no_more_than_he_may(ling: User) -> None:
    chat_desk.sit(by=ling)
    opened = [life.open_chat(text="Hello?", member=factories.MemberFactory.create()) for _ in range(6)]
    answers = together(lambda one: life.take(one, by=ling), opened)
    assert faults(answers) == []
    assert Chat.objects.filter(agent=ling, state="talking").count() == 3


def test_ended_by_both_sides_and_the_sweep_at_once_it_is_one_case(chat: Chat, ling: User) -> None:
    life.take(chat, by=ling)
    work = [lambda: life.end(chat, by=ling), lambda: life.leave(chat), lambda: life.leave(chat)] * 5
    answers = together(lambda do: do(), work)
    assert faults(answers) == []
    assert Case.objects.count() == 1


def test_a_member_who_opens_ten_at_once_has_one(ling: User) -> None:
    chat_desk.sit(by=ling)
    member: Member = factories.MemberFactory.create()
    answers = together(lambda n: life.open_chat(text=f"word {n}", member=member, key=f"k{n}"), range(10))
    assert faults(answers) == []
    assert (Chat.objects.count(), ChatLine.objects.count()) == (1, 10)
