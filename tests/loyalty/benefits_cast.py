"""Benefits for tests: approved as two people would have, in one line."""

import datetime as dt
from typing import Any

from core import clock
from core.models import Approval, Store, User
from loyalty.models import Benefit, BenefitGrant, BenefitVersion, MemberTier, ServicePoint
from loyalty.queries import catalogue
from members.models import Member
from tests import factories


def a_benefit(
    code: str = "lounge", kind: str = "basic", *, stores: list[Store] | None = None, **terms: Any
) -> BenefitVersion:
    """A benefit in force, or its next version where there is one of this code."""
    benefit, _ = Benefit.objects.get_or_create(code=code, defaults={"kind": kind})
    author: User = factories.StaffFactory.create(roles={"operations_planner": None})
    version = BenefitVersion.objects.create(
        benefit=benefit,
        number=benefit.versions.count() + 1,
        author=author,
        **{"name": code.title(), "starts_on": dt.date(2026, 1, 1), "value_minor": 5_000, "cost_minor": 1_000} | terms,
    )
    version.stores.set(stores or [])
    approval = Approval.objects.create(
        kind="benefit", subject=f"loyalty.benefit:{benefit.pk}", title=code, before={}, after={}, reason="Test",
        author=author, state="approved", requested_at=clock.now(),
        decided_by=factories.StaffFactory.create(), decided_at=clock.now(),
    )  # fmt: skip
    version.state, version.approval, version.approved_at = "approved", approval, clock.now()
    version.save()
    catalogue.forget()
    return BenefitVersion.objects.select_related("benefit").get(pk=version.pk)


def a_grant(member: Member, version: BenefitVersion, *, uses: int = 1, days: int = 30) -> BenefitGrant:
    return BenefitGrant.objects.create(
        member=member, version=version, uses=uses, starts_on=clock.today(), source="test", reason="Test",
        last_valid_on=clock.today() + dt.timedelta(days=days), external_id=f"{member.pk}-{version.pk}-{uses}",
    )  # fmt: skip


def on_tier(member: Member, tier: str) -> None:
    today = clock.today()
    MemberTier.objects.update_or_create(member=member, defaults={"tier": tier, "since_on": today, "decided_on": today})


def a_point(store: Store, code: str = "lounge", **terms: Any) -> ServicePoint:
    defaults = {"opens_at": dt.time(10), "closes_at": dt.time(20), "slot_minutes": 60, "capacity": 2}
    return ServicePoint.objects.create(code=code, store=store, **defaults | terms)
