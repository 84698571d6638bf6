"""Invitations (MEM-10 · E1.4, E5.2): recorded as somebody joins, held or refused, decided by a person, rewarded once,
the reward taken back where the card is returned.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from core import access, audit, clock, request
from core.messaging import outbox
from core.models import User
from core.refusals import Refusal
from members.models import Member, Referral
from members.policy import names
from members.queries.referrals import origin_of

RIGHT = "members.review_referral"
State = Referral.State


def record(friend: Member, *, referrer: Member, same_device: bool) -> Referral:
    """MEM-10 — she joined on an invitation; the inviting member is told. Called as her record is made, in its transaction."""
    row = Referral.objects.create(
        referrer=referrer,
        friend=friend,
        joined_on=clock.today(),
        origin=origin_of(request.current().address),
        same_device=same_device,
    )
    audit.record("members.referral.record", subject=row, member_id=referrer.pk, details={"friend": friend.pk})
    outbox.send(
        "referral.joined",
        key=str(row.pk),
        to=referrer.user,
        member_id=referrer.pk,
        language=referrer.language,
        link="/me/invite/",
        context={"friend": names.masked(friend.name)},
    )
    return row


@transaction.atomic
def release(row: Referral, *, by: User, reason: str) -> None:
    """A person found nothing wrong: the invitation goes on as any other."""
    _review(row, by=by, reason=reason, state=State.JOINED)


@transaction.atomic
def refuse(row: Referral, *, by: User, reason: str) -> None:
    """A person refuses it: nobody is rewarded."""
    _review(row, by=by, reason=reason, state=State.REFUSED)


def looked(row: Referral, *, state: str, because: Sequence[str]) -> None:
    """What looking at it found; the caller holds the row."""
    row.state, row.because, row.looked_at = state, list(because), clock.now()
    row.save(update_fields=["state", "because", "looked_at"])


def rewarded(row: Referral, *, on: dt.date, place: int | None, referrer_points: int, friend_points: int) -> None:
    """Both (or, beyond the year's number, the friend alone) got their points; the caller holds the row."""
    row.state, row.rewarded_at, row.year, row.place = State.REWARDED, clock.now(), on.year, place
    row.referrer_points, row.friend_points = referrer_points, friend_points
    row.save(update_fields=["state", "rewarded_at", "year", "place", "referrer_points", "friend_points"])


def withdrawn(row: Referral, *, because: Sequence[str]) -> None:
    """What both got was taken back; the caller holds the row. Its place in the year stays taken."""
    row.state, row.because, row.withdrawn_at = State.WITHDRAWN, list(because), clock.now()
    row.save(update_fields=["state", "because", "withdrawn_at"])


def _review(row: Referral, *, by: User, reason: str, state: Referral.State) -> None:
    """Refuses who decides on an invitation of his own, and what is no longer held (`already_decided`)."""
    access.require(by, RIGHT)
    if not reason.strip():
        raise Refusal("reason_needed", status=400)
    row = Referral.objects.select_for_update().get(pk=row.pk)
    if row.state != State.HELD:
        raise Refusal("already_decided")
    own: Member | None = getattr(by, "member", None)
    if own is not None and own.pk in (row.referrer_id, row.friend_id):
        raise Refusal("own_invitation", status=403)
    row.state, row.reviewed_by, row.reviewed_at, row.review_reason = state, by, clock.now(), reason.strip()[:200]
    row.save(update_fields=["state", "reviewed_by", "reviewed_at", "review_reason"])
    verb = "release" if state == State.JOINED else "refuse"
    audit.record(f"members.referral.{verb}", subject=row, actor=by, member_id=row.referrer_id, reason=row.review_reason)
