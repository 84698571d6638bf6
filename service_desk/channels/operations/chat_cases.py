"""A chat becomes a case (SVC-01 · A6.2.1): every line in its thread, every answer in its history, its files beside them."""

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext

from service_desk.channels.models import Chat, ChatLine
from service_desk.models import Case, CaseEntry
from service_desk.operations import attachments, cases, entries, history, holding, searching
from service_desk.policy.codes import Channel, Happening

Direction = CaseEntry.Direction


def of_chat(chat: Chat) -> Case:
    """SVC-01 · A6.2.1 — the case of a chat that is over. Its clocks follow from when each line was said; whose chat it was
    keeps it, one that nobody took is distributed. A visitor reads the number on the page: no machine writes to an address
    that he only named. The chat is held by the caller."""
    lines = list(chat.lines.select_related("author").prefetch_related("files").order_by("position"))
    first, rest = lines[0], lines[1:]
    said = "\n".join(line.body for line in lines if line.author_id is None)
    found = cases.suggest("", said)
    case = cases.open_case(
        kind=found.kind, channel=Channel.CHAT, subject=_subject(chat, lines), body=first.body, member=chat.member,
        contact=None if chat.member else cases.Contact(chat.name, chat.phone, chat.email),
        category=found.category, language=chat.language, at=chat.opened_at, key=f"chat:{chat.pk}", owner=chat.agent,
        acknowledge=chat.member is not None and chat.agent is None,
    )  # fmt: skip
    attachments.copy(first.files.all(), to=case.entries.order_by("id")[0])
    for line in rest:
        _append(case, line)
    history.reckon([case])
    searching.add(case, "\n".join(line.body for line in rest))
    holding.save(case)
    return case


def _append(case: Case, line: ChatLine) -> None:
    is_ours = line.author_id is not None
    entry = entries.write_down(
        case, Direction.OUTGOING if is_ours else Direction.INCOMING, body=line.body, channel=Channel.CHAT, at=line.at,
        author=line.author, member=None if is_ours else case.member,
    )  # fmt: skip
    attachments.copy(line.files.all(), to=entry)
    kind = Happening.REPLIED if is_ours else Happening.MEMBER_WROTE
    history.note(case, kind, by=line.author, at=line.at, channel=Channel.CHAT)


def _subject(chat: Chat, lines: Sequence[ChatLine]) -> str:
    """The first words of the visitor; where he only sent a file, that it was a chat."""
    told = next((line.body for line in lines if line.author_id is None and line.body), "")
    if told:
        return " ".join(told.split())[:80]
    with translation.override(chat.language or None):
        return gettext("Live chat")
