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
from django.db import connection, models, transaction

from core import clock, crypto, request
from core.models import AuditChain, AuditRecord, User

CHAINS = 16
PAGE = 2000
ALERT = "core.alert."
SYSTEM = "system"


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
    if not connection.in_atomic_block:
        raise RuntimeError(f"audit.record({action!r}) outside the transaction of what it tells")
    origin = request.current()
    who = actor or origin.user
    head = _held() or _free_chain()
    row = AuditRecord(
        chain_id=head.chain,
        sequence=head.length + 1,
        at=clock.now(),
        actor=who,
        actor_label=_text(str(who) if who else origin.label or SYSTEM, 120),
        action=action,
        subject=_text(subject if isinstance(subject, str) else label_of(subject), 120),
        member_id=member_id,
        store_id=store_id,
        address=origin.address,
        reason=_text(reason, 300),
        details=_plain(json.loads(json.dumps(dict(details or {}), cls=DjangoJSONEncoder))),
        previous=head.link,
    )
    row.digest = digest_of(row)
    if connection.vendor == "postgresql":
        _append_in_one_statement(row)
    else:
        _append(row)
    transaction.on_commit(Head(head.chain, row.sequence, row.digest))
    return row


def alert(
    what: str,
    *,
    subject: models.Model | str,
    actor: User | None = None,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> AuditRecord:
    """Record a refused attempt as `core.alert.<what>`, in a transaction of its own so that it outlives the refusal.

    Call it before the refused operation opens its transaction.
    """
    with transaction.atomic():
        return record(f"{ALERT}{what}", subject=subject, actor=actor, reason=reason, details=details)


def label_of(subject: models.Model) -> str:
    """How a row is called in the trail: `cards.card:42`."""
    return f"{subject._meta.label_lower}:{subject.pk}"


def _text(value: str, limit: int) -> str:
    """Fit for any database: no NUL, no half of a surrogate pair, not longer than its column."""
    return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()[:limit]


def _plain(value: Any) -> Any:
    """What reads back from the database exactly as it was written: floats, which databases rewrite, become text."""
    if isinstance(value, dict):
        return {_text(key, 200): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return repr(value)
    return _text(value, len(value)) if isinstance(value, str) else value


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


@dataclass(frozen=True)
class Head:
    """The end of a chain that this transaction holds. It is left among the transaction's on-commit calls, which Django
    drops with the savepoint they were made in: what is found there is how far the chain has really got.
    """

    chain: int
    length: int
    link: str

    def __call__(self) -> None:
        """Nothing is left to do at the commit."""


def _held() -> Head | None:
    """The head as the last record of this transaction left it; None where the first is written, or a block ended since."""
    for within, left, *_ in reversed(connection.run_on_commit):
        if isinstance(left, Head):
            return left if within <= set(connection.savepoint_ids) else None
    return None


FREE = "SELECT number, length, head FROM core_auditchain ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED"


def _free_chain() -> Head:
    """Lock a chain nobody else is writing to; wait for one only when all are busy.

    A transaction that holds a chain gets that one again, so that it never waits for a second and cannot deadlock.
    """
    chains = AuditChain.objects.order_by("number").values_list("number", "length", "head")
    if connection.vendor != "postgresql":
        return Head(*(chains.first() or _lay_and_lock()))
    with connection.cursor() as cursor:
        cursor.execute(FREE)
        free = cursor.fetchone()
    if free is None:
        number = connection.connection.info.backend_pid % CHAINS
        free = chains.select_for_update().filter(pk=number).first() or _lay_and_lock()
    return Head(*free)


def _append(row: AuditRecord) -> None:
    """The record, and the head that now ends with it."""
    row.save(force_insert=True)
    AuditChain.objects.filter(pk=row.chain_id).update(
        length=row.sequence, head=row.digest, seal=seal_of(row.chain_id, row.sequence, row.digest)
    )


APPEND = """
WITH moved AS (UPDATE core_auditchain SET length = %(sequence)s, head = %(digest)s, seal = %(seal)s WHERE number = %(chain_id)s)
INSERT INTO core_auditrecord (chain_id, sequence, at, actor_id, actor_label, action, subject, member_id, store_id, address,
       reason, details, previous, digest)
VALUES (%(chain_id)s, %(sequence)s, %(at)s, %(actor_id)s, %(actor_label)s, %(action)s, %(subject)s, %(member_id)s, %(store_id)s,
       %(address)s, %(reason)s, %(details)s, %(previous)s, %(digest)s)
RETURNING id
"""


def _append_in_one_statement(row: AuditRecord) -> None:
    """The same as `_append`, in one statement: every operation of the house pays for it."""
    values = {field.attname: getattr(row, field.attname) for field in AuditRecord._meta.concrete_fields}
    values |= {"details": json.dumps(row.details), "seal": seal_of(row.chain_id, row.sequence, row.digest)}
    with connection.cursor() as cursor:
        cursor.execute(APPEND, values)
        (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, connection.alias


def lay_chains() -> None:
    """Lay the sealed heads of all chains where there are none (after every migration)."""
    AuditChain.objects.bulk_create(
        [AuditChain(number=n, seal=seal_of(n, 0, "")) for n in range(CHAINS)], ignore_conflicts=True
    )


def _lay_and_lock() -> tuple[int, int, str]:
    lay_chains()
    return AuditChain.objects.select_for_update().values_list("number", "length", "head").get(pk=0)


@dataclass(frozen=True)
class Damage:
    """A place where the trail does not hold: which chain, which sequence number, and what is wrong there."""

    chain: int
    sequence: int
    kind: str


@dataclass
class _Walk:
    """How far a chain has been read, and what its last link was."""

    sequence: int = 0
    link: str = ""


def verify() -> Iterator[Damage]:
    """Walk every chain from its first link; yields nothing when the trail is whole. May run beside writers."""
    numbers = set(AuditChain.objects.values_list("number", flat=True))
    for number in sorted(numbers ^ set(range(CHAINS))):
        yield Damage(number, 0, "chain missing" if number not in numbers else "chain unknown")
    for number in sorted(numbers):
        walk = _Walk()
        yield from _follow(number, walk)
        yield from _end_of(number, walk)


def _follow(number: int, walk: _Walk) -> Iterator[Damage]:
    records = AuditRecord.objects.filter(chain_id=number).order_by("sequence")
    while page := list(records.filter(sequence__gt=walk.sequence)[:PAGE]):
        for row in page:
            if row.sequence != walk.sequence + 1:
                yield Damage(number, walk.sequence + 1, "record missing")
            if row.previous != walk.link or not crypto.same(row.digest, digest_of(row)):
                yield Damage(number, row.sequence, "record altered")
            walk.sequence, walk.link = row.sequence, row.digest


def _end_of(number: int, walk: _Walk) -> list[Damage]:
    """Read what was appended meanwhile and compare with the head, while nobody may append."""
    with transaction.atomic():
        chain = AuditChain.objects.select_for_update().get(pk=number)
        damage = list(_follow(number, walk))
        sealed = crypto.same(chain.seal, seal_of(number, chain.length, chain.head))
        if not sealed or (chain.length, chain.head) != (walk.sequence, walk.link):
            damage.append(Damage(number, walk.sequence + 1, "end cut off"))
        return damage
