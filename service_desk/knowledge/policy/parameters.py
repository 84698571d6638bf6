"""The `[X]` of the knowledge base and of announcements (D6.4, D7, D9.4), with the defaults to ship."""

from dataclasses import dataclass
from typing import ClassVar

from core.parameter_values import parameter


@dataclass(frozen=True)
class KnowledgeParameters:
    """SVC-15 · D6.4 — how often articles are looked over again, and what the help pages count."""

    AREA: ClassVar[str] = "knowledge"

    review_months: int = parameter(6, unit="months", clause="SVC-15 · D6.4", minimum=1, maximum=36)
    review_ahead_days: int = parameter(14, unit="days", clause="SVC-15 · D6.4", maximum=90)
    popular_days: int = parameter(30, unit="days", clause="SVC-15 · D6.4", minimum=1, maximum=366)
    vain_days: int = parameter(90, unit="days", clause="SVC-15 · D6.4", minimum=1, maximum=366)
    news_days: int = parameter(180, unit="days", clause="MEM-11 · D9.4", minimum=1, maximum=730)


AREAS = (KnowledgeParameters,)
