"""Liability by month and what is expected to lapse (LOY-18), reminders before a last day (LOY-07): rules alone."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core import periods
from loyalty.policy import lapse, liability
from loyalty.policy.liability import Cohort
from loyalty.policy.parameters import PointsParameters

NOV, DEC, JAN = dt.date(2026, 11, 1), dt.date(2026, 12, 1), dt.date(2027, 1, 1)
TODAY = dt.date(2026, 11, 23)
PAIRS = [
    ("issued", "pending"), ("issued", "available"), ("available", "redeemed"), ("held", "redeemed"),
    ("redeemed", "available"), ("available", "lapsed"), ("pending", "issued"), ("owed", "issued"),
    ("adjusted", "available"), ("available", "adjusted"),
]  # fmt: skip


def test_a_month_is_told_column_by_column() -> None:
    sums = {
        NOV: {("issued", "pending"): 900, ("issued", "available"): 100},
        DEC: {
            ("available", "redeemed"): 300, ("redeemed", "available"): 50, ("available", "lapsed"): 40,
            ("pending", "issued"): 60, ("owed", "issued"): 5, ("adjusted", "available"): 30, ("available", "adjusted"): 10,
        },
    }  # fmt: skip
    nov, dec, jan = liability.statement(sums, first=NOV, last=JAN)
    assert (nov.opening, nov.issued, nov.closing) == (0, 1_000, 1_000)
    assert (dec.opening, dec.redeemed, dec.lapsed, dec.taken_back, dec.adjusted) == (1_000, 250, 40, 65, 20)
    assert (dec.closing, jan.opening, jan.closing, jan.issued) == (665, 665, 665, 0)


def test_what_lies_before_the_first_month_shown_is_its_opening() -> None:
    sums = {NOV: {("issued", "available"): 700}, DEC: {("available", "lapsed"): 100}}
    assert [(one.opening, one.closing) for one in liability.statement(sums, first=JAN, last=JAN)] == [(600, 600)]


@given(
    some.dictionaries(
        some.sampled_from([periods.add_months(NOV, n) for n in range(6)]),
        some.dictionaries(some.sampled_from(PAIRS), some.integers(0, 10**9)),
    )
)
def test_months_follow_one_another_and_the_last_closing_is_everything(sums) -> None:
    rows = liability.statement(sums, first=NOV, last=periods.add_months(NOV, 5))
    assert all(one.closing == next_.opening for one, next_ in pairwise(rows))
    own = {"pending", "available", "held", "owed"}
    every = [(pair, points) for pairs in sums.values() for pair, points in pairs.items()]
    assert rows[-1].closing == sum(points if target in own else -points for (_, target), points in every)


ENDED = Cohort(dt.date(2026, 10, 31), points=1_000, remaining=0, lapsed=150)


def test_the_share_that_lapsed_is_that_of_the_cohorts_that_ended_within_a_year() -> None:
    long_ago = Cohort(dt.date(2025, 10, 31), points=1_000, remaining=0, lapsed=900)
    running = Cohort(TODAY, points=500, remaining=500)
    assert liability.lapse_share([ENDED, long_ago, running], on=TODAY) == 1_500
    half = Cohort(dt.date(2026, 9, 30), points=2_000, remaining=0, lapsed=0)
    assert liability.lapse_share([ENDED, half], on=TODAY) == 500


def test_without_an_ended_cohort_nothing_is_known_and_nothing_expected() -> None:
    running = [Cohort(TODAY, points=500, remaining=500)]
    assert liability.lapse_share(running, on=TODAY) is None
    assert [one.lapsing for one in liability.expected(running, on=TODAY, share_bps=None)] == [0]


def test_the_share_is_of_what_was_issued_and_never_more_than_what_is_left() -> None:
    rows = [Cohort(dt.date(2027, 1, 31), 1_000, 80), Cohort(dt.date(2026, 12, 31), 1_000, 400), ENDED]
    found = liability.expected(rows, on=TODAY, share_bps=1_500)
    assert [(one.last_valid_on.month, one.lapsing, one.redeemed) for one in found] == [(12, 150, 250), (1, 80, 0)]


@pytest.mark.parametrize(
    ("days", "step"), [(61, None), (60, -60), (31, -60), (30, -30), (8, -30), (7, -7), (0, -7), (-1, None)]
)
def test_of_the_steps_before_a_last_day_the_nearest_is_due(days: int, step: int | None) -> None:
    last = TODAY + dt.timedelta(days=days)
    windows = lapse.reminder_windows(TODAY, parameters=PointsParameters())
    due = [one.step.offset for one in windows if one.target_from <= last <= one.target_to]
    assert due == ([] if step is None else [step])
