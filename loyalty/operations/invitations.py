"""Rewarding invitations: looked at as they come in, paid once they are ripe, to both, once; and taken back where the card
that earned it is returned (MEM-10 · E1.4).
"""

import datetime as dt

from django.db import transaction

from core import audit, clock, parameters
from core.messaging import outbox
from loyalty.models import EarnOccasion, PointTransaction
from loyalty.operations import earnings, ledger, points, reversals
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
SOURCE, BACK = "referral", "referral-back"


@transaction.atomic
def settle(referral: Referral, *, on: dt.date) -> bool:
    """MEM-10 · E1.4 — look at an invitation, and reward both when the friend's card was activated long enough ago.

    One person twice is refused, what looks like it is held until a colleague decides; a card that was returned before
    then ends it. Both need a card that still runs. Beyond the year's number the friend alone is rewarded. Both accounts
    are locked first, in the order of their ids; a repeat finds it done. Returns whether anything was decided.
    """
    row = _locked(referral)
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


@transaction.atomic
def withdraw(referral: Referral, *, on: dt.date) -> bool:
    """MEM-10 · E5.2 — the friend returned the card that brought both their reward: both rewards are taken back, and what
    earn rules added to them.

    It counts the day of the return, which may lie so many days behind the reward (`withdraw_days`). What was spent is owed,
    as after a return of goods. A card that she keeps beside it keeps the reward. A repeat changes nothing.
    """
    row = _locked(referral)
    if row.rewarded_at is None or not invitations.to_withdraw().filter(pk=row.pk).exists():
        return False
    returned_on, policy = invitations.returned_on(row.friend), parameters.in_force(ReferralParameters, on=on)
    rewarded_on = clock.day_of(row.rewarded_at)
    if returned_on is None or not rule.is_withdrawn(returned_on, rewarded_on=rewarded_on, parameters=policy):
        return False
    taken = {"referrer": 0, "friend": 0}
    for side, earned in _given(row):
        taken[side] += _take(row, side, earned)
    referrals.withdrawn(row, because=["card-returned"])
    for member, side in ((row.referrer, "referrer"), (row.friend, "friend")):
        if taken[side]:
            _tell(row, member, "referral.withdrawn", side=side, amount=taken[side])
    audit.record("loyalty.referral.withdraw", subject=row, member_id=row.referrer_id, details=taken)
    return True


def _locked(referral: Referral) -> Referral:
    """As it is now, held; the accounts of both before it, in the order of their ids."""
    ledger.accounts_of((referral.referrer_id, referral.friend_id))
    rows = Referral.objects.select_for_update(of=("self",)).select_related("referrer__user", "friend__user")
    return rows.get(pk=referral.pk)


def _given(row: Referral) -> list[tuple[str, PointTransaction]]:
    """All that this invitation brought to either side."""
    keys = {f"{row.pk}:{side}": side for side in ("referrer", "friend")}
    paid = PointTransaction.objects.filter(source=SOURCE, external_id__in=keys).select_related("member").order_by("pk")
    found = [(keys[earned.external_id or ""], earned) for earned in paid]
    rows = EarnOccasion.objects.filter(kind=EarnOccasion.Kind.REFERRAL, key=str(row.pk), earned__isnull=False)
    more = rows.select_related("earned__member")
    return found + [("referrer", one.earned) for one in more if one.earned is not None]


def _take(row: Referral, side: str, earned: PointTransaction) -> int:
    left = earned.points + sum(earned.reversals.values_list("points", flat=True))
    if left:
        cause = Cause(BACK, f"{row.pk}:{earned.pk}", why={"uninvited": side})
        reversals.take_back(earned, left, cause=cause)
    return left


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
            _tell(row, member, "referral.rewarded", side=side, amount=amount)
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


def _tell(row: Referral, member: Member, event: str, *, side: str, amount: int) -> None:
    outbox.send(
        event,
        key=f"{row.pk}:{side}",
        to=member.user,
        member_id=member.pk,
        language=member.language,
        link="/me/invite/" if side == "referrer" else "/me/points/",
        context={"points": amount, "friend": names.masked(row.friend.name) if side == "referrer" else ""},
    )
