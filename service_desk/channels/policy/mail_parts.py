"""SVC-01 · A6.2.1 — the parts of a mail (MIME), cut at their boundaries: so deep and so many, never more.

The standard library's own reader needs a time that grows with depth times length; here each level is one pass.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import TypeAlias

from service_desk.channels.policy import charsets
from service_desk.channels.policy.mail_headers import LONGEST_NAME, asked, halves, ids, told

DEEPEST, MOST_PARTS, LONGEST_BOUNDARY = 8, 100, 250
WITHIN = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"})
"""Parts that are mails themselves, or their headers."""


@dataclass(frozen=True)
class Leaf:
    """A part that holds no others; `content` are its bytes as they were before they were sent."""

    content_type: str
    name: str
    charset: str
    content: bytes
    is_file: bool
    is_flowed: bool = False


@dataclass(frozen=True)
class Branch:
    """A part that holds others; `head` is told of a mail within the mail."""

    content_type: str
    parts: "tuple[Part, ...]"
    head: Mapping[str, str] = field(default_factory=dict)


Part: TypeAlias = Leaf | Branch


def parts_of(head: EmailMessage, body: bytes) -> tuple[Part, ...]:
    """SVC-01 · A6.2.1 — what a mail is made of. What lies deeper than `DEEPEST` is one closed file."""
    return _parts(head, body, depth=0, left=[MOST_PARTS])


def leaves(tree: tuple[Part, ...]) -> Iterator[Leaf]:
    """Every part that holds no others, in order."""
    for one in tree:
        if isinstance(one, Branch):
            yield from leaves(one.parts)
        else:
            yield one


def branches(tree: tuple[Part, ...]) -> Iterator[Branch]:
    """Every part that holds others, the outer ones first."""
    for one in tree:
        if isinstance(one, Branch):
            yield one
            yield from branches(one.parts)


def _parts(head: EmailMessage, body: bytes, *, depth: int, left: list[int]) -> tuple[Part, ...]:
    content_type = asked(head.get_content_type, "text/plain")
    left[0] -= 1
    if depth >= DEEPEST:
        return (_leaf(head, body, "application/octet-stream"),)
    if content_type.startswith("multipart/"):
        if pieces := _cut(body, asked(lambda: str(head.get_boundary("") or ""), "")):
            inner = (_parts(*halves(piece), depth=depth + 1, left=left) for piece in pieces if left[0] > 0)
            return (Branch(content_type, tuple(part for found in inner for part in found)),)
        content_type = "text/plain"
    if content_type in WITHIN:
        within, content = halves(_undone(head, body))
        known = {name: told(within, name) for name in ("from", "subject", "date", "reply-to")}
        known["message-id"] = next(iter(ids(within, "message-id")), "")
        return (Branch(content_type, _parts(within, content, depth=depth + 1, left=left), known),)
    return (_leaf(head, body, content_type),)


def _leaf(head: EmailMessage, body: bytes, content_type: str) -> Leaf:
    name = charsets.header_of(asked(lambda: str(head.get_filename("") or ""), ""))[:LONGEST_NAME]
    disposition = asked(lambda: str(head.get_content_disposition() or ""), "")
    return Leaf(
        content_type=content_type,
        name=name,
        charset=asked(lambda: str(head.get_content_charset("") or ""), ""),
        content=_undone(head, body),
        is_file=disposition == "attachment" or (bool(name) and not content_type.startswith("text/")),
        is_flowed=asked(lambda: str(head.get_param("format", "")), "").lower() == "flowed",
    )


def _cut(body: bytes, boundary: str) -> list[bytes]:
    mark = asked(lambda: boundary.encode("utf-8", "surrogateescape"), b"")
    if not 0 < len(mark) <= LONGEST_BOUNDARY:
        return []
    line = re.compile(rb"(?:\A|\n)--" + re.escape(mark) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    pieces: list[bytes] = []
    begins: int | None = None
    for found in line.finditer(body):
        if begins is not None:
            pieces.append(_framed(body[begins : found.start()]))
        begins = None if found[1] else found.end()
        if begins is None or len(pieces) >= MOST_PARTS:
            return pieces
    if begins is not None:  # the mail was cut off on its way
        pieces.append(_framed(body[begins:]))
    return pieces


def _framed(piece: bytes) -> bytes:
    """Without the line end of the boundary above it, and the one that belongs to the boundary below."""
    begins = 2 if piece[:2] == b"\r\n" else 1 if piece[:1] == b"\n" else 0
    return piece[begins:-1] if piece.endswith(b"\r") else piece[begins:]


def _undone(head: EmailMessage, body: bytes) -> bytes:
    """The bytes before they were encoded for the way; what cannot be decoded stays as it came."""
    encoding = told(head, "content-transfer-encoding").lower()
    if encoding == "base64":
        kept = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
        kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept + b"=" * (-len(kept) % 4)
        return asked(lambda: base64.b64decode(kept), body)
    if encoding == "quoted-printable":
        return asked(lambda: binascii.a2b_qp(body), body)
    return body
