"""Signed callbacks by the Standard Webhooks scheme: HMAC-SHA256 over `id.timestamp.body`, base64, versioned `v1,…`.

A request older or newer than the tolerance is refused, so that a recorded one cannot be played back later.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

TOLERANCE_SECONDS = 300
PREFIX = "whsec_"


class BadSecret(ValueError):
    """The configured secret is empty or not base64."""


class BadSignature(ValueError):
    """The message is not from whom it says, was changed, or is too old; `args[0]` says which, for the log."""


def sign(body: bytes, *, secret: str, message_id: str, timestamp: int) -> str:
    return "v1," + base64.b64encode(_digest(body, _key(secret), message_id, str(timestamp))).decode()


def headers(body: bytes, *, secret: str, message_id: str, timestamp: int) -> dict[str, str]:
    """The three headers a sender adds."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(body, secret=secret, message_id=message_id, timestamp=timestamp),
    }


def verify(body: bytes, given: Mapping[str, str], *, secret: str, now: float) -> str:
    """The id of a message that was truly signed just now. `given` are the request's headers. Raises BadSignature."""
    key = _key(secret)
    found = {name.lower(): value for name, value in given.items()}
    message_id, stamp = found.get("webhook-id", ""), found.get("webhook-timestamp", "")
    if not message_id or not stamp or not found.get("webhook-signature"):
        raise BadSignature("header missing")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise BadSignature("timestamp unreadable")
    if abs(now - int(stamp)) > TOLERANCE_SECONDS:
        raise BadSignature("timestamp out of tolerance")
    right = _digest(body, key, message_id, stamp)
    for candidate in found["webhook-signature"].split():
        version, _, encoded = candidate.partition(",")
        if version == "v1" and hmac.compare_digest(right, _decoded(encoded)):
            return message_id
    raise BadSignature("signature does not fit")


def _digest(body: bytes, key: bytes, message_id: str, stamp: str) -> bytes:
    return hmac.new(key, message_id.encode() + b"." + stamp.encode() + b"." + body, hashlib.sha256).digest()


def _key(secret: str) -> bytes:
    plain = secret.removeprefix(PREFIX)
    try:
        key = base64.b64decode(plain, validate=True)
    except (ValueError, binascii.Error) as error:
        raise BadSecret("not base64") from error
    if not key:
        raise BadSecret("empty")
    return key


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return b""
