"""Offering a chat that waits to a colleague (SVC-01, SVC-02 · A6.2): by skill, language, load; the higher tier first."""

from collections.abc import Sequence
from dataclasses import replace

from core import clock
from service_desk.channels.models import Chat
from service_desk.channels.policy import chats as policy
from service_desk.channels.policy.parameters import ChatParameters
from service_desk.channels.queries import chats
from service_desk.policy.routing import Agent
from service_desk.queries import agents as people


def offer(chat: Chat, agents: Sequence[Agent], *, limits: ChatParameters) -> None:
    """SVC-01 · A6.2.1 — say whose turn it is. Written only when it changes, and only while the chat still waits."""
    now = clock.now()
    line = policy.Waiting(
        pk=chat.pk,
        skill=chat.skill_id,
        language=chat.language,
        offered_to=chat.offered_to_id,
        offered_at=chat.offered_at,
        passed=frozenset(chat.passed),
    )
    if policy.is_offered(line, agents, now=now, limits=limits):
        return
    line = replace(line, kin=frozenset(people.kin_of(chat.member)))
    chosen = policy.offer(line, _with_offers(chat, agents), now=now, limits=limits)
    if chosen == chat.offered_to_id:
        return
    let_pass = {chat.offered_to_id} - {None}
    passed = sorted({*chat.passed, *let_pass} - {chosen})
    same = Chat.objects.filter(pk=chat.pk, state=Chat.State.WAITING, offered_to=chat.offered_to_id)
    if same.update(offered_to=chosen, offered_at=now if chosen else None, passed=passed):
        chat.offered_to_id, chat.offered_at, chat.passed = chosen, now if chosen else None, passed


def _with_offers(chat: Chat, agents: Sequence[Agent]) -> list[Agent]:
    """What is offered to somebody already takes his room, as far as it comes before this chat in the line."""
    ahead: dict[int, int] = {}
    for pk, offered_to in chats.waiting().values_list("pk", "offered_to")[: chats.MOST_WAITING]:
        if pk == chat.pk:
            break
        if offered_to is not None:
            ahead[offered_to] = ahead.get(offered_to, 0) + 1
    return [replace(one, load=one.load + ahead.get(one.pk, 0)) for one in agents]
