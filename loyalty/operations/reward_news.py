"""What a member is told of her rewards and coupons, once each, in her language (LOY-06, LOY-13)."""

from collections.abc import Mapping
from typing import Any

from core import show
from core.messaging import outbox
from loyalty.models import Coupon, RewardOrder
from loyalty.policy import spoken_codes
from members.models import Member

PAGE = "/me/rewards/mine/"


def reserved(placed: RewardOrder) -> None:
    """It waits for her: where, under which code, until when."""
    _tell("reward.reserved", placed, {"until": placed.hold.expires_at.isoformat(), "store": _store(placed)})


def sent(placed: RewardOrder) -> None:
    _tell("reward.sent", placed, {"note": placed.note})


def ended(placed: RewardOrder) -> None:
    """It was given up, by whomever: her points are back."""
    _tell("reward.ended", placed, {"points": show.number(placed.points), "expired": placed.state == "expired"})


def granted(coupon: Coupon, member: Member) -> None:
    """A coupon that she did not ask for."""
    context = {
        "coupon": coupon.offer.worded("name", member.language),
        "code": spoken_codes.spell(coupon.code),
        "until": coupon.last_valid_on.isoformat() if coupon.last_valid_on else "",
    }
    _send("coupon.granted", f"{coupon.pk}", member, context)


def _store(placed: RewardOrder) -> str:
    return placed.store.name if placed.store else ""


def _tell(event: str, placed: RewardOrder, context: Mapping[str, Any]) -> None:
    named = {"reward": placed.reward.worded("name", placed.member.language), "code": spoken_codes.spell(placed.code)}
    _send(event, str(placed.pk), placed.member, {**named, **context})


def _send(event: str, key: str, member: Member, context: Mapping[str, Any]) -> None:
    outbox.send(
        event, key=key, to=member.user, member_id=member.pk, language=member.language, link=PAGE, context=context
    )
