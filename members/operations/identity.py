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
    with transaction.atomic():
        Member.objects.select_for_update().get(pk=member.pk)
        current = _current(member, parsed)
        return _among(current, parsed) or _give(_row(member, parsed), in_place_of=current, by=by)


def show_document(member: Member, *, kind: str, number: str, by: User, store_id: int) -> tuple[IdentityDocument, bool]:
    """The same for a document that a clerk holds in hand, which is checked by this; and whether it was known before.

    For an operation that has locked the member and ends with a refusal of this.
    """
    parsed = identity.parse(number, kind=identity.Kind(kind), today=clock.today())
    current = _current(member, parsed)
    if (known := _among(current, parsed)) is not None:
        return (known if known.checked_at else record_check(known, by=by, store_id=store_id)), True
    row = _row(member, parsed)
    row.checked_at, row.checked_by = clock.now(), by
    _give(row, in_place_of=current, by=by)
    _tell_check(row, by=by, store_id=store_id)
    return row, False


def _row(member: Member, parsed: identity.Identity) -> IdentityDocument:
    last = parsed.number[-4:].strip("()")
    return IdentityDocument(member=member, kind=parsed.kind, number=parsed.number, last_digits=last)


def _current(member: Member, parsed: identity.Identity) -> list[IdentityDocument]:
    return list(member.documents.filter(kind=parsed.kind, withdrawn_at=None))


def _among(current: list[IdentityDocument], parsed: identity.Identity) -> IdentityDocument | None:
    return next((one for one in current if one.number == parsed.number), None)


def _give(row: IdentityDocument, *, in_place_of: list[IdentityDocument], by: User | None) -> IdentityDocument:
    """The new document takes the place of those of its kind; the member is locked."""
    if in_place_of:
        IdentityDocument.objects.filter(pk__in=[one.pk for one in in_place_of]).update(withdrawn_at=clock.now())
    try:
        row.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal("document_taken") from error
    audit.record("members.document.give", subject=row, actor=by, member_id=row.member_id, details={"kind": row.kind})
    return row


def record_check(document: IdentityDocument, *, by: User, store_id: int | None = None) -> IdentityDocument:
    """A member of staff held the document in hand and it agreed. The first check stands; a repeat changes nothing."""
    with transaction.atomic():
        row = IdentityDocument.objects.select_for_update().get(pk=document.pk)
        if row.checked_at is None:
            row.checked_at, row.checked_by = clock.now(), by
            row.save(update_fields=["checked_at", "checked_by"])
            _tell_check(row, by=by, store_id=store_id)
    return row


def _tell_check(row: IdentityDocument, *, by: User, store_id: int | None) -> None:
    audit.record("members.document.check", subject=row, actor=by, member_id=row.member_id, store_id=store_id)


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
