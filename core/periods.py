"""CARD-01 · A2.1 — days, months and years as Civil Code 200–204 counts them; periods of moments are half-open."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum


class LeapBirthday(StrEnum):
    """The day on which a person born on 29 February grows a year older in a common year.

    28 February is the default: Civil Code 202 puts a day that the month lacks on the month's last day.
    """

    FEB_28 = "feb_28"
    MAR_1 = "mar_1"


def add_months(day: date, months: int) -> date:
    """The matching day `months` later (or earlier); where that month has no such day, its last day."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """The matching day `years` later; 29 February becomes the 28th in a common year."""
    return add_months(day, 12 * years)


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def on_day_of_month(day: date, day_of_month: int) -> date:
    """`day` moved within its month to `day_of_month`, or to the month's last day where that is missing."""
    return day.replace(day=min(day_of_month, monthrange(day.year, day.month)[1]))


def monthly_series(first: date, count: int) -> list[date]:
    """`count` days a month apart that keep the original day: 31 Jan, 28 Feb, 31 Mar (never 28 Mar)."""
    return [add_months(first, i) for i in range(count)]


def birthday_in(year: int, birth: date, *, leap_birthday: LeapBirthday = LeapBirthday.FEB_28) -> date:
    """The day in `year` on which the person born on `birth` has a birthday."""
    birthday = add_years(birth, year - birth.year)
    moved = birthday.day != birth.day and leap_birthday is LeapBirthday.MAR_1
    return birthday + timedelta(days=1) if moved else birthday


def age_on(day: date, *, birth: date, leap_birthday: LeapBirthday = LeapBirthday.FEB_28) -> int:
    """Completed years on `day`; a birthday counts from the start of its day. A day before birth is a bug."""
    if day < birth:
        raise ValueError("the day lies before the birth")
    had_birthday = day >= birthday_in(day.year, birth, leap_birthday=leap_birthday)
    return day.year - birth.year - (0 if had_birthday else 1)


def day_of(moment: datetime, zone: tzinfo) -> date:
    """The business day on which `moment` falls in `zone`; a moment without a zone is a bug."""
    if moment.utcoffset() is None:
        raise ValueError("a moment without a time zone has no day")
    return moment.astimezone(zone).date()


def first_moment(day: date, zone: tzinfo) -> datetime:
    """The moment `day` begins in `zone`, where clocks skip midnight the moment they skip to.

    In UTC, because Python compares two moments of one zone by their wall clocks, which repeat an hour each autumn.
    """
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)


def last_moment(day: date, zone: tzinfo) -> datetime:
    """The half-open end of `day` in `zone`: 24:00, the next day's first moment (of 9999-12-31: for ever)."""
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return first_moment(day + timedelta(days=1), zone)
