"""Identity documents (MEM-03, CARD-12 · A4.1.2): given by their holder, checked by a clerk, no copy kept."""

from django.db import IntegrityError, transaction

from core import audit, clock
from core.models import User
from core.refusals import Refusal
from members.models import IdentityDocument, Member
from members.policy import identity


def give_document(member: Member, *, kind: str, number: str, by: User | None = None) -> IdentityDocument:
    """Record a document number; the same number again returns the row that is there.

    Raises the policy's IdentityRefused on a number that cannot be; refuses `document_taken` when it is another member's.
    """
    parsed = identity.parse(number, kind=identity.Kind(kind), today=clock.today())
    try:
        with transaction.atomic():
            Member.objects.select_for_update().get(pk=member.pk)
            current = member.documents.filter(withdrawn_at=None)
            row = IdentityDocument(
                member=member, kind=parsed.kind, number=parsed.number, last_digits=parsed.number[-4:].strip("()")
            )
            known = next((d for d in current if (d.kind, d.number) == (row.kind, row.number)), None)
            if known:
                return known
            current.filter(kind=parsed.kind).update(withdrawn_at=clock.now())
            row.save()
            audit.record(
                "members.document.give", subject=row, actor=by, member_id=member.pk, details={"kind": parsed.kind}
            )
    except IntegrityError as error:
        raise Refusal("document_taken") from error
    return row


def record_check(document: IdentityDocument, *, by: User, store_id: int | None = None) -> IdentityDocument:
    """A member of staff held the document in hand and it agreed. The first check stands; a repeat changes nothing."""
    with transaction.atomic():
        row = IdentityDocument.objects.select_for_update().get(pk=document.pk)
        if row.checked_at is None:
            row.checked_at, row.checked_by = clock.now(), by
            row.save(update_fields=["checked_at", "checked_by"])
            audit.record("members.document.check", subject=row, actor=by, member_id=row.member_id, store_id=store_id)
    return row


def forget_number(document: IdentityDocument, *, by: User | None) -> None:
    """Its holder does not want the number kept: it goes, and with it the way to find it; kind and last digits stay."""
    with transaction.atomic():
        row = IdentityDocument.objects.select_for_update().get(pk=document.pk)
        row.number, row.withdrawn_at = "", clock.now()
        row.save(update_fields=["number", "number_index", "withdrawn_at"])
        audit.record("members.document.forget", subject=row, actor=by, member_id=row.member_id)


def matches(member: Member, *, kind: str, number: str) -> bool:
    """Whether the member gave this very document; an unreadable number is simply no match (no oracle)."""
    try:
        parsed = identity.parse(number, kind=identity.Kind(kind), today=clock.today(), accept_first_generation=True)
    except (identity.IdentityRefused, ValueError):
        return False
    return any(d.number == parsed.number for d in member.documents.filter(kind=kind, withdrawn_at=None))
