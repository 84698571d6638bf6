"""CARD-25 · A4 — the rotating code on the digital card: signed, single-purpose, good for at most 60 seconds.

58 characters of the QR alphanumeric set: `T1`, then base 32 of purpose (1 byte), issue time (4 bytes, epoch seconds),
nonce (4), the card's public id (16) and the first 80 bits of HMAC-SHA-256 over all before it. A photograph
dies with the minute; that a code is used once is for the caller to hold, by (card, nonce, issued_at).
"""

import base64
import binascii
import hashlib
import hmac
import struct
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from uuid import UUID

from cards.policy.parameters import CodeParameters
from core.rules import RuleBroken

VERSION = "T1"
NONCE_BYTES = 4
_MAC_BYTES = 10
_FIELDS = struct.Struct(">BI4s16s")
_LENGTH = len(VERSION) + (_FIELDS.size + _MAC_BYTES) * 8 // 5


class CodeRefused(RuleBroken):
    """`code_unreadable`, `code_forged`, `code_wrong_purpose`, `code_from_the_future`, `code_expired`."""


class Purpose(IntEnum):
    """What a code was shown for; a code for one purpose is worth nothing for another."""

    PRESENT_CARD = 1
    REDEEM = 2
    TRANSFER = 3


@dataclass(frozen=True)
class Seen:
    """What a good code says; `nonce` in hex, to be recorded so that the code is used once."""

    card: UUID
    purpose: Purpose
    issued_at: datetime
    nonce: str


def build(key: bytes, *, card: UUID, purpose: Purpose, issued_at: datetime, nonce: bytes) -> str:
    """CARD-25 · A4 — the code for `card` at that moment; `nonce` is 4 random bytes from the caller."""
    if issued_at.utcoffset() is None or len(nonce) != NONCE_BYTES:
        raise ValueError("a code needs an aware moment and four random bytes")
    body = _FIELDS.pack(purpose, int(issued_at.timestamp()), nonce, card.bytes)
    return VERSION + base64.b32encode(body + _mac(key, body)).decode()


def verify(
    token: str, *, keys: Sequence[bytes], purpose: Purpose, now: datetime, parameters: CodeParameters
) -> Seen:  # fmt: skip
    """CARD-25 · A4 — what the code says, or why it is refused; `keys` are the current one and those being retired.

    The signature is checked first, so that a forger learns nothing of the rest.
    """
    raw = _decode(token)
    body, mac = raw[: _FIELDS.size], raw[_FIELDS.size :]
    if not any(hmac.compare_digest(mac, _mac(key, body)) for key in keys):
        raise CodeRefused("code_forged")
    shown_for, issued, nonce, card = _FIELDS.unpack(body)
    if shown_for != purpose:
        raise CodeRefused("code_wrong_purpose")
    age = now.timestamp() - issued
    if age < -parameters.clock_tolerance_seconds:
        raise CodeRefused("code_from_the_future")
    if age >= parameters.life_seconds:
        raise CodeRefused("code_expired", seconds=int(age))
    return Seen(UUID(bytes=card), purpose, datetime.fromtimestamp(issued, UTC), nonce.hex())


def looks_like_code(text: str) -> bool:
    """Whether the counter's one box was given a rotating code; says nothing of its worth."""
    plain = _plain(text)
    return len(plain) == _LENGTH and plain.startswith(VERSION)


def _decode(token: str) -> bytes:
    if not looks_like_code(token):
        raise CodeRefused("code_unreadable")
    try:
        return base64.b32decode(_plain(token).removeprefix(VERSION))
    except (binascii.Error, ValueError) as error:
        raise CodeRefused("code_unreadable") from error


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, VERSION.encode() + body, hashlib.sha256)[:_MAC_BYTES]


def _plain(text: str) -> str:
    """Scanners type in lower case or full width, and end with a newline."""
    return unicodedata.normalize("NFKC", text[:200]).strip().upper()
