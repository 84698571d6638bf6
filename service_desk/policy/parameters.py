"""The `[X]` of the service desk (A6, B8.3, D4, D6), one frozen dataclass per area, with the defaults to ship."""

from dataclasses import dataclass
from typing import ClassVar

from core.parameter_values import parameter
from core.rules import RuleBroken
from service_desk.policy.codes import Complexity, Kind, Severity
from service_desk.policy.hours_parameters import BusinessHoursParameters as BusinessHoursParameters

HOUR = 60
SVC_03 = "SVC-03 · D4.3.2"
TOLD = ("owner", "lead", "director")
"""Who is told of a deadline, from below upwards."""


@dataclass(frozen=True)
class ServiceLevel:
    """What is promised to cases of a kind (of a complexity, where one is named), in business minutes; 0 promises nothing."""

    kind: str = parameter("", unit="code", clause=SVC_03)
    complexity: str = parameter("", unit="code", clause=SVC_03)
    acknowledge: int = parameter(0, unit="minutes", clause="SVC-04 · D6.1", maximum=100_000)
    first_response: int = parameter(0, unit="minutes", clause=SVC_03, maximum=100_000)
    next_response: int = parameter(0, unit="minutes", clause=SVC_03, maximum=100_000)
    resolution: int = parameter(0, unit="minutes", clause=SVC_03, maximum=100_000)

    def __post_init__(self) -> None:
        if self.kind not in ["", *Kind] or self.complexity not in ["", *Complexity]:
            raise RuleBroken(
                "classification_unknown", code=self.kind if self.kind not in list(Kind) else self.complexity
            )


@dataclass(frozen=True)
class TierFactor:
    """By what the times of a tier are multiplied."""

    tier: str = parameter("", unit="tier code", clause="LOY-15 · B8.3")
    factor_bps: int = parameter(10_000, unit="basis points", clause="LOY-15 · B8.3", minimum=100, maximum=100_000)


@dataclass(frozen=True)
class SeverityFactor:
    """By what the times of a severity are multiplied."""

    severity: str = parameter("", unit="code", clause=SVC_03)
    factor_bps: int = parameter(10_000, unit="basis points", clause=SVC_03, minimum=100, maximum=100_000)

    def __post_init__(self) -> None:
        if self.severity not in ["", *Severity]:
            raise RuleBroken("classification_unknown", code=self.severity)


@dataclass(frozen=True)
class Escalation:
    """Who is told when a share of the time has passed: `owner`, `lead` or `director`."""

    share_bps: int = parameter(10_000, unit="basis points", clause=SVC_03, minimum=100, maximum=100_000)
    to: str = parameter("owner", unit="code", clause=SVC_03)

    def __post_init__(self) -> None:
        if self.to not in TOLD:
            raise RuleBroken("escalation_to_nobody", to=self.to)


LEVELS = (
    ServiceLevel("enquiry", "", 0, 4 * HOUR, 4 * HOUR, 24 * HOUR),
    ServiceLevel("request", "", 0, 4 * HOUR, 4 * HOUR, 24 * HOUR),
    ServiceLevel("complaint", "simple", 15, 2 * HOUR, 2 * HOUR, 24 * HOUR),
    ServiceLevel("complaint", "complex", 15, 2 * HOUR, 2 * HOUR, 72 * HOUR),
    ServiceLevel("suggestion", "", 0, 24 * HOUR, 24 * HOUR, 72 * HOUR),
    ServiceLevel("praise", "", 0, 24 * HOUR, 24 * HOUR, 72 * HOUR),
)
TIERS = (TierFactor("silver", 7_500), TierFactor("gold", 5_000), TierFactor("platinum", 2_500))
SEVERITIES = (SeverityFactor("high", 5_000), SeverityFactor("critical", 2_500))
CHAIN = (Escalation(8_000, "owner"), Escalation(10_000, "lead"), Escalation(15_000, "director"))


@dataclass(frozen=True)
class ServiceLevelParameters:
    """SVC-03, LOY-15 · D4.3.2, B8.3 — times by kind and complexity, factors by tier and severity, who is told when.

    A case keeps the times that were in force when it was classified; who is told follows the day.
    """

    AREA: ClassVar[str] = "service_levels"

    levels: tuple[ServiceLevel, ...] = parameter(LEVELS, unit="levels", clause=SVC_03)
    tiers: tuple[TierFactor, ...] = parameter(TIERS, unit="tiers", clause="LOY-15 · B8.3")
    severities: tuple[SeverityFactor, ...] = parameter(SEVERITIES, unit="severities", clause=SVC_03)
    chain: tuple[Escalation, ...] = parameter(CHAIN, unit="steps", clause=SVC_03)


@dataclass(frozen=True)
class ServiceDeskParameters:
    """SVC-01, SVC-02, SVC-04 · A6.2, D6.2 — how long a resolved case may still be reopened, and who may compensate how much."""

    AREA: ClassVar[str] = "service_desk"

    close_after_days: int = parameter(7, unit="days", clause="SVC-04 · D6.3", minimum=1, maximum=366)
    reopen_days: int = parameter(30, unit="days", clause="SVC-04 · D6.3", maximum=366)
    task_hours: int = parameter(8, unit="hours", clause="SVC-02 · A6.2.2", minimum=1, maximum=720)
    viewing_seconds: int = parameter(60, unit="seconds", clause="SVC-01 · A6.2.1", minimum=15, maximum=600)
    near_breach_minutes: int = parameter(60, unit="minutes", clause=SVC_03, minimum=1, maximum=10_000)
    agent_minor: int = parameter(5_000, unit="minor units", clause="SVC-04 · D6.2")
    lead_minor: int = parameter(30_000, unit="minor units", clause="SVC-04 · D6.2")


AREAS = (ServiceLevelParameters, BusinessHoursParameters, ServiceDeskParameters)
