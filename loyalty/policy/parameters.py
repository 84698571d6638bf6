"""The `[X]` of points and tiers (B7, B8), one frozen dataclass per area, with the defaults to ship."""

from dataclasses import dataclass
from typing import ClassVar

from core.parameter_values import parameter
from loyalty.policy.activity import SIGNALS, Signal


@dataclass(frozen=True)
class PointsParameters:
    """LOY-04 to LOY-08 · B7 — earning, waiting, lapsing and owing points, and what they are worth."""

    AREA: ClassVar[str] = "points"

    base_points: int = parameter(1, unit="points", clause="LOY-04 · B7.1", maximum=10_000)
    base_per_minor: int = parameter(100, unit="minor units", clause="LOY-04 · B7.1", minimum=1)
    pending_days: int = parameter(7, unit="days", clause="LOY-08 · B7", maximum=366)
    lapse_months: int = parameter(24, unit="months", clause="LOY-07 · B7.2.2", minimum=1, maximum=600)
    remind_before: tuple[int, ...] = parameter((60, 30, 7), unit="days", clause="LOY-07 · B7.2.2", maximum=366)
    value_points: int = parameter(100, unit="points", clause="LOY-06 · B7.2", minimum=1)
    value_minor: int = parameter(100, unit="minor units", clause="LOY-06 · B7.2")
    money_share_bps: int = parameter(5_000, unit="basis points", clause="LOY-06 · B7.2", maximum=10_000)
    confirm_above: int = parameter(500, unit="points", clause="LOY-06 · B7.2")
    collect_days: int = parameter(30, unit="days", clause="LOY-06 · B7.2", minimum=1, maximum=366)
    daily_cap: int = parameter(20_000, unit="points", clause="LOY-04 · B7.1", minimum=1)
    debt_limit: int = parameter(2_000, unit="points", clause="LOY-08 · B7")
    adjust_alone: int = parameter(1_000, unit="points", clause="LOY-04 · B7")


@dataclass(frozen=True)
class BirthdayParameters:
    """LOY-04, LOY-13 · B7.1 — what a birthday multiplies points by, once a year, on the day or so many days around it."""

    AREA: ClassVar[str] = "birthday"

    points_bps: int = parameter(20_000, unit="basis points", clause="LOY-13 · B7.1", minimum=10_000, maximum=100_000)
    window_days: int = parameter(3, unit="days", clause="LOY-13 · B7.1", maximum=31)


@dataclass(frozen=True)
class Tier:
    """A tier: how it is reached (spend, or visits and activity together), and what it multiplies points by."""

    code: str = parameter("", unit="code", clause="LOY-01 · B3.3")
    spend_minor: int = parameter(0, unit="minor units", clause="LOY-01 · C6.1")
    visits: int = parameter(0, unit="visits", clause="LOY-01 · C6.1", maximum=10_000)
    activity: int = parameter(0, unit="score", clause="LOY-01 · C6.1", maximum=1_000)
    points_bps: int = parameter(10_000, unit="basis points", clause="LOY-04 · B7.1", maximum=100_000)


FOUR_TIERS = (
    Tier("normal"),
    Tier("silver", spend_minor=200_000, visits=12, activity=30, points_bps=12_000),
    Tier("gold", spend_minor=800_000, visits=36, activity=60, points_bps=15_000),
    Tier("platinum", spend_minor=2_000_000, visits=80, activity=80, points_bps=20_000),
)


@dataclass(frozen=True)
class TierParameters:
    """LOY-01, LOY-02 · B3.3, C6 — the ladder of tiers from the lowest, how long a tier lasts and how it is kept."""

    AREA: ClassVar[str] = "tiers"

    ladder: tuple[Tier, ...] = parameter(FOUR_TIERS, unit="tiers", clause="LOY-01 · B3.3")
    window_months: int = parameter(12, unit="months", clause="LOY-01 · C6.1", minimum=1, maximum=60)
    validity_months: int = parameter(12, unit="months", clause="LOY-02 · B8.1", minimum=1, maximum=60)
    keep_bps: int = parameter(8_000, unit="basis points", clause="LOY-02 · B8.1", maximum=10_000)
    grace_days: int = parameter(30, unit="days", clause="LOY-02 · B8.1", maximum=366)
    levels_down: int = parameter(1, unit="levels", clause="LOY-02 · B8.1", minimum=1, maximum=10)
    return_days: int = parameter(30, unit="days", clause="LOY-02 · B8.1", maximum=366)
    signals: tuple[Signal, ...] = parameter(SIGNALS, unit="activities", clause="LOY-01 · C6.1")


AREAS = (PointsParameters, BirthdayParameters, TierParameters)
