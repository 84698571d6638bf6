import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.messaging import timing

ZONES = [ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")]
clocks = st.times(timezones=st.none()).map(lambda time: time.replace(second=0, microsecond=0))


@given(tries=st.integers(1, timing.MAX_TRIES - 2), luck=st.floats(0, 1), later_luck=st.floats(0, 1))
def test_each_wait_is_longer_than_the_one_before(tries, luck, later_luck):
    now, later = timing.retry_wait(tries, luck=luck), timing.retry_wait(tries + 1, luck=later_luck)
    assert now is not None
    assert later is not None
    assert dt.timedelta(minutes=1) <= now < later


def test_after_the_eighth_try_there_is_no_other():
    assert timing.MAX_TRIES == 8
    assert timing.retry_wait(7, luck=0) is not None
    assert timing.retry_wait(8, luck=0) is None


@given(
    moment=st.integers(0, 2 * 366 * 86_400).map(
        lambda seconds: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
    ),
    start=clocks,
    end=clocks,
    zone=st.sampled_from(ZONES),
)
def test_the_next_allowed_moment_is_never_earlier_never_quiet_and_within_two_days(moment, start, end, zone):
    allowed = timing.next_allowed(moment, start=start, end=end, zone=zone)
    assert moment <= allowed < moment + dt.timedelta(days=2)
    assert not timing.is_quiet(allowed, start=start, end=end, zone=zone)
    assert timing.next_allowed(allowed, start=start, end=end, zone=zone) == allowed


@pytest.mark.parametrize(
    ("written", "allowed"),
    [
        # Berlin sets its clocks forward on 28 March 2027 at 02:00 and back on 31 October 2027 at 03:00.
        ("2027-03-27T22:00+01:00", "2027-03-28T08:00+02:00"),
        ("2027-10-30T22:00+02:00", "2027-10-31T08:00+01:00"),
    ],
)
def test_the_morning_comes_by_the_wall_clock_when_the_clocks_change(written, allowed):
    found = timing.next_allowed(
        dt.datetime.fromisoformat(written), start=dt.time(21), end=dt.time(8), zone=ZoneInfo("Europe/Berlin")
    )
    assert found == dt.datetime.fromisoformat(allowed)


def test_equal_hours_mean_no_quiet_time():
    at = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)
    assert timing.next_allowed(at, start=dt.time(8), end=dt.time(8), zone=ZoneInfo("UTC")) == at
