"""The `[X]` of complaints and of the improvements that follow from them (D6), with the defaults to ship."""

from dataclasses import dataclass
from typing import ClassVar

from core.parameter_values import parameter

CLOSED, IMPROVED = "SVC-04 · D6.2", "SVC-05 · D6.3"


@dataclass(frozen=True)
class ComplaintParameters:
    """SVC-04 · D6.2 — when a member is asked whether she is satisfied, and for how long she may answer."""

    AREA: ClassVar[str] = "complaints"

    follow_up_days: int = parameter(3, unit="days", clause=CLOSED, minimum=1, maximum=90)
    follow_up_open_days: int = parameter(30, unit="days", clause=CLOSED, minimum=1, maximum=366)


@dataclass(frozen=True)
class ImprovementParameters:
    """SVC-05 · D6.3 — how an improvement is measured: over how long, how surely, and when its owner is reminded."""

    AREA: ClassVar[str] = "improvements"

    window_days: int = parameter(90, unit="days", clause=IMPROVED, minimum=7, maximum=366)
    least_days: int = parameter(30, unit="days", clause=IMPROVED, minimum=1, maximum=366)
    doubt_bps: int = parameter(500, unit="basis points", clause=IMPROVED, minimum=1, maximum=5_000)
    remind_days: int = parameter(7, unit="days", clause=IMPROVED, minimum=1, maximum=90)


AREAS = (ComplaintParameters, ImprovementParameters)
