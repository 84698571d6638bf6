"""What is said in a case, over whatever channel (SVC-01 · A6.2.1): the member writes, a colleague answers or notes."""

import datetime as dt
import secrets
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from core import clock, parameters
from core.models import User
from core.refusals import Refusal
from service_desk.models import Case, CaseEntry, CaseLink
from service_desk.models.thread import digest_of
from service_desk.operations import attachments as files
from service_desk.operations import cases, entries, history, holding, letters, routing, searching
from service_desk.policy.codes import Channel, Happening
from service_desk.policy.parameters import ServiceDeskParameters
from service_desk.policy.states import State

Direction = CaseEntry.Direction
SENT = frozenset({Channel.WEB, Channel.EMAIL})
"""Answers that go out by inbox and e-mail; the others were said, or are carried by their own channel."""
DESK = "desk"
FORMS = frozenset({DESK, Channel.WEB})
"""Sources that are our own pages."""


@transaction.atomic
def member_wrote(
    case: Case,
    *,
    body: str,
    channel: str,
    key: str = "",
    at: dt.datetime | None = None,
    attachments: Iterable[files.Upload | files.Checked] = (),
    sender: str = "",
    message_id: str = "",
    in_reply_to: str = "",
) -> CaseEntry:
    """SVC-01 · A6.2.1 — another word of the member's. That it is hers is the caller's to know; `at` is when it was said.

    A case that waits or was resolved is opened again; one that has been closed for long gets a new one that follows it
    (the entry's case tells). A merged case passes the word on. The same channel and `key` give the same entry again.
    """
    said, kept = holding.clean(body), files.check_all(attachments)
    row = holding.locked_root(case)
    if known := _known(channel, key, said):
        return known
    if _is_over(row):
        return _follow_up(row, said, channel=Channel(channel), key=key, at=at, attachments=kept, message_id=message_id)
    said_at = min(at or clock.now(), clock.now())
    moment = max(said_at, row.opened_at)  # of what arrived late the clocks run from the opening on
    entry = entries.write_down(
        row, Direction.INCOMING, body=said, channel=channel, at=said_at, member=row.member, key=key, uploads=kept,
        sender=sender, message_id=message_id, in_reply_to=in_reply_to, merged_from=case if case.pk != row.pk else None,
    )  # fmt: skip
    under: dict[str, Any] = {"under": case.pk} if case.pk != row.pk else {}
    history.note(row, Happening.MEMBER_WROTE, at=moment, channel=channel, **under)
    if row.state in (State.WAITING, State.RESOLVED, State.CLOSED):
        history.move(row, State.OPEN)
    if row.owner is None or not row.owner.is_active:
        routing.route(row)
    letters.wrote(row, entry)
    _finish(row, "service_desk.case.member_wrote", by=None, words=said, entry=entry.pk)
    return entry


