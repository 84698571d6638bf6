"""The audit trail (SEC-02 · A7.3.2): append-only, hash-chained, written in the same transaction as what it tells.

Every record belongs to one of `CHAINS` chains. A writer takes whichever chain is free, so that concurrent operations do
not wait for one another; each chain is gap-free and each link is an HMAC over its content and the link before. The head
carries a seal of its own, so cutting off the newest records shows too.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

from core import clock, crypto, request
from core.models import AuditChain, AuditRecord, User

CHAINS = 16


def record(
    action: str,
    *,
    subject: models.Model | str,
    actor: User | None = None,
    member_id: int | None = None,
    store_id: int | None = None,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> AuditRecord:
    """Write one record. Must run inside the transaction of the change it tells of.

    `details` holds before/after values of what changed and never plain personal data. The actor and the address default
    to those of the current request.
    """
    origin = request.current()
    who = actor or origin.user
    chain = _free_chain()
    row = AuditRecord(
        chain=chain,
        sequence=chain.length + 1,
        at=clock.now(),
        actor=who,
        actor_label=str(who) if who else "system",
        action=action,
        subject=subject if isinstance(subject, str) else label_of(subject),
        member_id=member_id,
        store_id=store_id,
        address=origin.address,
        reason=reason[:300],
        details=json.loads(json.dumps(dict(details or {}), cls=DjangoJSONEncoder)),
        previous=chain.head,
    )
    row.digest = digest_of(row)
    row.save(force_insert=True)
    AuditChain.objects.filter(pk=chain.pk).update(
        length=row.sequence, head=row.digest, seal=seal_of(chain.pk, row.sequence, row.digest)
    )
    return row


def label_of(subject: models.Model) -> str:
    """How a row is called in the trail: `cards.card:42`."""
    return f"{subject._meta.label_lower}:{subject.pk}"


def digest_of(row: AuditRecord) -> str:
    """The link: HMAC-SHA256 over the canonical content and the previous link."""
    content = [
        row.chain_id,
        row.sequence,
        row.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        row.actor_id,
        row.actor_label,
        row.action,
        row.subject,
        row.member_id,
        row.store_id,
        row.address,
        row.reason,
        row.details,
        row.previous,
    ]
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return crypto.keyed_digest(canonical, key=settings.AUDIT_KEY, purpose="audit")


def seal_of(chain: int, length: int, head: str) -> str:
    return crypto.keyed_digest(f"{chain}|{length}|{head}", key=settings.AUDIT_KEY, purpose="audit-head")


def _free_chain() -> AuditChain:
    """Lock a chain nobody else is writing to; wait for one only when all are busy."""
    chains = AuditChain.objects.order_by("number")
    if not connection.features.has_select_for_update:
        return chains.first() or _lay_chains()
    free = chains.select_for_update(skip_locked=True).first()
    if free:
        return free
    if not chains.exists():
        return _lay_chains()
    start = connection.connection.info.backend_pid % CHAINS
    return AuditChain.objects.select_for_update().get(pk=start)


def _lay_chains() -> AuditChain:
    AuditChain.objects.bulk_create(
        [AuditChain(number=n, seal=seal_of(n, 0, "")) for n in range(CHAINS)], ignore_conflicts=True
    )
    return AuditChain.objects.select_for_update().get(pk=0)


@dataclass(frozen=True)
class Damage:
    """A place where the trail does not hold: which chain, which sequence number, and what is wrong there."""

    chain: int
    sequence: int
    kind: str


def verify() -> Iterator[Damage]:
    """Walk every chain from its first link; yields nothing when the trail is whole."""
    heads = {chain.pk: chain for chain in AuditChain.objects.all()}
    if AuditRecord.objects.exists() and set(heads) != set(range(CHAINS)):
        yield Damage(-1, 0, "chain missing")
    for number, chain in sorted(heads.items()):
        yield from _verify_chain(number, chain)


def _verify_chain(number: int, chain: AuditChain) -> Iterator[Damage]:
    previous, expected = "", 0
    for row in AuditRecord.objects.filter(chain_id=number).order_by("sequence").iterator(chunk_size=2000):
        expected += 1
        if row.sequence != expected:
            yield Damage(number, expected, "record missing")
            expected = row.sequence
        if row.previous != previous or not crypto.same(row.digest, digest_of(row)):
            yield Damage(number, row.sequence, "record altered")
        previous = row.digest
    if (chain.length, chain.head) != (expected, previous) or not crypto.same(
        chain.seal, seal_of(number, chain.length, chain.head)
    ):
        yield Damage(number, expected + 1, "end cut off")
