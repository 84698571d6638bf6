"""Giving a member the benefit of an event, and withdrawing it (LOY-09 · C3.1)."""

import datetime as dt

from django.db import transaction

from cards.operations import serving
from core import access, audit, clock
from core.messaging import outbox
from core.models import User
from core.refusals import Refusal
from loyalty.models import Benefit, BenefitGrant, BenefitVersion
from members.models import Member

RIGHT = "loyalty.add_benefitgrant"


@transaction.atomic
def give(
    member: Member, version: BenefitVersion, *, uses: int, last_valid_on: dt.date, source: str, external_id: str,
    reason: str, by: User | None = None, starts_on: dt.date | None = None,
) -> BenefitGrant:  # fmt: skip
    """LOY-09 · C3.1 — so many uses of an event's benefit, in the version that is promised now. A repeat of source and key
    gives the same; by a colleague's hand only with the right, and neither to himself nor to his household (invariant 33).
    """
    if by is not None:
        access.require(by, RIGHT)
        serving.refuse_own(member, clerk=by)
    if before := BenefitGrant.objects.filter(source=source, external_id=external_id).first():
        if (before.member_id, before.version.benefit_id, before.uses) != (member.pk, version.benefit_id, uses):
            raise Refusal("key_reused")
        return before
    if version.benefit.kind != Benefit.Kind.EVENT or version.state != BenefitVersion.State.APPROVED:
        raise Refusal("benefit_is_not_granted")
    if last_valid_on < clock.today():
        raise Refusal("benefit_ends_before_it_starts")
    grant = BenefitGrant.objects.create(
        member=member,
        version=version,
        uses=uses,
        starts_on=starts_on or clock.today(),
        last_valid_on=last_valid_on,
        source=source,
        external_id=external_id,
        reason=reason[:200],
        granted_by=by,
    )
    audit.record(
        "loyalty.benefit.grant",
        subject=grant,
        actor=by,
        member_id=member.pk,
        reason=grant.reason,
        details={"benefit": version.code, "uses": uses, "until": last_valid_on},
    )
    if member.user is not None:
        outbox.send(
            "benefit.granted",
            key=str(grant.pk),
            to=member.user,
            member_id=member.pk,
            language=member.language,
            context={
                "benefit": version.worded("name", member.language),
                "uses": uses,
                "day": last_valid_on.isoformat(),
            },
            link="/me/benefits/",
        )
    return grant


@transaction.atomic
def withdraw(grant: BenefitGrant, *, reason: str, by: User) -> BenefitGrant:
    """What is not used yet is taken away; what was used or reserved stays. A repeat changes nothing."""
    access.require(by, RIGHT)
    grant = BenefitGrant.objects.select_for_update(of=("self",)).get(pk=grant.pk)
    if grant.withdrawn_at is None:
        grant.withdrawn_at, grant.withdrawn_by = clock.now(), by
        grant.save(update_fields=["withdrawn_at", "withdrawn_by"])
        audit.record("loyalty.benefit.withdraw", subject=grant, actor=by, member_id=grant.member_id, reason=reason)
    return grant
