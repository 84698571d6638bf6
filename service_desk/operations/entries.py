"""Writing an entry of a thread (SVC-01 · A6.2.1)."""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable

from core import clock
from core.models import User
from members.models import Member
from service_desk.models import Case, CaseEntry
from service_desk.models.thread import digest_of
from service_desk.operations import attachments as files

LONGEST_KEY = 200
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,198}>")
"""Printable ASCII without angle brackets inside."""


def write_down(
    case: Case,
    direction: str,
    *,
    body: str,
    channel: str,
    at: dt.datetime | None = None,
    author: User | None = None,
    member: Member | None = None,
    key: str = "",
    source: str = "",
    sender: str = "",
    message_id: str = "",
    in_reply_to: str = "",
    merged_from: Case | None = None,
    uploads: Iterable[files.Upload | files.Checked] = (),
) -> CaseEntry:
    """One entry of the thread with its files. The caller holds the case and saves it."""
    entry = CaseEntry.objects.create(
        case=case,
        merged_from=merged_from,
        direction=direction,
        channel=channel,
        body=body,
        digest=digest_of(body),
        author=author,
        member=member,
        sender=sender[:200],
        source=(source or channel) if key else "",
        external_id=short(key),
        message_id=plain_id(message_id),
        in_reply_to=plain_id(in_reply_to),
        at=at or clock.now(),
    )
    files.keep(entry, uploads)
    case.last_entry_at = max(case.last_entry_at, entry.at)
    return entry


def plain_id(text: str) -> str:
    """A Message-ID as mails carry it: `<what@where>`. Anything else is none, so that nothing of it gets into a header."""
    found = _MESSAGE_ID.fullmatch(text.strip())
    return found[0] if found else ""


def short(key: str, *, longest: int = LONGEST_KEY) -> str:
    """A key as its column holds it: itself, or its digest where it is longer."""
    return key if len(key) <= longest else hashlib.sha256(key.encode()).hexdigest()
