from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import business_days
from core.business_days import BusinessCalendar
from core.rules import RuleBroken

SHANGHAI = ZoneInfo("Asia/Shanghai")
SPLIT = ((9 * 60, 12 * 60), (13 * 60, 18 * 60))
NEW_YEAR = date(2027, 1, 1)
OFFICE = BusinessCalendar(
    SHANGHAI,
    weekly=(SPLIT, SPLIT, SPLIT, SPLIT, SPLIT, (), ()),
    holidays=frozenset({NEW_YEAR}),
    special_days={date(2027, 1, 2): ((10 * 60, 12 * 60),)},
)
MOMENTS = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=SHANGHAI)


def test_business_days_skip_weekends_and_holidays_but_a_special_day_beats_both():
    assert business_days.next_business_day(OFFICE, date(2026, 12, 31)) == date(2027, 1, 2)
    assert business_days.next_business_day(OFFICE, date(2027, 1, 2)) == date(2027, 1, 4)
    assert not OFFICE.is_business_day(NEW_YEAR)


def test_the_shop_is_open_from_the_first_minute_and_closed_at_the_last():
    day = date(2026, 11, 23)
    assert business_days.is_open(OFFICE, at(day, 9))
    assert not business_days.is_open(OFFICE, at(day, 12))
    assert business_days.is_open(OFFICE, at(day, 13))
    assert not business_days.is_open(OFFICE, at(day, 18))


def test_business_time_stops_at_lunch_overnight_and_over_the_holiday():
    thursday = date(2026, 12, 31)
    assert business_days.add_business_minutes(OFFICE, at(thursday, 11, 30), 60) == at(thursday, 13, 30)
    assert business_days.add_business_minutes(OFFICE, at(thursday, 17), 120) == at(date(2027, 1, 2), 11)
    assert business_days.business_minutes_between(OFFICE, at(thursday, 17), at(date(2027, 1, 2), 11)) == 120


def test_a_deadline_met_at_closing_time_stays_there():
    day = date(2026, 11, 23)
    assert business_days.add_business_minutes(OFFICE, at(day, 17), 60) == at(day, 18)
    assert business_days.add_business_minutes(OFFICE, at(day, 3), 0) == at(day, 3)


@given(MOMENTS, st.integers(min_value=1, max_value=20_000))
def test_minutes_added_are_the_minutes_between(start, minutes):
    end = business_days.add_business_minutes(OFFICE, start, minutes)
    assert business_days.business_minutes_between(OFFICE, start, end) == minutes
    assert business_days.business_minutes_between(OFFICE, end, start) == 0


def test_an_hour_that_clocks_repeat_counts_as_it_passes():
    new_york = BusinessCalendar(ZoneInfo("America/New_York"), weekly=(((0, 1440),),) * 7)
    start = datetime(2024, 11, 3, 4, 0, tzinfo=UTC)
    assert business_days.business_minutes_between(new_york, start, start + timedelta(days=1)) == 1440
    assert business_days.add_business_minutes(new_york, start, 25 * 60) == start + timedelta(hours=25)


def test_a_calendar_that_never_opens_is_refused_rather_than_searched_for_ever():
    closed = BusinessCalendar(SHANGHAI, weekly=((),) * 7)
    with pytest.raises(RuleBroken, match="calendar_never_opens"):
        business_days.next_business_day(closed, NEW_YEAR)
    with pytest.raises(RuleBroken, match="calendar_never_opens"):
        business_days.add_business_minutes(closed, at(NEW_YEAR, 9), 5)


@pytest.mark.parametrize("hours", [((60, 30),), ((60, 120), (90, 180)), ((0, 1441),), ((-1, 5),)])
def test_hours_that_overlap_or_leave_the_day_are_refused(hours):
    with pytest.raises(RuleBroken, match="hours_overlap"):
        BusinessCalendar(SHANGHAI, special_days={NEW_YEAR: hours})


def test_public_holidays_of_the_coming_year_are_known():
    assert {date(2027, 1, 1), date(2027, 10, 1)} <= business_days.public_holidays("CN", [2027])
    assert business_days.public_holidays("HK", [2027]) != business_days.public_holidays("TW", [2027])
