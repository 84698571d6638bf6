"""LOY-06 · B7.2 — what points are worth in money, and how much of an order they may pay."""

from dataclasses import dataclass

from core import money
from core.rules import RuleBroken
from loyalty.policy.parameters import PointsParameters


@dataclass(frozen=True)
class MoneyOff:
    """So many points, and what they take off in minor units."""

    points: int = 0
    minor: int = 0


NOTHING = MoneyOff()


def worth(points: int, *, parameters: PointsParameters) -> int:
    """LOY-06 · B7.2 — what points are worth in minor units, rounded down."""
    return points * parameters.value_minor // parameters.value_points


def fewest(minor: int, *, parameters: PointsParameters) -> int:
    """LOY-06 · B7.2 — the fewest points that are worth so much: nobody gives a point that buys nothing."""
    return -(-minor * parameters.value_points // parameters.value_minor) if minor else 0


def most(available: int, *, of_minor: int, parameters: PointsParameters, leave_minor: int = 0) -> MoneyOff:
    """LOY-06 · B7.2 — the most that a balance may pay of an amount; `leave_minor` stays to be paid in money."""
    if parameters.value_minor == 0 or available <= 0:
        return NOTHING
    share = of_minor * parameters.money_share_bps // money.BASIS_POINTS
    room = max(min(share, of_minor - leave_minor), 0)
    # The largest number whose worth, rounded down, is still within the room.
    points = min(available, ((room + 1) * parameters.value_points - 1) // parameters.value_minor)
    minor = worth(points, parameters=parameters)
    return MoneyOff(fewest(minor, parameters=parameters), minor)


def must_be_confirmed(points: int, *, spent_today: int, parameters: PointsParameters) -> bool:
    """LOY-06 · B7.2 — whether a member has to say yes at the counter: above so many points in a day, however they are split."""
    return points > 0 and spent_today + points > parameters.confirm_above


def money_off(
    points: int, *, available: int, of_minor: int, parameters: PointsParameters, leave_minor: int = 0
) -> MoneyOff:
    """LOY-06 · B7.2 — what `points` take off an amount; of points that buy no whole minor unit the rest is left alone.

    Refuses `points_not_positive`, `points_too_few` (the balance), `points_above_share` (with the most that is allowed)
    and `points_buy_nothing`.
    """
    if points <= 0:
        raise RuleBroken("points_not_positive")
    if points > available:
        raise RuleBroken("points_too_few", available=available, asked=points)
    allowed = most(available, of_minor=of_minor, parameters=parameters, leave_minor=leave_minor)
    minor = worth(points, parameters=parameters)
    if minor > allowed.minor:
        raise RuleBroken("points_above_share", most=allowed.points)
    if minor == 0:
        raise RuleBroken("points_buy_nothing")
    return MoneyOff(fewest(minor, parameters=parameters), minor)
