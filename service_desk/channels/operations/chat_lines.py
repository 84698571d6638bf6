"""What is said in a chat (SVC-01 · A6.2.1): kept once and in order, however shaky the connection."""

import logging
from collections.abc import Iterable

from django.core.cache import cache
from django.db import transaction

from core import access, clock
from core.models import User
from core.refusals import Refusal
from service_desk.channels.models import Chat, ChatFile, ChatLine
from service_desk.models.thread import CaseEntry
from service_desk.operations import attachments, holding, threads
from service_desk.operations.attachments import Checked, Upload
from service_desk.policy.codes import Channel
from service_desk.queries.agents import HANDLE

logger = logging.getLogger(__name__)
LONGEST, MOST_LINES = 4_000, 1_000
TYPING_SECONDS = 6
VISITOR, AGENT = "visitor", "agent"


def say(chat: Chat, *, text: str, by: User | None = None, key: str = "", uploads: Iterable[Upload] = ()) -> ChatLine:
    """SVC-01 · A6.2.1 — one more line: the visitor's, or (`by`) his agent's. The same `key` gives the same line again.

    What a visitor says after the end goes into the case that the chat has become. Refuses an empty line, one that is longer
    than anybody writes (`text_too_long`), an agent whose chat it is not (`chat_taken`) or that is over (`chat_over`).
    """
    short = key[:64]
    if known := _known(chat, short):
        return known
    said = words(text)
    checked = attachments.check_all(uploads)  # before the chat is held: drawing a picture takes its time
    if not said and not checked:
        raise Refusal("text_missing", status=422)
    line = _write(chat, said, checked, by=by, key=short)
    stop_typing(chat, who=AGENT if by else VISITOR)
    return line


@transaction.atomic
def _write(chat: Chat, said: str, files: list[Checked], *, by: User | None, key: str) -> ChatLine:
    row = held(chat)
    if known := _known(chat, key):
        return known
    if by is not None:
        _check_agent(row, by)
    if row.said >= MOST_LINES:
        raise Refusal("chat_too_long", most=MOST_LINES)
    line = ChatLine.objects.create(chat=row, position=row.said + 1, body=said, author=by, key=key, at=clock.now())
    kept = [ChatFile.objects.create(line=line, **attachments.written(one)) for one in files]
    row.said, row.last_said_at = line.position, line.at
    row.save(update_fields=["said", "last_said_at"])
    if row.case is not None:
        attachments.copy(kept, to=_into_case(row, line))
    chat.said, chat.last_said_at = row.said, row.last_said_at
    return line


def _known(chat: Chat, key: str) -> ChatLine | None:
    return ChatLine.objects.filter(chat=chat, key=key).first() if key else None


def held(chat: Chat) -> Chat:
    """The chat's row, held until the transaction ends."""
    rows = Chat.objects.select_for_update(of=("self",)).select_related("member__user", "agent", "case", "skill")
    return rows.get(pk=chat.pk)


def words(text: str) -> str:
    return holding.clean(text, longest=LONGEST)


def typing(chat: Chat, *, who: str) -> None:
    """SVC-01 · A6.2.1 — somebody writes: remembered for some seconds, and lost without harm where the cache is away."""
    try:
        cache.set(_typing(chat.pk, who), True, TYPING_SECONDS)
    except Exception:
        logger.exception("the cache did not take that somebody types")


def stop_typing(chat: Chat, *, who: str) -> None:
    try:
        cache.delete(_typing(chat.pk, who))
    except Exception:
        logger.exception("the cache did not take that nobody types")


def who_types(pks: Iterable[int], *, who: str) -> set[int]:
    """SVC-01 · A6.2.1 — in which of these chats this side is writing just now. One look into the cache."""
    names = {_typing(pk, who): pk for pk in pks}
    try:
        return {names[name] for name in cache.get_many(names)}
    except Exception:
        logger.exception("the cache does not say who types")
        return set()


def _check_agent(chat: Chat, by: User) -> None:
    access.require(by, HANDLE)
    if not chat.is_live:
        raise Refusal("chat_over")
    if chat.agent_id != by.pk:
        raise Refusal("chat_taken")


def _into_case(chat: Chat, line: ChatLine) -> CaseEntry:
    assert chat.case is not None  # noqa: S101  (asked by the caller)
    return threads.member_wrote(
        chat.case, body=line.body, channel=Channel.CHAT, key=f"chat:{chat.pk}:{line.position}", at=line.at
    )


def _typing(pk: int, who: str) -> str:
    return f"chat:typing:{pk}:{who}"
