"""The keys of machines (SEC-05 · D10.3): made and revoked by an administrator, shown once, checked at every call."""

import datetime as dt
import secrets
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise

from core import access, audit, clock, crypto
from core.models import ApiClient, Store, User
from core.refusals import Refusal

MANAGE = "core.add_apiclient"
REVOKE = "core.change_apiclient"
PREFIX = "tsk"
USED_EVERY = dt.timedelta(minutes=1)
_scopes: dict[str, str | Promise] = {}


def offer(scopes: dict[str, str | Promise]) -> None:
    """Enter what a key may be allowed, with its words; each app enters its own."""
    _scopes.update(scopes)


def scopes() -> dict[str, str | Promise]:
    return dict(sorted(_scopes.items()))


@transaction.atomic
def make(
    name: str, allowed: Collection[str], *, by: User, store: Store | None = None, expires_at: dt.datetime | None = None
) -> tuple[ApiClient, str]:
    """A client and its key, which nobody will see again."""
    access.require(by, MANAGE)
    if not allowed or not set(allowed) <= _scopes.keys():
        raise Refusal("scope_unknown", status=400)
    if expires_at is not None and expires_at <= clock.now():
        raise Refusal("key_ends_in_the_past", status=400)
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    client = ApiClient.objects.create(
        name=name,
        key_id=key_id,
        secret_digest=_digest(secret),
        scopes=sorted(allowed),
        store=store,
        expires_at=expires_at,
        created_by=by,
    )
    audit.record(
        "core.apiclient.add",
        subject=client,
        actor=by,
        store_id=store.pk if store else None,
        details={"name": name, "key": key_id, "scopes": client.scopes, "expires_at": expires_at},
    )
    return client, f"{PREFIX}_{key_id}_{secret}"


@transaction.atomic
def revoke(client: ApiClient, *, by: User, reason: str) -> ApiClient:
    """From now on the key opens nothing. A repeat changes nothing."""
    access.require(by, REVOKE)
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    row = ApiClient.objects.select_for_update().get(pk=client.pk)
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = clock.now(), by
        row.save(update_fields=["revoked_at", "revoked_by"])
        audit.record("core.apiclient.revoke", subject=row, actor=by, reason=reason, details={"key": row.key_id})
    return row


def known(header: str) -> ApiClient | None:
    """Whose key the header `Authorization: Bearer …` carries; None for a missing, false, expired or revoked one."""
    kind, _, key = header.partition(" ")
    prefix, _, rest = key.strip().partition("_")
    key_id, _, secret = rest.partition("_")
    if kind.lower() != "bearer" or prefix != PREFIX or not key_id.isalnum() or len(key) > 200:
        return None
    client = ApiClient.objects.select_related("store").filter(key_id=key_id).first()
    if not crypto.same(client.secret_digest if client else _digest(""), _digest(secret)) or client is None:
        return None
    return client if client.state == "active" else None


def noticed(client: ApiClient) -> None:
    """Keep when a key was last used, to the minute."""
    now = clock.now()
    if client.last_used_at is None or client.last_used_at < now - USED_EVERY:
        ApiClient.objects.filter(pk=client.pk).update(last_used_at=now)


def _digest(secret: str) -> str:
    return crypto.keyed_digest(secret, key=settings.INDEX_KEY, purpose="api-key")
