"""Events worth remembering, and the holds that stop a card or a member until somebody lifts them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from core import access, audit, clock, request
from core.models import User
from core.refusals import Refusal
from members.models import Member
from risk.models import Hold, RiskEvent


def note(
    kind: str,
    *,
    subject: str,
    member: Member | None = None,
    facts: Mapping[str, Any] | None = None,
    alert: bool = False,
) -> RiskEvent:
    """RISK-07 · A8.2.3 — remember an event; an alert waits on the worklist until somebody takes it up."""
    origin = request.current()
    return RiskEvent.objects.create(
        kind=kind,
        subject=subject,
        member=member,
        actor=origin.user,
        address=origin.address,
        facts=dict(facts or {}),
        is_alert=alert,
        at=clock.now(),
    )


@transaction.atomic
def acknowledge(event: RiskEvent, *, by: User) -> None:
    """Take up an alert; a second person finds it taken."""
    access.require(by, "risk.change_riskevent")
    taken = RiskEvent.objects.filter(pk=event.pk, acknowledged_at__isnull=True).update(
        acknowledged_by=by, acknowledged_at=clock.now()
    )
    if not taken:
        raise Refusal("already_decided")
    audit.record("risk.event.acknowledge", subject=event, actor=by)


@transaction.atomic
def acknowledge_all(events: QuerySet[RiskEvent], *, by: User) -> int:
    """Take up all alerts of a selection that still wait, each on record; says how many."""
    access.require(by, "risk.change_riskevent")
    waiting = list(events.select_for_update(of=("self",)).filter(is_alert=True, acknowledged_at__isnull=True))
    for event in waiting:
        acknowledge(event, by=by)
    return len(waiting)


@transaction.atomic
def place_hold(
    *,
    subject: str,
    scope: str,
    reason: str,
    by: User | None,
    member: Member | None = None,
    until: dt.datetime | None = None,
) -> Hold:
    """RISK-04 · A8.2.2 — stop something until it is lifted. The same hold is not placed twice."""
    if by is not None:
        access.require(by, "risk.add_hold")
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    try:
        with transaction.atomic():
            hold = Hold.objects.create(
                subject=subject, scope=scope, reason=reason, member=member, placed_by=by, ends_at=until
            )
    except IntegrityError as error:
        raise Refusal("hold_in_force") from error
    audit.record(
        "risk.hold.place",
        subject=hold,
        actor=by,
        member_id=member.pk if member else None,
        reason=reason,
        details={"scope": scope},
    )
    return hold


@transaction.atomic
def lift_hold(hold: Hold, *, by: User, reason: str) -> None:
    """Lift a hold; lifting twice is refused."""
    access.require(by, "risk.change_hold")
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    lifted = Hold.objects.filter(pk=hold.pk, lifted_at__isnull=True).update(lifted_by=by, lifted_at=clock.now())
    if not lifted:
        raise Refusal("already_decided")
    audit.record("risk.hold.lift", subject=hold, actor=by, member_id=hold.member_id, reason=reason)
