"""The `[X]` of quality monitoring (D9), with the defaults to ship."""

from dataclasses import dataclass
from typing import ClassVar

from core.parameter_values import parameter


@dataclass(frozen=True)
class ReviewParameters:
    """SVC-12 · D9 — what passes, which cases are drawn, how long a review and an objection may take."""

    AREA: ClassVar[str] = "reviews"

    pass_mark: int = parameter(80, unit="percent", clause="SVC-12 · D9", minimum=1, maximum=100)
    least_per_agent: int = parameter(1, unit="cases", clause="SVC-12 · D9", maximum=50)
    share_bps: int = parameter(300, unit="basis points", clause="SVC-12 · D9", maximum=10_000)
    take_severe: bool = parameter(True, unit="yes/no", clause="SVC-12 · D9")
    take_breached: bool = parameter(False, unit="yes/no", clause="SVC-12 · D9")
    take_unhappy: bool = parameter(True, unit="yes/no", clause="SVC-12 · D9")
    unhappy_up_to: int = parameter(2, unit="of 5", clause="SVC-12 · D9", minimum=1, maximum=4)
    review_days: int = parameter(7, unit="days", clause="SVC-12 · D9", minimum=1, maximum=60)
    objection_days: int = parameter(14, unit="days", clause="SVC-12 · D9", minimum=1, maximum=90)
    compare_days: int = parameter(90, unit="days", clause="SVC-12 · D9", minimum=7, maximum=366)


AREAS = (ReviewParameters,)
