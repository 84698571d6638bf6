from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.policy import reminders
from cards.policy.parameters import ActivationParameters, InstalmentParameters, RenewalParameters
from cards.policy.reminders import Ladder, Step

LADDER = reminders.renewal_ladder(RenewalParameters())
BEGAN, EXPIRES = date(2026, 1, 21), date(2027, 1, 21)
LADDERS = st.builds(
    Ladder,
    st.lists(st.integers(0, 90), unique=True, max_size=6).map(tuple),
    st.lists(st.integers(1, 30), unique=True, max_size=4).map(tuple),
    st.integers(0, 40),
)


def due(offset: int, *, written=(), began_on: date = BEGAN, ladder: Ladder = LADDER) -> str | None:
    day = EXPIRES + timedelta(days=offset)
    step = reminders.due(day, target_on=EXPIRES, began_on=began_on, written=written, ladder=ladder)
    return step.key if step else None


def walk(ladder: Ladder, offsets: range) -> list[tuple[int, str]]:
    """What a sweep that runs on each of these days writes."""
    written: list[tuple[int, str]] = []
    for offset in offsets:
        if key := due(offset, written=[k for _, k in written], ladder=ladder):
            written.append((offset, key))
    return written


def test_a_sweep_that_runs_every_night_writes_each_step_once_on_its_day():
    assert walk(LADDER, range(-100, 100)) == [
        (-60, "before-60"), (-30, "before-30"), (-14, "before-14"), (-7, "before-7"), (-1, "before-1"),
        (1, "after-1"), (7, "after-7"),
    ]  # fmt: skip


def test_a_second_run_on_the_same_day_writes_nothing():
    assert due(-30, written=["before-30"]) is None


def test_after_missed_nights_only_the_most_urgent_step_is_sent():
    assert due(-6, written=["before-60"]) == "before-7"
    assert due(-6, written=["before-60", "before-7"]) is None
    assert due(4, written=["before-60"]) == "after-1"


def test_no_reminder_says_will_expire_after_the_card_has_expired():
    without_after = Ladder(before=(7, 1), after=(3,), closes_after=15)
    assert due(0, ladder=without_after) == "before-1"
    assert due(1, ladder=without_after) is None
    assert due(3, ladder=without_after) == "after-3"


def test_nothing_is_sent_after_grace():
    assert due(15) == "after-7"
    assert due(16) is None


def test_a_step_that_fell_before_the_term_began_never_was():
    began = EXPIRES - timedelta(days=20)
    assert due(-19, began_on=began) is None
    assert due(-14, began_on=began) == "before-14"


@given(LADDERS, st.integers(-120, 60))
def test_no_target_lies_in_two_windows_and_each_window_sends_its_own_step(ladder, offset):
    day = EXPIRES + timedelta(days=offset)
    windows = reminders.windows(day, ladder=ladder)
    holding = [w for w in windows if w.target_from <= EXPIRES <= w.target_to]
    assert len(holding) <= 1
    assert due(offset, ladder=ladder, began_on=date(2000, 1, 1)) == (holding[0].step.key if holding else None)
    for window in windows:
        assert window.step.day(window.target_to) == day


@given(LADDERS, st.lists(st.integers(-120, 60), min_size=1, max_size=40))
def test_whatever_nights_are_missed_no_step_is_written_twice_or_before_its_day(ladder, nights):
    written: list[str] = []
    for offset in sorted(nights):
        if key := due(offset, written=written, ladder=ladder):
            assert key not in written
            step = next(step for step in ladder.steps if step.key == key)
            assert step.offset <= offset
            assert (step.offset > 0) == (offset > 0)
            written.append(key)


def test_the_same_ladder_serves_activation_and_late_instalments():
    assert walk(reminders.activation_ladder(ActivationParameters()), range(-180, 30)) == [
        (-30, "before-30"), (-7, "before-7"),
    ]  # fmt: skip
    late = reminders.instalment_ladder(InstalmentParameters())
    assert walk(late, range(-30, 60)) == [(1, "after-1"), (7, "after-7")]
    assert due(16, ladder=late) is None


@pytest.mark.parametrize(("offset", "key"), [(-30, "before-30"), (0, "before-0"), (7, "after-7")])
def test_a_step_is_named_by_its_distance(offset, key):
    assert Step(offset).key == key
