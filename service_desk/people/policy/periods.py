"""SVC-10 · B11.2 — score-cards are written by month and by year; a period is closed some days after it has ended."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from core import periods


class Span(StrEnum):
    """SVC-10 · B11.2 — a month or a year."""

    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, order=True)
class Period:
    """SVC-10 · B11.2 — a calendar month or year by its first day."""

    starts_on: dt.date
    span: Span

    @property
    def ends_on(self) -> dt.date:
        """Its last day."""
        if self.span is Span.MONTH:
            return periods.month_end(self.starts_on)
        return self.starts_on.replace(month=12, day=31)

    @property
    def before(self) -> "Period":
        """The one before it."""
        months = -1 if self.span is Span.MONTH else -12
        return Period(periods.add_months(self.starts_on, months), self.span)

    def closes_on(self, grace_days: int) -> dt.date:
        """From this day on its figures no longer move."""
        return self.ends_on + dt.timedelta(days=1 + grace_days)


def of(day: dt.date, span: Span) -> Period:
    """SVC-10 · B11.2 — the period in which a day lies."""
    return Period(day.replace(day=1) if span is Span.MONTH else day.replace(month=1, day=1), span)


def running(day: dt.date, *, grace_days: int) -> list[Period]:
    """SVC-10 · B11.2 — the periods whose figures still move on a day: this month and year, and those before until they are
    closed; the oldest first."""
    found = []
    for span in Span:
        period = of(day, span)
        while day < period.closes_on(grace_days):
            found.append(period)
            period = period.before
    return sorted(found)
