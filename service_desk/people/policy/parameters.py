"""The `[X]` of training (A6.1, D7.1), with the defaults to ship."""

from dataclasses import dataclass
from typing import ClassVar

from core.parameter_values import parameter


@dataclass(frozen=True)
class TrainingParameters:
    """SVC-08, CARD-04 · A6.1, D7.1, A2.2.1 — when somebody is sent to a refresher and reminded of a course, and how many
    of a store's sellers must be certified before a card goes on sale."""

    AREA: ClassVar[str] = "training"

    refresher_days: int = parameter(30, unit="days", clause="SVC-08 · D7.1", minimum=1, maximum=366)
    refresher_least_days: int = parameter(7, unit="days", clause="SVC-08 · D7.1", maximum=90)
    remind_days: int = parameter(3, unit="days", clause="SVC-08 · D7.1", maximum=60)
    launch_least: int = parameter(1, unit="sellers", clause="CARD-04 · A2.2.1", maximum=1_000)
    launch_share_bps: int = parameter(5_000, unit="basis points", clause="CARD-04 · A2.2.1", maximum=10_000)


@dataclass(frozen=True)
class PerformanceParameters:
    """SVC-09, SVC-10, SVC-11 · D7.2, B11 — when figures stop moving, and how long somebody may object."""

    AREA: ClassVar[str] = "performance"

    close_after_days: int = parameter(5, unit="days", clause="SVC-10 · B11.2", maximum=60)
    objection_days: int = parameter(30, unit="days", clause="SVC-10 · D7.2.4", minimum=1, maximum=366)
    history_months: int = parameter(12, unit="months", clause="SVC-10 · B11.2", minimum=2, maximum=36)


AREAS = (TrainingParameters, PerformanceParameters)