@transaction.atomic
def reply(
    case: Case,
    *,
    body: str,
    by: User,
    attachments: Iterable[files.Upload | files.Checked] = (),
    resolves: bool = False,
    waits: bool = False,
    key: str = "",
    channel: str = "",
    version: int | None = None,
) -> CaseEntry:
    """SVC-01 · A6.2.1 — answer the member: by inbox and e-mail, or (`channel`) as it was said by telephone, chat or counter.

    `resolves` makes the answer the solution; `waits` says that it is her turn. A case of nobody becomes the answerer's.
    The same `key` gives the same entry again. Refuses an empty answer, a closed case, a member nobody can reach.
    """
    said, kept = _words(body), files.check_all(attachments)
    row = holding.held(case, by=by)
    if known := _known(DESK, key, said):
        return known
    holding.refuse_stale(row, version)
    way = Channel(channel) if channel else (Channel.EMAIL if row.channel == Channel.EMAIL else Channel.WEB)
    if row.state == State.CLOSED:
        raise Refusal("case_closed")
    if way in SENT and not letters.can_be_told(row):
        raise Refusal("case_cannot_be_answered")
    token = secrets.token_hex(16)
    entry = entries.write_down(
        row, Direction.OUTGOING, body=said, channel=way, author=by, key=key, source=DESK, uploads=kept,
        message_id=letters.message_id(token) if way in SENT and "email" in letters.ways_to(row) else "",
    )  # fmt: skip
    if row.owner_id is None:
        routing.give(row, by, by=by, how="answered")
    history.note(row, Happening.REPLIED, by=by, channel=way)
    if resolves:
        holding.refuse_open_tasks(row)
        if row.state != State.RESOLVED:
            history.move(row, State.RESOLVED, by=by)
        row.resolution = said
    elif waits and row.state not in (State.WAITING, State.RESOLVED):
        history.move(row, State.WAITING, by=by)
    elif row.state == State.NEW:
        history.move(row, State.OPEN, by=by)
    if way in SENT:
        letters.replied(row, entry, key=token, resolved=resolves)
    _finish(row, "service_desk.case.reply", by=by, words=said, entry=entry.pk, channel=way, resolves=resolves)
    return entry


@transaction.atomic
def note(
    case: Case,
    *,
    body: str,
    by: User,
    attachments: Iterable[files.Upload | files.Checked] = (),
    key: str = "",
    version: int | None = None,
) -> CaseEntry:
    """SVC-02 · A6.2.2 — a note that only colleagues read; owner and followers are told. The same `key` gives the same note."""
    said, kept = _words(body), files.check_all(attachments)
    row = holding.held(case, by=by)
    if known := _known(DESK, key, said):
        return known
    holding.refuse_stale(row, version)
    entry = entries.write_down(
        row, Direction.NOTE, body=said, channel=row.channel, author=by, key=key, source=DESK, uploads=kept
    )
    letters.noted(row, entry)
    _finish(row, "service_desk.case.note", by=by, words=said, entry=entry.pk)
    return entry


def _words(body: str) -> str:
    said = holding.clean(body)
    if not said:
        raise Refusal("text_missing", status=422)
    return said


def _known(source: str, key: str, said: str) -> CaseEntry | None:
    """The entry that this very word became already. A form whose key was used for other words is refused (`key_reused`);
    what another system sends again is the same whatever became of its spaces."""
    if not key:
        return None
    found = CaseEntry.objects.select_related("case").filter(source=source, external_id=entries.short(key)).first()
    if found is not None and source in FORMS and found.digest != digest_of(said):
        raise Refusal("key_reused")
    return found


def _is_over(case: Case) -> bool:
    """Closed for so long that another word is another matter."""
    if case.state != State.CLOSED or case.closed_at is None:
        return False
    days = parameters.in_force(ServiceDeskParameters).reopen_days
    return case.closed_at < clock.now() - dt.timedelta(days=days)


def _follow_up(
    old: Case, said: str, *, channel: Channel, key: str, at: dt.datetime | None,
    attachments: Iterable[files.Upload | files.Checked], message_id: str,
) -> CaseEntry:  # fmt: skip
    fresh = cases.open_case(
        kind=old.kind, channel=channel, subject=old.subject, body=said, member=old.member,
        contact=cases.Contact(old.contact_name, old.contact_phone, old.contact_email),
        category=old.category.code if old.category and old.category.is_active else "", card=old.card, order=old.order,
        product=old.product, store=old.store, language=old.language, key=key, at=at, attachments=attachments,
        message_id=message_id,
    )  # fmt: skip
    CaseLink.objects.get_or_create(case=fresh, other=old, kind=CaseLink.Kind.FOLLOWS, ended_at=None)
    return fresh.entries.order_by("id")[0]


def _finish(row: Case, action: str, *, by: User | None, words: str, **details: Any) -> None:
    history.reckon([row])
    holding.save(row)
    searching.add(row, words)
    holding.tell(action, row, by=by, **details)
