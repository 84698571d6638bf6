"""What somebody wrote before she was a member, or without logging in (SVC-01 · A6.2.1)."""

from django.db.models import Q, QuerySet

from core.fields import digest_in
from members.models import Member
from service_desk.models import Case


def unclaimed(member: Member) -> QuerySet[Case]:
    """SVC-01 · A6.2.1 — cases of nobody whose every address is a confirmed one of hers, the newest first."""
    phone = member.phone if member.phone_verified_at else ""
    email = member.email if member.email_verified_at else ""
    phones = ["", *([digest_in(Case, "contact_phone_index", phone)] if phone else [])]
    emails = ["", *([digest_in(Case, "contact_email_index", email)] if email else [])]
    known = Q(pk__in=[])
    if phone:
        known |= Q(contact_phone_index=phones[1], contact_email_index__in=emails)
    if email:
        known |= Q(contact_email_index=emails[1], contact_phone_index__in=phones)
    return Case.objects.filter(known, member__isnull=True, merged_into__isnull=True).order_by("-id")
