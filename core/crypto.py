"""Personal data at rest (SEC-03 · A7.3.3): AES-GCM sealing with rotatable keys, and keyed blind indexes for finding.

A sealed text reads `1:<key id>:<base64(nonce ‖ ciphertext ‖ tag)>`. The place it belongs to (`app.model.field`) is
authenticated with it, so a value copied into another column does not open.
"""

import base64
import binascii
import functools
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = "1"
NONCE_BYTES = 12
INDEX_HEX_DIGITS = 40
SECOND_STEPS = "mfa.authenticator.data"
"""The place of second steps' secrets, which stand inside allauth's JSON."""


class CannotOpen(Exception):
    """A sealed value was tampered with, moved to another place, or its key is gone. Never shown as data."""


@functools.cache
def _keyring(keys: tuple[str, ...]) -> dict[str, AESGCM]:
    pairs = (key.split(":", 1) for key in keys)
    return {key_id: AESGCM(bytes.fromhex(secret)) for key_id, secret in pairs}


def keyring() -> dict[str, AESGCM]:
    return _keyring(tuple(settings.DATA_KEYS))


def sealing_key_id() -> str:
    """The key that seals today; the others only open."""
    return next(iter(keyring()))


def key_id_of(sealed: str) -> str:
    return sealed.split(":", 2)[1]


def seal(plain: str, *, place: str) -> str:
    """Encrypt a text for the place it will be stored in."""
    key_id = sealing_key_id()
    nonce = os.urandom(NONCE_BYTES)
    box = nonce + keyring()[key_id].encrypt(nonce, plain.encode(), place.encode())
    return f"{VERSION}:{key_id}:{base64.b64encode(box).decode()}"


def unseal(sealed: str, *, place: str) -> str:
    """Decrypt a text; refuses (CannotOpen) anything that was not sealed for this very place."""
    try:
        version, key_id, encoded = sealed.split(":", 2)
        box = base64.b64decode(encoded, validate=True)
        if version != VERSION:
            raise CannotOpen(place)
        return keyring()[key_id].decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], place.encode()).decode()
    except (ValueError, KeyError, InvalidTag, binascii.Error) as error:
        raise CannotOpen(place) from error


def blind_index(value: str, *, purpose: str) -> str:
    """A keyed digest of a normalised value: equal values meet, nobody without the key can guess them."""
    digest = hmac.new(settings.INDEX_KEY.encode(), f"{purpose}\x1f{value}".encode(), hashlib.sha256)
    return digest.hexdigest()[:INDEX_HEX_DIGITS]


def keyed_digest(value: str, *, key: str, purpose: str) -> str:
    """HMAC-SHA256 in hex: for activation codes, audit links and anything else that is compared, not read."""
    return hmac.digest(key.encode(), f"{purpose}\x1f{value}".encode(), "sha256").hex()


def same(left: str, right: str) -> bool:
    """Compare two digests in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
