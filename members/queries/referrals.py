"""What is known of two people when an invitation is looked at, and who invited whom (MEM-10)."""

import datetime as dt

from allauth.usersessions.models import UserSession
from django.db.models import F, QuerySet

from core import crypto
from members.models import IdentityDocument, Member, Referral
from members.policy.referrals import Facts, read_code

SAME_ADDRESS_DAYS = 30


def origin_of(address: str) -> str:
    """The keyed digest by which addresses are compared; empty for none."""
    return crypto.blind_index(address, purpose="invitation-origin") if address else ""


def member_by_code(text: str) -> Member | None:
    """Whose code this is; nobody's where the account is closed."""
    code = read_code(text)
    return Member.objects.filter(invite_code=code, state=Member.State.ACTIVE).first() if code else None


def facts_of(row: Referral) -> Facts:
    """MEM-10 — in a constant number of queries; addresses and documents are compared by their digests."""
    referrer, friend = row.referrer, row.friend
    others = Referral.objects.filter(referrer=referrer).exclude(pk=row.pk)
    near = others.filter(joined_on__range=(row.joined_on - dt.timedelta(days=SAME_ADDRESS_DAYS), row.joined_on))
    hers = IdentityDocument.objects.filter(member=referrer).exclude(number_index="").values("number_index")
    return Facts(
        same_phone=_same(referrer.phone_index, friend.phone_index),
        same_email=_same(referrer.email_index, friend.email_index),
        same_document=IdentityDocument.objects.filter(member=friend, number_index__in=hers).exists(),
        same_household=_same(referrer.household_id, friend.household_id),
        same_device=row.same_device,
        same_address=bool(row.origin)
        and (near.filter(origin=row.origin).exists() or row.origin in _origins_of(referrer)),
        same_name=_same(referrer.name_index, friend.name_index),
        joined_that_day=others.filter(joined_on=row.joined_on, pk__lt=row.pk).count() + 1,
    )


def of(member: Member) -> QuerySet[Referral]:
    """Whom she invited, the newest first."""
    return Referral.objects.filter(referrer=member).select_related("friend").order_by("-pk")


def rewarded_in(year: int, *, referrer: Member) -> int:
    """How many rewards of the year she has taken."""
    return Referral.objects.filter(referrer=referrer, year=year, place__isnull=False).count()


def circles() -> QuerySet[Referral]:
    """Invitations that do not go from an older member to a newer: the constraint keeps this empty."""
    return Referral.objects.filter(friend_id__lte=F("referrer_id"))


def _same(one: object, other: object) -> bool:
    return one is not None and one != "" and one == other


def _origins_of(member: Member) -> set[str]:
    """Digests of the addresses she is logged in from."""
    if member.user_id is None:
        return set()
    rows = UserSession.objects.filter(user=member.user_id).values_list("ip", flat=True)
    return {origin_of(str(ip)) for ip in rows if ip}
