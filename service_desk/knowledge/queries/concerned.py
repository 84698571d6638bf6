"""Whom an announcement concerns (MEM-11 · D9.4): one reader, and everybody."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from cards.models import Card
from core import clock, parameters
from core.messaging import gate
from core.models import RoleAssignment, User
from loyalty.models import MemberTier
from loyalty.policy.parameters import TierParameters
from members.models import Member
from service_desk.knowledge.models import Announcement
from service_desk.knowledge.policy import announcing
from service_desk.knowledge.policy.announcing import Audience, Reader


def reader_of(user: User, *, audiences: Collection[str]) -> Reader:
    """Who somebody is, as far as these audiences ask: three statements at most."""
    if user.is_staff:
        return Reader(is_staff=True, at_a_store=Audience.STORE_STAFF in audiences and _at_a_store(user))
    member = gate.member_of(user)
    if member is None:
        return Reader()
    tier = _tier_of(member) if Audience.TIERS in audiences else ""
    held = _in_use().filter(holder=member).values_list("product", flat=True) if Audience.HOLDERS in audiences else []
    return Reader(is_member=True, tier=tier, products=frozenset(held))


def does(row: Announcement, reader: Reader) -> bool:
    """Whether an announcement concerns a reader; its `products` have been fetched ahead."""
    audience, products = Audience(row.audience), {product.pk for product in row.products.all()}
    return announcing.concerns(reader, audience=audience, tiers=row.tiers, products=products)


def members(row: Announcement) -> QuerySet[Member]:
    """MEM-11 · D9.4 — the members that an announcement is for."""
    rows = Member.objects.filter(state=Member.State.ACTIVE)
    match Audience(row.audience):
        case Audience.MEMBERS:
            return rows
        case Audience.TIERS:
            ranked = MemberTier.objects.filter(member=OuterRef("pk"))
            theirs = Q(Exists(ranked.filter(tier__in=row.tiers)))
            return rows.filter(theirs | ~Q(Exists(ranked)) if _lowest() in row.tiers else theirs)
        case Audience.HOLDERS:
            held = _in_use().filter(holder=OuterRef("pk"), product__in=row.products.all())
            return rows.filter(Exists(held))
        case _:
            return rows.none()


def colleagues(row: Announcement) -> QuerySet[User]:
    """MEM-11 · D9.4 — the colleagues that an announcement is for."""
    rows = User.objects.filter(is_staff=True, is_active=True)
    match Audience(row.audience):
        case Audience.STAFF:
            return rows
        case Audience.STORE_STAFF:
            held = RoleAssignment.objects.filter(user=OuterRef("pk"), ended_at__isnull=True, store__isnull=False)
            return rows.filter(Exists(held))
        case _:
            return rows.none()


def _at_a_store(user: User) -> bool:
    return RoleAssignment.objects.filter(user=user, ended_at__isnull=True, store__isnull=False).exists()


def _tier_of(member: int) -> str:
    """Who has no row stands on the lowest tier."""
    return MemberTier.objects.filter(member=member).values_list("tier", flat=True).first() or _lowest()


def _lowest() -> str:
    return parameters.in_force(TierParameters).ladder[0].code


def _in_use() -> QuerySet[Card]:
    return Card.objects.filter(state=Card.State.ACTIVE, last_valid_on__gte=clock.today())


def readers(row: Announcement) -> int:
    """How many people an announcement is for, as it stands now."""
    return members(row).count() + colleagues(row).count()
