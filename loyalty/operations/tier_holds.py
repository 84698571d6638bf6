"""A tier guaranteed by decision: asked for by one person, approved by another, ended by its day (LOY-02 · B8.1)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from cards.operations import serving
from core import access, approvals, audit, clock, parameters
from core.models import Approval, User
from core.refusals import Refusal
from loyalty.models import TierHold
from loyalty.operations import ledger, standings
from loyalty.policy import tiers
from loyalty.policy.parameters import TierParameters
from members.models import Member

KIND = "tier-hold"
PROPOSE = "loyalty.propose_tierhold"
DECIDE = "loyalty.decide_tierhold"


@transaction.atomic
def propose(member: Member, *, tier: str, ends_on: dt.date, reason: str, author: User) -> Approval:
    """LOY-02 · B8.1 — ask a second person to guarantee the member a tier through a day.

    Refuses a tier that the ladder does not have or that is its lowest (`tier_unfit`), a day that is past or lies further
    ahead than a tier lasts (`hold_day_unfit`), and whoever would serve himself or his household (`own_card`).
    One guarantee at a time: a new one replaces the old.
    """
    access.require(author, PROPOSE)
    serving.refuse_own(member, clerk=author)
    today = clock.today()
    policy = parameters.in_force(TierParameters, on=today)
    if tier not in tiers.codes(policy)[1:]:
        raise Refusal("tier_unfit", status=400)
    latest = tiers.promise(today, parameters=policy)
    if not today <= ends_on <= latest:
        raise Refusal("hold_day_unfit", status=400, latest=latest)
    return approvals.request(
        KIND,
        subject=member,
        title=member.number,
        before=current(member),
        after={"tier": tier, "ends_on": ends_on.isoformat()},
        reason=reason,
        author=author,
    )


def current(member: Member) -> dict[str, Any]:
    """What is guaranteed to the member now."""
    hold = TierHold.objects.filter(member=member, ended_at__isnull=True, ends_on__gte=clock.today()).first()
    return {"tier": hold.tier, "ends_on": hold.ends_on.isoformat()} if hold else {}


def approve(approval: Approval) -> None:
    """What the decision does: the guarantee holds from today, and the tier rises to it at once.

    Refuses (`hold_day_unfit`) when its last day has passed meanwhile, and who decides for himself or his household.
    """
    if approval.decided_by is None:
        raise ValueError("a guarantee needs an approver")
    member, today = of(approval), clock.today()
    serving.refuse_own(member, clerk=approval.decided_by)
    ends_on = dt.date.fromisoformat(approval.after["ends_on"])
    if ends_on < today:
        raise Refusal("hold_day_unfit", latest=today)
    ledger.account_of(member)
    standings.settle([member.pk], through=today)
    TierHold.objects.filter(member=member, ended_at__isnull=True).update(ended_at=clock.now())
    hold = TierHold.objects.create(
        member=member,
        tier=approval.after["tier"],
        starts_on=today,
        ends_on=ends_on,
        reason=approval.reason,
        approval=approval,
        author=approval.author,
        approver=approval.decided_by,
    )
    audit.record(
        "loyalty.tierhold.begin",
        subject=hold,
        actor=approval.decided_by,
        member_id=member.pk,
        reason=approval.reason,
        details={"tier": hold.tier, "ends_on": ends_on},
    )
    standings.judge(member)


@transaction.atomic
def end(holds: Sequence[int], *, on: dt.date) -> int:
    """Guarantees whose last day is over. What becomes of the tier is decided by its promise, which ends with them."""
    rows = TierHold.objects.select_for_update().filter(pk__in=holds, ended_at__isnull=True, ends_on__lt=on)
    over = list(rows.order_by("pk"))
    for hold in over:
        hold.ended_at = clock.now()
        audit.record("loyalty.tierhold.end", subject=hold, member_id=hold.member_id, details={"tier": hold.tier})
    TierHold.objects.bulk_update(over, ["ended_at"])
    return len(over)


def of(approval: Approval) -> Member:
    """The member that a request is about."""
    return Member.objects.get(pk=int(approval.subject.rpartition(":")[2]))
