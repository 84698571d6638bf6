"""The `[X]` of emergencies (D12), with the defaults to ship."""

from dataclasses import dataclass
from typing import ClassVar

from core.parameter_values import parameter

CLAUSE = "SVC-16 · D12"


@dataclass(frozen=True)
class IncidentParameters:
    """SVC-16 · D12 — how often plans are gone over, what a second person decides, what is owed afterwards."""

    AREA: ClassVar[str] = "incidents"

    plan_months: int = parameter(12, unit="months", clause=CLAUSE, minimum=1, maximum=36)
    drill_months: int = parameter(12, unit="months", clause=CLAUSE, minimum=1, maximum=36)
    remind_ahead_days: int = parameter(14, unit="days", clause=CLAUSE, maximum=60)
    review_up_to: int = parameter(2, unit="", clause=CLAUSE, minimum=0, maximum=4)
    tell_alone: int = parameter(50, unit="", clause=CLAUSE, maximum=100_000)
    authority_hours: int = parameter(72, unit="hours", clause=CLAUSE, minimum=1, maximum=720)


AREAS = (IncidentParameters,)
