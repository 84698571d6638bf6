"""Rewarding invitations: looked at as they come in, paid once they are ripe, to both, once (MEM-10 · E1.4)."""

import datetime as dt

from django.db import transaction

from core import audit, clock, parameters
from core.messaging import outbox
from loyalty.operations import earnings, ledger, points
from loyalty.operations.ledger import Cause
from loyalty.policy.rules import Kind
from loyalty.queries import invitations
from members.models import Member, Referral
from members.operations import referrals
from members.policy import names
from members.policy import referrals as rule
from members.policy.parameters import ReferralParameters
from members.queries import referrals as known
from risk import operations as risk

State = Referral.State
SOURCE = "referral"


@transaction.atomic
def settle(referral: Referral, *, on: dt.date) -> bool:
    """MEM-10 · E1.4 — look at an invitation, and reward both when the friend's card was activated long enough ago.

    One person twice is refused, what looks like it is held until a colleague decides; a card that was returned before
    then ends it. Both need a card that still runs. Beyond the year's number the friend alone is rewarded. Both accounts
    are locked first, in the order of their ids; a repeat finds it done. Returns whether anything was decided.
    """
    for member in sorted((referral.referrer, referral.friend), key=lambda one: one.pk):
        ledger.account_of(member)
    rows = Referral.objects.select_for_update(of=("self",)).select_related("referrer__user", "friend__user")
    row = rows.get(pk=referral.pk)
    if row.state != State.JOINED:
        return False
    policy = parameters.in_force(ReferralParameters, on=on)
    if _looked(row, policy=policy):
        return True
    if invitations.returned(row.friend):
        referrals.looked(row, state=State.REFUSED, because=["card-returned"])
        return True
    card = invitations.good_card(row.friend, on=on)
    if card is None or card.activated_at is None or invitations.good_card(row.referrer, on=on) is None:
        return False
    if rule.due_on(clock.day_of(card.activated_at), parameters=policy) > on:
        return False
    _reward(row, on=on, policy=policy)
    return True


def _looked(row: Referral, *, policy: ReferralParameters) -> bool:
    """Whether it goes no further: refused, or held. Who reviewed it is believed on what looks suspicious."""
    facts = known.facts_of(row)
    if code := rule.refused(facts):
        referrals.looked(row, state=State.REFUSED, because=[code])
        return True
    found = () if row.reviewed_at else rule.suspicions(facts, parameters=policy)
    if not found:
        if row.looked_at is None:
            referrals.looked(row, state=State.JOINED, because=[])
        return False
    referrals.looked(row, state=State.HELD, because=found)
    risk.note("referral.held", subject=audit.label_of(row), member=row.referrer, facts={"why": list(found)}, alert=True)
    audit.record("loyalty.referral.hold", subject=row, member_id=row.referrer_id, details={"why": list(found)})
    return True


def _reward(row: Referral, *, on: dt.date, policy: ReferralParameters) -> None:
    """To the referrer, within the year's number, what the parameters say and what earn rules about friends add."""
    place = rule.place_in_year(known.rewarded_in(on.year, referrer=row.referrer), parameters=policy)
    to_referrer, more = 0, 0
    if place is not None:
        by_rules = earnings.of_occasion(row.referrer, Kind.REFERRAL, key=str(row.pk), at=clock.now())
        to_referrer, more = (
            _pay(row, row.referrer, "referrer", policy.referrer_points, on),
            by_rules.points if by_rules else 0,
        )
    to_friend = _pay(row, row.friend, "friend", policy.friend_points, on)
    for member, side, amount in ((row.referrer, "referrer", to_referrer + more), (row.friend, "friend", to_friend)):
        if amount:
            _tell(row, member, side=side, amount=amount)
    referrals.rewarded(row, place=place, on=on, referrer_points=to_referrer, friend_points=to_friend)
    audit.record(
        "loyalty.referral.reward",
        subject=row,
        member_id=row.referrer_id,
        details={"referrer": to_referrer, "friend": to_friend, "place": place},
    )


def _pay(row: Referral, member: Member, side: str, amount: int, on: dt.date) -> int:
    if amount:
        cause = Cause(SOURCE, f"{row.pk}:{side}", why={"invited": side})
        points.accrue(member, amount, cause=cause, earned_on=on, waits=False)
    return amount


def _tell(row: Referral, member: Member, *, side: str, amount: int) -> None:
    outbox.send(
        "referral.rewarded",
        key=f"{row.pk}:{side}",
        to=member.user,
        member_id=member.pk,
        language=member.language,
        link="/me/invite/" if side == "referrer" else "/me/points/",
        context={"points": amount, "friend": names.masked(row.friend.name) if side == "referrer" else ""},
    )
