"""SVC-04 · D6.2 — what a compensation is worth, and who may give how much in one case.

Amounts are minor units of the house's currency. Whatever was given in a case, or waits for a decision, counts together.
"""

from enum import StrEnum

from core.rules import RuleBroken
from loyalty.policy.parameters import PointsParameters
from service_desk.policy.parameters import ServiceDeskParameters


class Means(StrEnum):
    """SVC-04 · D6.2 — how a member is compensated."""

    POINTS = "points"
    COUPON = "coupon"
    MONEY = "money"


class Authority(StrEnum):
    """SVC-04 · D6.2 — on whose authority, from the least to the greatest."""

    AGENT = "agent"
    LEAD = "lead"
    DIRECTOR = "director"


LADDER = tuple(Authority)


def limit(authority: Authority, *, parameters: ServiceDeskParameters) -> int | None:
    """SVC-04 · D6.2 — the most that a case may cost on an authority; the director's knows no limit."""
    if authority is Authority.AGENT:
        return parameters.agent_minor
    return max(parameters.agent_minor, parameters.lead_minor) if authority is Authority.LEAD else None


def needed(total_minor: int, *, parameters: ServiceDeskParameters) -> Authority:
    """SVC-04 · D6.2 — the least authority that covers everything given in a case; limits are inclusive."""
    within = ((one, limit(one, parameters=parameters)) for one in LADDER)
    return next(one for one, most in within if most is None or total_minor <= most)


def covers(own: Authority, asked: Authority) -> bool:
    """SVC-04 · D6.2 — whether somebody gives it at once; what needs the director is always decided by a second person."""
    return asked is not Authority.DIRECTOR and LADDER.index(own) >= LADDER.index(asked)


def worth_of_points(points: int, *, parameters: PointsParameters) -> int:
    """SVC-04, LOY-06 · D6.2, B7.2 — points at what they take off a purchase, rounded up: an authority is not exceeded by cents.

    Refuses what is not positive, and points whose worth is not known (`points_without_worth`).
    """
    if points <= 0:
        raise RuleBroken("points_not_positive")
    if parameters.value_minor <= 0:
        raise RuleBroken("points_without_worth")
    return -(-points * parameters.value_minor // parameters.value_points)


def worth_of_coupon(*, amount_minor: int, most_minor: int | None) -> int:
    """SVC-04, LOY-13 · D6.2, E2.6 — a coupon at the most it can take off.

    Refuses a percentage without a ceiling (`coupon_without_ceiling`): nobody's authority covers what has no end.
    """
    worth = amount_minor if amount_minor else most_minor
    if not worth:
        raise RuleBroken("coupon_without_ceiling")
    return worth if most_minor is None else min(worth, most_minor)


def worth_of_money(amount_minor: int, *, left_minor: int, order_left_minor: int) -> int:
    """SVC-04, CARD-20 · D6.2, E5.6 — a part of what was paid; `left_minor` is left of the payment, the other of its order.

    Refuses more than is left (`compensation_above_paid`), and all of it (`compensation_is_a_return`): who gets everything back
    returns what he bought, and its cards end.
    """
    if not 0 < amount_minor <= left_minor:
        raise RuleBroken("compensation_above_paid")
    if amount_minor >= order_left_minor:
        raise RuleBroken("compensation_is_a_return")
    return amount_minor
