"""The `[X]` of benefits, of service by tier and of their evaluation (A4.2, B8.3, C3), with the defaults to ship."""

from dataclasses import dataclass
from typing import ClassVar

from core.parameter_values import parameter


@dataclass(frozen=True)
class TierService:
    """What a tier is served with: how many days ahead its members may reserve, and how many days before everybody else
    they may buy a card that is launched or redeem a reward that comes on offer."""

    tier: str = parameter("", unit="tier code", clause="LOY-15 · B8.3")
    days_ahead: int = parameter(0, unit="days", clause="LOY-15 · B8.3", maximum=366)
    head_start: int = parameter(0, unit="days", clause="LOY-15 · B8.3", maximum=60)


BY_TIER = (
    TierService("normal", 3, 0), TierService("silver", 7, 1), TierService("gold", 14, 2), TierService("platinum", 30, 3)
)  # fmt: skip


@dataclass(frozen=True)
class ServiceParameters:
    """CARD-24, LOY-15 · E4.4, B8.3 — reserving benefits in kind and buying what is new, earlier for higher tiers; who has
    an adviser."""

    AREA: ClassVar[str] = "service"

    by_tier: tuple[TierService, ...] = parameter(BY_TIER, unit="tiers", clause="LOY-15 · B8.3")
    cancel_hours: int = parameter(2, unit="hours", clause="CARD-24 · E4.4", maximum=720)
    missed_after_minutes: int = parameter(60, unit="minutes", clause="CARD-24 · E4.4", maximum=1_440)
    open_at_once: int = parameter(6, unit="reservations", clause="CARD-24 · E4.4", minimum=1, maximum=100)
    adviser_from: str = parameter("platinum", unit="tier code", clause="LOY-15 · C7.2")


@dataclass(frozen=True)
class EvaluationParameters:
    """LOY-11 · C3.3 — what is asked of a benefit that is kept as it is."""

    AREA: ClassVar[str] = "benefit-evaluation"

    months: int = parameter(6, unit="months", clause="LOY-11 · C3.3", minimum=1, maximum=24)
    least_reach_bps: int = parameter(500, unit="basis points", clause="LOY-11 · C3.3", maximum=10_000)
    most_cost_bps: int = parameter(6_000, unit="basis points", clause="LOY-11 · C3.3", maximum=100_000)
    most_missed_bps: int = parameter(2_500, unit="basis points", clause="LOY-11 · C3.3", maximum=10_000)


AREAS = (ServiceParameters, EvaluationParameters)
