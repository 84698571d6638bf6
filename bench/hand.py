"""What hand-written SQL needs beside SQL: the same keys, links of the audit chains, sealed texts. No Django models."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_ID, _, _SECRET = settings.DATA_KEYS[0].partition(":")
_BOX = AESGCM(bytes.fromhex(_SECRET))
INDEX, AUDIT = settings.INDEX_KEY.encode(), settings.AUDIT_KEY.encode()

LOCK = "SELECT number, length, head FROM core_auditchain ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED"
MOVE = "UPDATE core_auditchain SET length = %(length)s, head = %(head)s, seal = %(seal)s WHERE number = %(chain)s"
RECORD = """INSERT INTO core_auditrecord (chain_id, sequence, at, actor_id, actor_label, action, subject, member_id, store_id,
    address, reason, details, previous, digest) VALUES """
COLUMNS = """(dedup_key, event, channel, purpose, lane, language, member_id, address, context, subject, body, link, about,
    secret, state, suppressed_because, attempts, due_at, created_at, sent_at, claim, provider, provider_reference, error)"""


def digest(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()


def index(purpose: str, value: str) -> str:
    return digest(INDEX, f"{purpose}\x1f{value}")[:40]


def seal(place: str, text: str) -> str:
    nonce = os.urandom(12)
    box = nonce + _BOX.encrypt(nonce, text.encode(), place.encode())
    return f"1:{KEY_ID}:{base64.b64encode(box).decode()}"


@dataclass
class Chain:
    """The chain that this transaction holds; records are gathered and written with `values`."""

    number: int
    length: int
    head: str

    def __post_init__(self) -> None:
        self.rows: list[tuple[Any, ...]] = []

    def add(self, action: str, subject: str, *, clerk: int, who: str, member: int | None, store: int | None,
            details: dict[str, Any]) -> None:  # fmt: skip
        at = dt.datetime.now(dt.UTC)
        self.length += 1
        content = [self.number, self.length, at.isoformat(timespec="microseconds"), clerk, who, action, subject, member,
                   store, "", "", details, self.head]  # fmt: skip
        plain = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        link = digest(AUDIT, f"audit\x1f{plain}")
        self.rows.append((self.number, self.length, at, clerk, who, action, subject, member, store, "", "",
                          json.dumps(details), self.head, link))  # fmt: skip
        self.head = link

    @property
    def end(self) -> dict[str, Any]:
        seal = digest(AUDIT, f"audit-head\x1f{self.number}|{self.length}|{self.head}")
        return {"length": self.length, "head": self.head, "seal": seal, "chain": self.number}

    def write(self, cursor: Any, *, besides: str = "", facts: dict[str, Any] | None = None) -> None:
        """One statement: the records, the head of the chain, and `besides`, further parts of the WITH."""
        rows = ", ".join([f"({', '.join(['%s'] * 14)})"] * len(self.rows))
        records = cursor.mogrify(rows, [value for row in self.rows for value in row]).decode().replace("%", "%%")
        moved = f"WITH moved AS ({MOVE}){besides} {RECORD}{records}"
        cursor.execute(moved, self.end | (facts or {}))
