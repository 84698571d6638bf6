"""Business hours: what the parameters say, and sums that answer what `core.business_days` answers by counting days."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import parameter_values
from core.business_days import BusinessCalendar, add_business_minutes, business_minutes_between
from core.rules import RuleBroken
from service_desk.policy.business_hours import OpenHours, calendar, dated
from service_desk.policy.hours_parameters import BusinessHoursParameters, Opening, SpecialDay, minute_of
from tests.service_desk.policy.calendars import MONDAY, SHANGHAI, calendars, moment, moments, nine_to_nine

MINUTE = dt.timedelta(minutes=1)


def made(**values: object) -> BusinessCalendar:
    return calendar(BusinessHoursParameters(**values), zone=SHANGHAI, holidays=[])  # type: ignore[arg-type]


def test_by_default_business_is_done_from_nine_to_nine_every_day() -> None:
    assert {made().hours_on(MONDAY + dt.timedelta(day)) for day in range(7)} == {((540, 1_260),)}


def test_a_day_may_have_several_intervals() -> None:
    rows = (Opening(1, 5, "09:00", "12:00"), Opening(1, 5, "13:00", "21:00"), Opening(6, 6, "10:00", "24:00"))
    week = made(week=rows)
    assert week.hours_on(MONDAY) == ((540, 720), (780, 1_260))
    assert week.hours_on(MONDAY + dt.timedelta(5)) == ((600, 1_440),)
    assert week.hours_on(MONDAY + dt.timedelta(6)) == ()


def test_holidays_are_closed_unless_the_parameter_says_otherwise_and_a_special_day_beats_both() -> None:
    day = dt.date(2026, 10, 1)
    shut = calendar(BusinessHoursParameters(), zone=SHANGHAI, holidays=[day])
    assert shut.hours_on(day) == ()
    open_ = calendar(BusinessHoursParameters(closed_on_holidays=False), zone=SHANGHAI, holidays=[day])
    assert open_.hours_on(day) == ((540, 1_260),)
    special = BusinessHoursParameters(
        special_days=(SpecialDay("2026-10-01", "10:00", "14:00"), SpecialDay("2026-12-31"))
    )
    assert calendar(special, zone=SHANGHAI, holidays=[day]).hours_on(day) == ((600, 840),)
    assert made(special_days=special.special_days).hours_on(dt.date(2026, 12, 31)) == ()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"week": [{"opens": "9 o’clock"}]}, "time_of_day_unreadable"),
        ({"week": [{"opens": "09:60"}]}, "time_of_day_unreadable"),
        ({"week": [{"closes": "24:01"}]}, "time_of_day_unreadable"),
        ({"week": [{"first_day": 5, "last_day": 1}]}, "days_of_the_week_reversed"),
        ({"week": [{"opens": "21:00", "closes": "09:00"}]}, "hours_overlap_or_leave_the_day"),
        ({"week": [{}, {"last_day": 1, "opens": "20:00", "closes": "22:00"}]}, "hours_overlap_or_leave_the_day"),
        ({"week": []}, "calendar_never_opens"),
        ({"special_days": [{"day": "31 December"}]}, "day_unreadable"),
        ({"special_days": [{"day": "2026-12-31", "opens": "10:00"}]}, "time_of_day_unreadable"),
    ],
)
def test_hours_that_cannot_be_are_refused_when_they_are_proposed(values: dict[str, object], code: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        parameter_values.from_json(BusinessHoursParameters, values)
    assert refusal.value.code == code


def test_midnight_ends_a_day() -> None:
    assert minute_of("24:00") == 1_440
    assert minute_of("0:05") == 5


@settings(max_examples=300)
@given(calendars(), moments, moments)
def test_sums_give_what_counting_gives(week: BusinessCalendar, start: dt.datetime, end: dt.datetime) -> None:
    assert OpenHours(week).worked(start, end) // MINUTE == business_minutes_between(week, start, end)


@settings(max_examples=300)
@given(calendars(), moments, st.integers(0, 20_000))
def test_the_end_of_a_promise_is_the_one_that_counting_gives(
    week: BusinessCalendar, start: dt.datetime, minutes: int
) -> None:
    assert OpenHours(week).after(start, minutes * MINUTE) == add_business_minutes(week, start, minutes)


@given(calendars(), moments, moments, moments)
def test_business_time_adds_up(
    week: BusinessCalendar, first: dt.datetime, second: dt.datetime, third: dt.datetime
) -> None:
    hours, (a, b, c) = OpenHours(week), sorted([first, second, third])
    assert hours.worked(a, b) + hours.worked(b, c) == hours.worked(a, c)


@given(calendars(), moments, st.integers(1, 5_000))
def test_what_is_worked_until_the_end_of_a_promise_is_the_promise(
    week: BusinessCalendar, start: dt.datetime, minutes: int
) -> None:
    hours = OpenHours(week)
    assert hours.worked(start, hours.after(start, minutes * MINUTE)) == minutes * MINUTE


def test_a_calendar_that_never_opens_is_refused() -> None:
    never = BusinessCalendar(zone=SHANGHAI, weekly=((),) * 7)
    with pytest.raises(RuleBroken) as refusal:
        OpenHours(never).after(moment("23 10:00"), MINUTE)
    assert refusal.value.code == "calendar_never_opens"


def test_questions_in_any_order_get_the_same_answers() -> None:
    hours = OpenHours(nine_to_nine())
    late = hours.worked(moment("23 10:00"), moment("25 10:00"))
    early = hours.worked(moment("23 10:00") - dt.timedelta(3_000), moment("23 10:00") - dt.timedelta(2_999))
    assert early == dt.timedelta(hours=12)
    assert hours.worked(moment("23 10:00"), moment("25 10:00")) == late == dt.timedelta(hours=24)


def test_new_hours_hold_from_their_day_on() -> None:
    old, new = nine_to_nine(), made(week=(Opening(1, 7, "10:00", "12:00"),))
    both = dated([(dt.date.min, old), (MONDAY + dt.timedelta(1), new)])
    assert both.hours_on(MONDAY) == ((540, 1_260),)
    assert both.hours_on(MONDAY + dt.timedelta(1)) == ((600, 720),)
    assert OpenHours(both).after(moment("23 20:00"), dt.timedelta(hours=2)) == moment("24 11:00")
