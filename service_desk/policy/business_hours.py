"""SVC-03 · D4.3.2 — the hours in which clocks run, as parameters say them; and a reckoning of them that does not count days.

`OpenHours` answers what `core.business_days` answers, from sums made once: a sweep asks it some hundred thousand times.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from core.business_days import DAY_MINUTES, NEVER_OPEN_AFTER_DAYS, BusinessCalendar, Hours
from core.periods import day_of
from core.rules import RuleBroken
from service_desk.policy.hours_parameters import BusinessHoursParameters

CHUNK = 400  # days that the sums grow by
MOST_CLOSED = DAY_MINUTES
"""A calendar may open for a single minute a day: a promise then takes so many times longer."""


def calendar(parameters: BusinessHoursParameters, *, zone: tzinfo, holidays: Collection[date]) -> BusinessCalendar:
    """SVC-03 · D4.3.2 — the calendar that the parameters describe; what overlaps or cannot be read was refused there."""
    week = parameters.by_weekday()
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (tuple(sorted(week[day])) for day in range(7))
    return BusinessCalendar(
        zone=zone,
        weekly=(monday, tuesday, wednesday, thursday, friday, saturday, sunday),
        holidays=frozenset(holidays) if parameters.closed_on_holidays else frozenset(),
        special_days={day: tuple(sorted(hours)) for day, hours in parameters.by_special_day().items()},
    )


@dataclass(frozen=True)
class DatedCalendar(BusinessCalendar):
    """SVC-03 · D4.3.2 — calendars that follow one another: on each day the one that was in force then."""

    eras: tuple[tuple[date, BusinessCalendar], ...] = ()

    def hours_on(self, day: date) -> Hours:
        place = bisect_right(self.eras, day, key=lambda era: era[0])
        return self.eras[max(place - 1, 0)][1].hours_on(day)


def dated(eras: Sequence[tuple[date, BusinessCalendar]]) -> BusinessCalendar:
    """SVC-03 · D4.3.2 — one calendar of several, the earliest first; before the first era its hours hold too."""
    return eras[0][1] if len(eras) == 1 else DatedCalendar(zone=eras[0][1].zone, eras=tuple(eras))


@dataclass(frozen=True)
class _Sums:
    """The intervals of the days [first, last), and how much was open before each of them (one more than intervals)."""

    first: date
    last: date
    opens: list[datetime]
    closes: list[datetime]
    before: list[timedelta]

    def until(self, moment: datetime) -> timedelta:
        place = bisect_right(self.opens, moment) - 1
        if place < 0:
            return timedelta(0)
        return self.before[place] + min(moment, self.closes[place]) - self.opens[place]


class OpenHours:
    """SVC-03 · D4.3.2 — the business time of a calendar by sums of its intervals: every question is one look-up.

    The sums are made for the days that are asked for and replaced as a whole, so that threads may share them.
    """

    def __init__(self, calendar: BusinessCalendar) -> None:
        self.calendar = calendar
        self._sums: _Sums | None = None

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """SVC-03 · D4.3.2 — the business time from `start` to `end`, exactly; nothing where `end` is not later."""
        if end <= start:
            return timedelta(0)
        sums = self._covering(day_of(start, self.calendar.zone), day_of(end, self.calendar.zone))
        return sums.until(end) - sums.until(start)

    def after(self, start: datetime, time_left: timedelta) -> datetime:
        """SVC-03 · D4.3.2 — the moment (UTC) by which so much business time has passed; `start` itself where none is left.

        What ends exactly at closing time stays there and does not slip to the next opening.
        """
        start = start.astimezone(UTC)
        if time_left <= timedelta(0):
            return start
        day = day_of(start, self.calendar.zone)
        furthest = day + timedelta(days=NEVER_OPEN_AFTER_DAYS) + time_left * MOST_CLOSED
        sums = self._covering(day, day)
        wanted = sums.until(start) + time_left
        while sums.before[-1] < wanted:
            if sums.last > furthest:
                raise RuleBroken("calendar_never_opens")
            before = sums
            sums = self._covering(day, sums.last + timedelta(days=CHUNK))
            wanted += sums.until(start) - before.until(start)
        place = bisect_left(sums.before, wanted) - 1
        return sums.opens[place] + (wanted - sums.before[place])

    def _covering(self, first: date, last: date) -> _Sums:
        sums = self._sums
        if sums is None or first < sums.first or last >= sums.last:
            begins, ends = first - timedelta(days=CHUNK), last + timedelta(days=CHUNK)
            if sums is not None:
                begins, ends = min(begins, sums.first), max(ends, sums.last)
            self._sums = sums = self._summed(begins, ends)
        return sums

    def _summed(self, first: date, last: date) -> _Sums:
        sums = _Sums(first, last, [], [], [timedelta(0)])
        for offset in range((last - first).days):
            day = first + timedelta(days=offset)
            for opens, closes in self.calendar.hours_on(day):
                begins, ends = self._at(day, opens), self._at(day, closes)
                if begins < ends:  # an hour that the clocks skip is no hour
                    sums.opens.append(begins)
                    sums.closes.append(ends)
                    sums.before.append(sums.before[-1] + (ends - begins))
        return sums

    def _at(self, day: date, minute: int) -> datetime:
        if minute == DAY_MINUTES:
            day, minute = day + timedelta(days=1), 0
        return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=self.calendar.zone).astimezone(UTC)
