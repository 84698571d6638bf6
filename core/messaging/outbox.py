"""Writing messages: rows of the outbox in the caller's transaction, once per dedup key (MEM-08 · invariants 38, 40)."""

import datetime as dt
import functools
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import QuerySet

from core import clock
from core.messaging import events, inbox, quiet
from core.messaging.events import Purpose
from core.models import Channel, Message, User

KEY_LENGTH = 160


class OutsideTransaction(Exception):
    """A message must stand or fall with the change it tells of."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What to tell, before it is split into one row per channel. The fields are those of `send`."""

    event: str
    key: str
    context: Mapping[str, Any]
    to: User | None = None
    member_id: int | None = None
    address: str = ""
    language: str = ""
    purpose: str | None = None
    channels: tuple[str, ...] | None = None
    link: str = ""
    about: str = ""
    due_at: dt.datetime | None = None


def send(
    event: str,
    *,
    key: str,
    context: Mapping[str, Any],
    to: User | None = None,
    member_id: int | None = None,
    address: str = "",
    language: str = "",
    purpose: str | None = None,
    channels: tuple[str, ...] | None = None,
    link: str = "",
    about: str = "",
    due_at: dt.datetime | None = None,
) -> QuerySet[Message]:
    """Tell somebody about an event, in one statement: one row per channel; a repeat of event and key writes nothing.

    `key` names the occasion and, where an event goes to several people, the person (`f"{card.pk}:{user.pk}"`).
    `context` is plain JSON and holds every variable of the event's sample. Purpose and channels are the event's unless
    narrowed. `address` fixes the address (the old phone after a change); otherwise it is looked up at sending, when
    consent is checked too. `link` is a path of this site. An event that composes itself when it is sent takes no
    context, but `about`. Raises OutsideTransaction when called outside one.
    """
    rows = _rows_of(
        Draft(
            event=event,
            key=key,
            context=context,
            to=to,
            member_id=member_id,
            address=address,
            language=language,
            purpose=purpose,
            channels=channels,
            link=link,
            about=about,
            due_at=due_at,
        ),
        hours=quiet.in_force,
    )
    _write(rows)
    return Message.objects.filter(dedup_key__in=[row.dedup_key for row in rows]).order_by("pk")


def send_many(drafts: Iterable[Draft]) -> int:
    """The same for a sweep's batch, in two statements whatever its size; returns how many rows were new."""
    hours = functools.cache(quiet.in_force)
    rows = {row.dedup_key: row for draft in drafts for row in _rows_of(draft, hours=hours)}
    known = set(Message.objects.filter(dedup_key__in=rows).values_list("dedup_key", flat=True))
    fresh = [row for key, row in rows.items() if key not in known]
    _write(fresh)
    return len(fresh)


def _write(rows: list[Message]) -> None:
    if not connection.in_atomic_block:
        raise OutsideTransaction
    inbox.deliver_at_once([row for row in rows if row.channel == Channel.INBOX])
    Message.objects.bulk_create(rows, ignore_conflicts=True)


def _rows_of(draft: Draft, *, hours: Callable[[], quiet.Hours]) -> list[Message]:
    event = events.get(draft.event)
    if event.compose is None and (missing := event.sample.keys() - draft.context.keys()):
        raise ValueError(f"{event.code} needs {', '.join(sorted(missing))}")
    purpose = Purpose(draft.purpose or event.purpose)
    due_at = draft.due_at or clock.now()
    language = draft.language or (draft.to.language if draft.to else "")
    context = json.dumps(dict(draft.context), cls=DjangoJSONEncoder, ensure_ascii=False)
    rows = []
    for channel in _channels(event, draft):
        disturbs = quiet.may_disturb(event, purpose=purpose, channel=channel)
        if len(dedup_key := f"{event.code}:{draft.key}:{channel}") > KEY_LENGTH:
            raise ValueError(f"key too long: {dedup_key}")
        rows.append(
            Message(
                dedup_key=dedup_key,
                event=event.code,
                channel=channel,
                purpose=purpose,
                lane=event.lane_for(purpose),
                secret=event.secret,
                language=language if language in dict(settings.LANGUAGES) else "",
                recipient=draft.to,
                member_id=draft.member_id,
                address="" if channel == Channel.INBOX else draft.address,
                context=context,
                link=draft.link,
                about=draft.about,
                due_at=hours().next_allowed(due_at, event=event, purpose=purpose, channel=channel)
                if disturbs
                else due_at,
            )
        )
    return rows


def _channels(event: events.Event, draft: Draft) -> list[Channel]:
    chosen = [Channel(channel) for channel in draft.channels or event.channels]
    if foreign := set(chosen) - set(event.channels):
        raise ValueError(f"{event.code} is not told by {', '.join(sorted(foreign))}")
    has_portal = draft.to is not None or draft.member_id is not None
    return [channel for channel in chosen if channel != Channel.INBOX or has_portal]
