"""Who waits in a chat, who could take it, and what the pages ask for again and again (SVC-01 · A6.2.1): few, cheap queries."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from core import access, clock, parameters, show
from core.models import User
from members.models import Member
from service_desk.channels.models import Chat, ChatFile, ChatLine, ChatSeat
from service_desk.channels.models.chat import LINE
from service_desk.channels.policy.parameters import ChatParameters
from service_desk.models import AgentProfile
from service_desk.policy.routing import Agent
from service_desk.queries import hours
from service_desk.queries.agents import HANDLE

MOST_WAITING = 50
SHOWN_AFTER_END = dt.timedelta(hours=12)


@dataclass(frozen=True)
class Opening:
    """Whether the service desk is open, its hours of today in words, and when it opens next."""

    is_open: bool
    today: tuple[str, ...]
    next_at: dt.datetime | None


def seats() -> list[Agent]:
    """SVC-01 · A6.2.1 — the colleagues on duty whose chat desk is open, with their chats: four queries at most."""
    limits = parameters.in_force(ChatParameters)
    horizon = clock.now() - dt.timedelta(seconds=limits.seat_seconds)
    looking = list(ChatSeat.objects.filter(seen_at__gte=horizon).values_list("user", flat=True))
    if not looking:
        return []
    profiles = AgentProfile.objects.filter(is_on_duty=True, user__in=looking).filter(user__in=access.holders(HANDLE))
    loads = dict(
        Chat.objects.filter(agent__in=looking, state=Chat.State.TALKING)
        .order_by()
        .values_list("agent")
        .annotate(n=Count("pk"))
    )
    return [
        Agent(
            pk=row.user_id,
            skills=frozenset(skill.pk for skill in row.skills.all()),
            languages=frozenset(row.languages),
            load=loads.get(row.user_id, 0),
            capacity=limits.chats_at_once,
        )
        for row in profiles.prefetch_related("skills").order_by("user_id")
    ]


def waiting() -> QuerySet[Chat]:
    """SVC-01 · A6.2.1 — the line, in its order."""
    return Chat.objects.filter(state=Chat.State.WAITING).order_by(*LINE)


def of_agent(user: User) -> QuerySet[Chat]:
    """SVC-01 · A6.2.1 — the chats that a colleague has."""
    return Chat.objects.filter(agent=user, state=Chat.State.TALKING).select_related("member").order_by("pk")


def of_member(member: Member) -> Chat | None:
    """SVC-01 · A6.2.1 — her chat: the one that goes on, or the last one if it has only just ended."""
    latest = Chat.objects.filter(member=member).select_related("agent", "case").order_by("-pk").first()
    return latest if latest is not None and _is_shown(latest) else None


def of_token(token: str) -> Chat | None:
    """SVC-01 · A6.2.1 — the chat of a visitor, whom his session knows by this word."""
    found = Chat.objects.filter(token=token, member__isnull=True).select_related("agent", "case").first()
    return found if found is not None and _is_shown(found) else None


def lines(chat: Chat, *, after: int = 0) -> list[ChatLine]:
    """SVC-01 · A6.2.1 — what was said behind a place, with its files: two queries, one when nothing was."""
    found = chat.lines.filter(position__gt=after).select_related("author").order_by("position")
    return list(found.prefetch_related("files"))


def lines_of(cursors: Mapping[int, int]) -> dict[int, list[ChatLine]]:
    """SVC-01 · A6.2.1 — the same of several chats at once: chat → what was said behind its place. Two queries."""
    found: dict[int, list[ChatLine]] = {pk: [] for pk in cursors}
    behind = min(cursors.values(), default=0)
    rows = ChatLine.objects.filter(chat__in=list(cursors), position__gt=behind).select_related("author")
    for row in rows.prefetch_related("files").order_by("chat_id", "position"):
        if row.position > cursors[row.chat_id]:
            found[row.chat_id].append(row)
    return found


def place_in_line(chat: Chat) -> int:
    """SVC-01 · A6.2.1 — which one it is in the line, from 1. One query by the line's index."""
    before = waiting().filter(tier_rank__gt=chat.tier_rank) | waiting().filter(
        tier_rank=chat.tier_rank, opened_at__lte=chat.opened_at
    )
    return max(before.order_by().count(), 1)


def file_of(chat: Chat, token: str) -> ChatFile | None:
    return ChatFile.objects.filter(token=token, line__chat=chat).first()


def opening() -> Opening:
    """SVC-03 · D4.3.2 — the business hours as a visitor wants to know them."""
    now, calendar = clock.now(), hours.in_force()
    is_open = calendar.worked(now, now + dt.timedelta(seconds=1)) > dt.timedelta(0)
    spans = calendar.calendar.hours_on(clock.day_of(now))
    return Opening(
        is_open=is_open,
        today=tuple(f"{_time(begins)}–{_time(ends)}" for begins, ends in spans),
        next_at=None if is_open else calendar.after(now, dt.timedelta(microseconds=1)),
    )


def is_anybody_there(agents: Iterable[Agent] | None = None) -> bool:
    """SVC-01 · A6.2.1 — whether a chat would be heard: it is open, and somebody sits at a chat desk."""
    return opening().is_open and bool(list(seats() if agents is None else agents))


def told(opening: Opening) -> str:
    """`09:00–12:00, 14:00–21:00`; empty on a day without hours."""
    return show.listed(opening.today)


def _is_shown(chat: Chat) -> bool:
    return chat.ended_at is None or (chat.forgotten_at is None and chat.ended_at > clock.now() - SHOWN_AFTER_END)


def _time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
