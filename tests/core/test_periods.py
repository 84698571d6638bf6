import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import periods
from core.periods import LeapBirthday

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))
ZONES = st.sampled_from(["Asia/Shanghai", "Asia/Hong_Kong", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia", "UTC"])


def test_a_month_without_the_day_gives_its_last_day():
    assert periods.add_months(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert periods.add_months(date(2027, 12, 31), 2) == date(2028, 2, 29)
    assert periods.add_months(date(2028, 3, 31), -1) == date(2028, 2, 29)
    assert periods.add_years(date(2028, 2, 29), 1) == date(2029, 2, 28)
    assert periods.month_end(date(2028, 2, 3)) == date(2028, 2, 29)


@given(DAYS, st.integers(min_value=-600, max_value=600))
def test_adding_months_lands_in_the_right_month_and_never_past_the_day(day, months):
    later = periods.add_months(day, months)
    assert later.year * 12 + later.month == day.year * 12 + day.month + months
    assert later.day == day.day or (later.day < day.day and later == periods.month_end(later))


@given(DAYS, DAYS, st.sampled_from(LeapBirthday))
def test_age_never_falls_and_grows_on_the_birthday_alone(one, other, leap_birthday):
    birth, day = sorted((one, other))
    age = periods.age_on(day, birth=birth, leap_birthday=leap_birthday)
    tomorrow = day + timedelta(days=1)
    is_birthday = periods.birthday_in(tomorrow.year, birth, leap_birthday=leap_birthday) == tomorrow
    assert age >= 0
    assert periods.age_on(tomorrow, birth=birth, leap_birthday=leap_birthday) == age + is_birthday


def test_the_day_before_birth_has_no_age():
    with pytest.raises(ValueError, match="before the birth"):
        periods.age_on(date(2000, 1, 1), birth=date(2000, 1, 2))


def test_a_day_ends_where_the_next_begins_and_a_moment_without_a_zone_has_no_day():
    end = periods.last_moment(date(2027, 1, 21), SHANGHAI)
    assert end == datetime(2027, 1, 21, 16, 0, tzinfo=UTC) == periods.first_moment(date(2027, 1, 22), SHANGHAI)
    assert periods.day_of(end - timedelta(microseconds=1), SHANGHAI) == date(2027, 1, 21)
    assert periods.day_of(end, SHANGHAI) == date(2027, 1, 22)
    assert periods.last_moment(date.max, SHANGHAI) > periods.first_moment(date.max, SHANGHAI)
    with pytest.raises(ValueError, match="time zone"):
        periods.day_of(datetime(2027, 1, 1), SHANGHAI)  # noqa: DTZ001


def test_a_day_that_begins_at_one_because_clocks_skip_midnight_leaves_no_hole():
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    begins = periods.first_moment(date(2018, 11, 4), sao_paulo)
    assert begins.astimezone(sao_paulo).hour == 1
    assert begins == periods.last_moment(date(2018, 11, 3), sao_paulo)


@settings(max_examples=1_000)
@given(DAYS, ZONES)
def test_a_microsecond_around_midnight_belongs_to_the_right_day(day, zone_name):
    zone = ZoneInfo(zone_name)
    first, end = periods.first_moment(day, zone), periods.last_moment(day, zone)
    if first == end:  # Apia had no 30 December 2011
        assert day == date(2011, 12, 30)
        return
    assert periods.day_of(first, zone) == day
    assert periods.day_of(end - timedelta(microseconds=1), zone) == day
    assert periods.day_of(end, zone) > day


def test_each_of_a_hundred_thousand_midnights_parts_two_business_days():
    day, microsecond = date(1950, 1, 1), timedelta(microseconds=1)
    end = periods.first_moment(day, SHANGHAI)
    for _ in range(100_000):
        begins, end = end, periods.last_moment(day, SHANGHAI)
        assert periods.day_of(begins, SHANGHAI) == day
        assert periods.day_of(end - microsecond, SHANGHAI) == day
        day += timedelta(days=1)


def test_the_shared_table_of_months_and_years(shared_data: Path):
    for case in _table(shared_data)["add_months_years"]:
        months = case["n"] * (12 if case["unit"] == "year" else 1)
        later = periods.add_months(date.fromisoformat(case["start"]), months)
        assert later.isoformat() == case["clamp_next"], case
        assert (later - timedelta(days=1)).isoformat() == case["clamp_inclusive_end"], case


def test_the_shared_table_of_a_monthly_series_that_keeps_its_day(shared_data: Path):
    case = _table(shared_data)["monthly_anchor_31"]
    series = periods.monthly_series(date.fromisoformat(case["start"]), len(case["anchor_preserving"]))
    assert [day.isoformat() for day in series] == case["anchor_preserving"]


def test_the_shared_tables_of_ages_and_leap_birthdays(shared_data: Path):
    table = _table(shared_data)
    for case in table["ages"]:
        day, birth = date.fromisoformat(case["on"]), date.fromisoformat(case["birth"])
        assert periods.age_on(day, birth=birth) == case["age_feb29_counts_feb28"], case
        assert periods.age_on(day, birth=birth, leap_birthday=LeapBirthday.MAR_1) == case["age_feb29_counts_mar1"], case
    for case in table["birthday_feb29"]:
        year, birth = case["year"], date.fromisoformat(case["birth"])
        assert periods.birthday_in(year, birth).isoformat() == case["birthday_if_feb28"], case
        march = periods.birthday_in(year, birth, leap_birthday=LeapBirthday.MAR_1)
        assert march.isoformat() == case["birthday_if_mar1"], case


def test_the_shared_table_of_zones(shared_data: Path):
    for case in _table(shared_data)["zones"]:
        zone, moment = ZoneInfo(case["zone"]), datetime.fromisoformat(case["utc"])
        assert periods.day_of(moment, zone) == datetime.fromisoformat(case["round_trip"]).date(), case
        if case["local"].endswith("T00:00:00") and case["fold"] == 0:
            assert periods.first_moment(datetime.fromisoformat(case["local"]).date(), zone) == moment, case


def _table(shared_data: Path):
    # Left out by name: `iso_weeks` (Python's own isocalendar) and `parsing` (dates in files are read by the import).
    return json.loads((shared_data / "cases/dates_timezones.json").read_text())
