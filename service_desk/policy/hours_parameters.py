"""SVC-03 · D4.3.2 — when the service desk is open, as staff write it down; refused where it cannot be."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import ClassVar

from core.parameter_values import parameter
from core.rules import RuleBroken

DAY_MINUTES = 24 * 60
SVC_03 = "SVC-03 · D4.3.2"


def minute_of(text: str) -> int:
    """SVC-03 · D4.3.2 — `09:30` as minutes from midnight, `24:00` as the day's end; refuses what is no time of day."""
    hours, colon, minutes = text.partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and len(hours) <= 2 and len(minutes) == 2):
        raise RuleBroken("time_of_day_unreadable")
    found = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or found > DAY_MINUTES:
        raise RuleBroken("time_of_day_unreadable")
    return found


def _check_hours(intervals: list[tuple[int, int]]) -> None:
    """Hours of one day begin before they end, and none overlaps another."""
    edges = [edge for interval in sorted(intervals) for edge in interval]
    if any(later <= sooner for sooner, later in pairwise(edges)):
        raise RuleBroken("hours_overlap_or_leave_the_day")


@dataclass(frozen=True)
class Opening:
    """Hours of some days of the week: from `first_day` through `last_day`, Monday is 1. Several rows of a day add up."""

    first_day: int = parameter(1, unit="day of the week", clause=SVC_03, minimum=1, maximum=7)
    last_day: int = parameter(7, unit="day of the week", clause=SVC_03, minimum=1, maximum=7)
    opens: str = parameter("09:00", unit="time of day", clause=SVC_03)
    closes: str = parameter("21:00", unit="time of day", clause=SVC_03)

    def __post_init__(self) -> None:
        if self.last_day < self.first_day:
            raise RuleBroken("days_of_the_week_reversed")
        _check_hours([self.interval])

    @property
    def interval(self) -> tuple[int, int]:
        return minute_of(self.opens), minute_of(self.closes)

    @property
    def days(self) -> range:
        """Monday is 0."""
        return range(self.first_day - 1, self.last_day)


@dataclass(frozen=True)
class SpecialDay:
    """A day with hours of its own, whatever the week and the holidays say; without hours it is closed."""

    day: str = parameter("", unit="day", clause=SVC_03)
    opens: str = parameter("", unit="time of day", clause=SVC_03)
    closes: str = parameter("", unit="time of day", clause=SVC_03)

    def __post_init__(self) -> None:
        try:
            date.fromisoformat(self.day)
        except ValueError as error:
            raise RuleBroken("day_unreadable") from error
        _check_hours(self.intervals)

    @property
    def intervals(self) -> list[tuple[int, int]]:
        return [(minute_of(self.opens), minute_of(self.closes))] if self.opens or self.closes else []


EVERY_DAY = (Opening(),)


@dataclass(frozen=True)
class BusinessHoursParameters:
    """SVC-03 · D4.3.2 — when the clocks of the service desk run: hours of the week, public holidays, special days."""

    AREA: ClassVar[str] = "business_hours"

    week: tuple[Opening, ...] = parameter(EVERY_DAY, unit="hours", clause=SVC_03)
    special_days: tuple[SpecialDay, ...] = parameter((), unit="days", clause=SVC_03)
    closed_on_holidays: bool = parameter(True, unit="yes/no", clause=SVC_03)

    def __post_init__(self) -> None:
        for hours in (*self.by_weekday().values(), *self.by_special_day().values()):
            _check_hours(hours)
        if not self.week:
            raise RuleBroken("calendar_never_opens")

    def by_weekday(self) -> dict[int, list[tuple[int, int]]]:
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for row in self.week:
            for day in row.days:
                found[day].append(row.interval)
        return found

    def by_special_day(self) -> dict[date, list[tuple[int, int]]]:
        found: dict[date, list[tuple[int, int]]] = defaultdict(list)
        for one in self.special_days:
            found[date.fromisoformat(one.day)] += one.intervals
        return found
