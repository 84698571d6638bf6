"""A request that is repeated is carried out once (invariant 6): its key is bound to caller, route and body."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction

from core import crypto
from core.models import IdempotencyKey
from core.refusals import Refusal

KEY_LENGTH = 80


@dataclass
class Once:
    """The place of a request: `result` is the answer that it got the first time, None when this is the first time."""

    row: IdempotencyKey
    result: dict[str, Any] | None

    def remember(self, result: Mapping[str, Any]) -> None:
        """Keep the answer for whoever repeats the request."""
        self.row.result = json.loads(json.dumps(dict(result), cls=DjangoJSONEncoder))
        self.row.save(update_fields=["result"])


def once(*, caller: str, route: str, key: str, body: Mapping[str, Any] | bytes) -> Once:
    """Claim the key in the caller's transaction; a rollback gives it free again.

    A concurrent repeat waits here until the first has committed, and then gets its answer. The same key with another
    body is refused (`key_reused`).
    """
    if not connection.in_atomic_block:
        raise RuntimeError("idempotency.once outside the transaction of what it protects")
    if not 1 <= len(key) <= KEY_LENGTH or "\x00" in key:
        raise Refusal("key_malformed", status=400)
    place = {"caller": caller, "route": route, "key": key}
    digest = _digest(body)
    row = IdempotencyKey.objects.filter(**place).first()
    if row is None:
        try:
            with transaction.atomic():
                return Once(IdempotencyKey.objects.create(**place, body_hash=digest), None)
        except IntegrityError:
            row = IdempotencyKey.objects.get(**place)
    if not crypto.same(row.body_hash, digest):
        raise Refusal("key_reused")
    return Once(row, row.result)


def _digest(body: Mapping[str, Any] | bytes) -> str:
    """Keyed, because a body may be as guessable as a phone number."""
    if isinstance(body, bytes):
        text = body.hex()
    else:
        text = json.dumps(dict(body), cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return crypto.keyed_digest(text, key=settings.INDEX_KEY, purpose="idempotency")
