"""The `[X]` of coordination (B10), with the defaults to ship."""

from dataclasses import dataclass
from typing import ClassVar

from core.parameter_values import parameter


@dataclass(frozen=True)
class CoordinationParameters:
    """SVC-13 · B10.1 — when the owner of a task is reminded."""

    AREA: ClassVar[str] = "coordination"

    remind_ahead_days: int = parameter(3, unit="days", clause="SVC-13 · B10.1", maximum=60)
    remind_every_days: int = parameter(7, unit="days", clause="SVC-13 · B10.1", minimum=1, maximum=90)


AREAS = (CoordinationParameters,)
