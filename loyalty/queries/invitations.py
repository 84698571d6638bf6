"""Invitations beside cards and points: whose is due, and what the inviting member sees (MEM-10)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from cards.models import Card, Order, OrderEvent
from core import clock
from members.models import Member, Referral
from members.policy import names
from members.policy import referrals as rule
from members.policy.parameters import ReferralParameters
from members.queries import referrals

GOOD = Q(state=Card.State.ACTIVE, order_line__order__state=Order.State.FULFILLED)


@dataclass(frozen=True)
class Shown:
    """A friend as the inviting member sees her: the name masked, how far she is, from when both may be rewarded."""

    friend: str
    state: str
    on: dt.date
    points: int = 0


def to_look_at() -> QuerySet[Referral]:
    """Those that were never looked at, and those whose friend has activated a card."""
    activated = Card.objects.filter(holder=OuterRef("friend"), activated_at__isnull=False)
    return Referral.objects.filter(Q(looked_at=None) | Exists(activated), state=Referral.State.JOINED)


def good_card(member: Member, *, on: dt.date) -> Card | None:
    """The card that she activated first of those that still run and were not returned."""
    rows = Card.objects.filter(GOOD, holder=member, last_valid_on__gte=on)
    return rows.order_by("activated_at").first()


def returned(member: Member) -> bool:
    """She had activated cards, and every one of them was returned or closed."""
    rows = Card.objects.filter(holder=member, activated_at__isnull=False)
    gone = Q(state=Card.State.CLOSED) | Q(order_line__order__state=Order.State.REFUNDED)
    return rows.exists() and not rows.exclude(gone).exists()


def to_withdraw() -> QuerySet[Referral]:
    """Rewarded ones whose friend returned every card that she had activated: none is left whose money was kept."""
    activated = Card.objects.filter(holder=OuterRef("friend"), activated_at__isnull=False)
    gone = Q(order_line__order__state=Order.State.REFUNDED)
    return Referral.objects.filter(
        Exists(activated.filter(gone)), ~Exists(activated.exclude(gone)), state=Referral.State.REWARDED
    )


def returned_on(member: Member) -> dt.date | None:
    """The day on which the last of her activated cards was returned."""
    orders = Card.objects.filter(holder=member, activated_at__isnull=False).values("order_line__order")
    rows = OrderEvent.objects.filter(order__in=orders, to_state=Order.State.REFUNDED)
    at = rows.aggregate(at=Max("at"))["at"]
    return clock.day_of(at) if at else None


def shown(rows: Sequence[Referral], *, parameters: ReferralParameters) -> list[Shown]:
    """MEM-10 — in two queries whatever their number. That one is held for review is not told."""
    cards = Card.objects.filter(GOOD, holder__in=[row.friend_id for row in rows]).order_by(F("activated_at").desc())
    activated = {holder: moment for holder, moment in cards.values_list("holder_id", "activated_at") if moment}
    return [_shown(row, activated.get(row.friend_id), parameters) for row in rows]


def of(member: Member) -> QuerySet[Referral]:
    return referrals.of(member)


def _shown(row: Referral, activated_at: dt.datetime | None, parameters: ReferralParameters) -> Shown:
    friend = names.masked(row.friend.name)
    if row.withdrawn_at is not None:
        return Shown(friend, "withdrawn", clock.day_of(row.withdrawn_at))
    if row.rewarded_at is not None:
        return Shown(friend, "rewarded", clock.day_of(row.rewarded_at), row.referrer_points)
    if row.state == Referral.State.REFUSED:
        return Shown(friend, "refused", row.joined_on)
    if activated_at is not None:
        return Shown(friend, "activated", rule.due_on(clock.day_of(activated_at), parameters=parameters))
    return Shown(friend, "joined", row.joined_on)
