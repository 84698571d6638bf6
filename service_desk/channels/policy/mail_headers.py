"""SVC-01 · A6.2.1 — the headers of a mail or of a part of it: read once, each asked with care.

The standard library takes the lines apart. Of its grammar of values nothing is used: on what real mails hold it fails in
many ways, and on what attackers send it takes a quadratic time.
"""

import datetime as dt
import re
from collections.abc import Callable
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import EmailPolicy
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any, TypeVar

from service_desk.channels.policy import charsets

T = TypeVar("T")
LONGEST_BLOCK, LONGEST_HEADER = 64 * 1024, 4_000
LONGEST_NAME, MOST_ADDRESSES, MOST_IDS = 200, 50, 50
MIME_ID = re.compile(r"<[^<>\s]{3,190}>")
_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]]{1,64}@[^\s<>@,;:\"()\[\]]{1,190}")
_FRAMED = re.compile(r"<\s*([^<>\s]{3,255})\s*>")


class _Careful(EmailPolicy):
    """The standard library's policy, its values as bounded plain text."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, _, value = sourcelines[0].partition(":")
        return name, (value.lstrip(" \t") + "".join(sourcelines[1:]))[:LONGEST_HEADER]

    def header_fetch_parse(self, name: str, value: str) -> Any:
        return charsets.header_of(value)


def halves(raw: bytes) -> tuple[EmailMessage, bytes]:
    """SVC-01 · A6.2.1 — the headers, and the bytes behind the first empty line."""
    found = re.search(rb"\A\r?\n|\r?\n\r?\n", raw[: LONGEST_BLOCK + 4])
    block, body = (raw[: found.start()], raw[found.end() :]) if found else (raw[:LONGEST_BLOCK], b"")
    reader = BytesParser(policy=_Careful())
    head = asked(lambda: reader.parsebytes(block + b"\n\n", headersonly=True), None)
    return (head if isinstance(head, EmailMessage) else EmailMessage(policy=_Careful())), body


def told(head: EmailMessage, name: str) -> str:
    """SVC-01 · A6.2.1 — the first header of a name in plain words, on one line; empty without one."""
    return asked(lambda: str(head.get(name, "")), "")


def people(head: EmailMessage, name: str) -> list[tuple[str, str]]:
    """SVC-01 · A6.2.1 — names and addresses in a header; where its grammar is broken, what looks like an address."""
    source = _source(head, name)
    if not source:
        return []
    nobody: list[tuple[str, str]] = []
    pairs = asked(lambda: getaddresses([source]), nobody)[:MOST_ADDRESSES]
    found = [(charsets.header_of(who)[:LONGEST_NAME], charsets.header_of(address)) for who, address in pairs]
    usable = [(who, address) for who, address in found if _ADDRESS.fullmatch(address)]
    return usable or [("", one) for one in _ADDRESS.findall(charsets.header_of(source))[:MOST_ADDRESSES]]


def author(head: EmailMessage) -> tuple[str, str]:
    """SVC-01 · A6.2.1 — name and address of who wrote. What stands in angle brackets counts: an address before them is part of
    the name, put there by whoever wants to pass for another."""
    for name in ("from", "sender"):
        found = people(head, name)
        framed = _FRAMED.findall(re.sub(r'"(?:[^"\\]|\\.)*"', "", _source(head, name)))
        if framed and _ADDRESS.fullmatch(framed[0]):
            return next((who for who, address in found if address == framed[0]), ""), framed[0]
        if found:
            return found[0]
    return "", ""


def ids(head: EmailMessage, name: str) -> list[str]:
    """SVC-01 · A6.2.1 — the Message-IDs in a header, the last ones of many."""
    return MIME_ID.findall(_source(head, name).encode("ascii", "replace").decode())[-MOST_IDS:]


def date(head: EmailMessage) -> dt.datetime | None:
    """SVC-01 · A6.2.1 — when the sender says that he wrote; None where it cannot be read."""
    found = asked(lambda: parsedate_to_datetime(told(head, "date")[:100]), None)
    if found is None:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=dt.UTC)
    return asked(lambda: aware.astimezone(dt.UTC), None)


def asked(question: Callable[[], T], otherwise: T) -> T:
    """What the standard library answers, or what holds where it fails."""
    try:
        return question()
    except Exception:
        return otherwise


def _source(head: EmailMessage, name: str) -> str:
    """A header before its words are read: what separates addresses may stand within words."""
    return next((str(value) for key, value in head.raw_items() if key.lower() == name), "")
