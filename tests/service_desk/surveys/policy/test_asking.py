"""When somebody is asked, and how long she is left alone."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import periods
from service_desk.surveys.policy import asking

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31))
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def test_an_occasion_is_asked_about_after_the_delay_and_at_most_some_days_later():
    found = asking.window(NOON, delay=dt.timedelta(hours=24), late_days=7, starts_at=LONG_AGO, ends_at=None)
    assert (found.begins_at, found.ends_at) == (NOON - dt.timedelta(days=8), NOON - dt.timedelta(days=1))


def test_nothing_is_asked_of_before_the_first_day_or_after_the_last():
    started = NOON - dt.timedelta(days=2)
    found = asking.window(NOON, delay=dt.timedelta(0), late_days=7, starts_at=started, ends_at=started)
    assert found.is_empty
    later = asking.window(NOON, delay=dt.timedelta(0), late_days=7, starts_at=NOON + dt.timedelta(1), ends_at=None)
    assert later.is_empty


@given(st.integers(0, 525_600), st.integers(0, 100), st.integers(1, 30))
def test_two_runs_a_day_apart_leave_no_occasion_between_them(minutes: int, hours: int, late: int):
    now = NOON + dt.timedelta(minutes=minutes)
    common = {"delay": dt.timedelta(hours=hours), "late_days": late, "starts_at": LONG_AGO, "ends_at": None}
    first = asking.window(now, **common)  # type: ignore[arg-type]
    second = asking.window(now + dt.timedelta(days=1), **common)  # type: ignore[arg-type]
    assert second.begins_at <= first.ends_at <= second.ends_at


@pytest.mark.parametrize(("days_later", "may"), [(29, False), (30, True), (31, True)])
def test_at_most_one_survey_in_thirty_days(days_later: int, may: bool):
    asked = dt.date(2026, 11, 1)
    free = asking.allowed_from(asked, asking.rests_until(asked, rest_days=30), rest_days=30)
    assert (asked + dt.timedelta(days=days_later) >= free) is may


@given(DAYS, st.integers(1, 90), st.integers(1, 90))
def test_rest_that_was_promised_stands_and_a_stricter_rule_counts_at_once(asked: dt.date, then: int, now: int):
    promised = asking.rests_until(asked, rest_days=then)
    free = asking.allowed_from(asked, promised, rest_days=now)
    assert free == asked + dt.timedelta(days=max(then, now))


@given(st.integers(0, 2**256), st.integers(1, 10_000), st.integers(1, 10_000))
def test_a_larger_share_takes_in_whom_a_smaller_one_did(drawn: int, one: int, other: int):
    small, large = sorted((one, other))
    if asking.is_sampled(drawn, share_bps=small):
        assert asking.is_sampled(drawn, share_bps=large)
    assert asking.is_sampled(drawn, share_bps=10_000)


@given(DAYS, DAYS, st.integers(1, 24))
def test_a_day_lies_in_the_period_that_began_last(day: dt.date, starts_on: dt.date, months: int):
    first = asking.period(day, starts_on=starts_on, every_months=months)
    if day < starts_on:
        assert first is None
        return
    begins = [periods.add_months(starts_on, months * n) for n in range(16 * 12 // months + 2)]
    assert first == max(one for one in begins if one <= day)
