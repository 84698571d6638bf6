"""The `[X]` of surveys (D5), with the defaults to ship."""

from dataclasses import dataclass
from typing import ClassVar

from core.parameter_values import parameter


@dataclass(frozen=True)
class SurveyParameters:
    """SVC-06, SVC-07 · D5.1 — how often a member is asked, how long a link is good, what counts as a low score."""

    AREA: ClassVar[str] = "surveys"

    rest_days: int = parameter(30, unit="days", clause="SVC-07 · D5.1", minimum=1, maximum=366)
    late_days: int = parameter(7, unit="days", clause="SVC-06 · D5.1", minimum=1, maximum=60)
    link_days: int = parameter(14, unit="days", clause="SVC-07 · D5.1", minimum=1, maximum=90)
    satisfied_from: int = parameter(4, unit="score", clause="SVC-07 · D5.1", minimum=2, maximum=5)
    csat_low: int = parameter(2, unit="score", clause="SVC-06 · D5.2", maximum=4)
    nps_low: int = parameter(6, unit="score", clause="SVC-06 · D5.2", maximum=9)
    ces_low: int = parameter(3, unit="score", clause="SVC-06 · D5.2", maximum=6)
    least_answers: int = parameter(5, unit="answers", clause="SVC-07 · D5.1", minimum=2, maximum=100)


AREAS = (SurveyParameters,)
