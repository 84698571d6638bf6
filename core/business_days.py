"""SVC-03 · D4.3.2, CARD-03 — business time: several half-open intervals a day, special days, public holidays."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import holidays

from core import periods
from core.rules import RuleBroken

DAY_MINUTES = 24 * 60
NEVER_OPEN_AFTER_DAYS = 3660
Hours = tuple[tuple[int, int], ...]
"""Half-open intervals in minutes from midnight: ((540, 720), (780, 1260)) is 09:00–12:00 and 13:00–21:00."""

NINE_TO_NINE: Hours = ((9 * 60, 21 * 60),)


@dataclass(frozen=True)
class BusinessCalendar:
    """When the business works: hours by weekday (Monday first), closed on holidays; a special day beats both."""

    zone: tzinfo
    weekly: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours] = (NINE_TO_NINE,) * 7
    holidays: frozenset[date] = frozenset()
    special_days: Mapping[date, Hours] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for hours in (*self.weekly, *self.special_days.values()):
            edges = [edge for interval in hours for edge in interval]
            if edges != sorted(set(edges)) or (edges and not 0 <= edges[0] < edges[-1] <= DAY_MINUTES):
                raise RuleBroken("hours_overlap_or_leave_the_day")

    def hours_on(self, day: date) -> Hours:
        if day in self.special_days:
            return self.special_days[day]
        return () if day in self.holidays else self.weekly[day.weekday()]

    def is_business_day(self, day: date) -> bool:
        return bool(self.hours_on(day))


def next_business_day(calendar: BusinessCalendar, after: date) -> date:
    """The first business day later than `after`; refuses a calendar that does not open for ten years."""
    for offset in range(1, NEVER_OPEN_AFTER_DAYS):
        if calendar.is_business_day(day := after + timedelta(days=offset)):
            return day
    raise RuleBroken("calendar_never_opens")


def is_open(calendar: BusinessCalendar, moment: datetime) -> bool:
    """Whether business is done at `moment`; the closing minute itself is closed."""
    day = periods.day_of(moment, calendar.zone)
    return any(opens <= moment < closes for opens, closes in _intervals(calendar, day, day))


def add_business_minutes(calendar: BusinessCalendar, start: datetime, minutes: int) -> datetime:
    """The moment by which `minutes` of business time have passed since `start` (in UTC); 0 minutes is `start` itself.

    A deadline met exactly at closing time stays there and does not slip to the next opening.
    """
    left = timedelta(minutes=minutes)
    if left <= timedelta(0):
        return start.astimezone(UTC)
    first = periods.day_of(start, calendar.zone)
    # The horizon is "never opens" plus a day for each possible minute of the promise.
    for opens, closes in _intervals(calendar, first, first + timedelta(days=NEVER_OPEN_AFTER_DAYS + minutes)):
        begins = max(opens, start.astimezone(UTC))
        if begins < closes:
            if left <= closes - begins:
                return begins + left
            left -= closes - begins
    raise RuleBroken("calendar_never_opens")


def business_minutes_between(calendar: BusinessCalendar, start: datetime, end: datetime) -> int:
    """Whole business minutes from `start` to `end`; 0 where `end` is not later."""
    if end <= start:
        return 0
    days = periods.day_of(start, calendar.zone), periods.day_of(end, calendar.zone)
    worked = (min(closes, end) - max(opens, start) for opens, closes in _intervals(calendar, *days))
    return sum((part for part in worked if part > timedelta(0)), timedelta(0)) // timedelta(minutes=1)


def _intervals(calendar: BusinessCalendar, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
    """Opening and closing moments in UTC, so that an hour that the clocks skip or repeat counts as it really passes."""
    day = first
    while day <= last:
        for opens, closes in calendar.hours_on(day):
            yield _at(day, opens, calendar.zone), _at(day, closes, calendar.zone)
        day += timedelta(days=1)


def _at(day: date, minute: int, zone: tzinfo) -> datetime:
    if minute == DAY_MINUTES:
        return periods.last_moment(day, zone)
    return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone).astimezone(UTC)


# Loading the data, apart from the rules above: the only place that knows the `holidays` package.


def public_holidays(country: str, years: Iterable[int]) -> frozenset[date]:
    """The public holidays of an ISO country ("CN", "HK", "TW") in those years; an unknown country is a bug."""
    return frozenset(holidays.country_holidays(country, years=years))
