"""What may be done with a task, what waits for what, and when somebody is reminded (SVC-13 · B10)."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules import RuleBroken
from service_desk.quality.policy import coordination
from service_desk.quality.policy.coordination import UNDONE, WAYS, TaskState

TODAY = dt.date(2026, 11, 23)
days = st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))


@pytest.mark.parametrize(
    ("state", "verb", "after"),
    [
        ("open", "begin", "begun"), ("open", "finish", "done"), ("begun", "finish", "done"), ("open", "drop", "dropped"),
        ("begun", "drop", "dropped"), ("done", "reopen", "open"), ("dropped", "reopen", "open"),
    ],
)  # fmt: skip
def test_what_fits_leads_where_it_says(state: str, verb: str, after: str) -> None:
    assert coordination.move(state, verb, said="So it is.") == after


def test_everything_else_does_not_fit() -> None:
    for state, (verb, (froms, _to)) in itertools.product(TaskState, WAYS.items()):
        if state not in froms:
            with pytest.raises(RuleBroken, match="task_not_so"):
                coordination.move(state, verb, said="So it is.")


@pytest.mark.parametrize(
    ("verb", "state", "why"),
    [("finish", "begun", "task_needs_proof"), ("drop", "open", "reason_needed"), ("reopen", "done", "reason_needed")],
)
def test_what_has_to_be_said_is_said(verb: str, state: str, why: str) -> None:
    with pytest.raises(RuleBroken, match=why):
        coordination.move(state, verb, said="  ")


def test_nothing_is_finished_before_what_it_waits_for() -> None:
    with pytest.raises(RuleBroken, match="task_waits") as refused:
        coordination.move("begun", "finish", said="Done", waits_for=["Write the words"])
    assert refused.value.params == {"title": "Write the words"}
    assert coordination.move("begun", "drop", said="Not needed", waits_for=["Write the words"]) == TaskState.DROPPED


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=30))
def test_whatever_is_tied_in_whatever_order_no_circle_ever_closes(ties: list[tuple[int, int]]) -> None:
    waits: dict[int, set[int]] = {}
    for task, on in ties:
        if not coordination.closes_a_circle(task, on, waits=waits):
            waits.setdefault(task, set()).add(on)
    for begin in waits:
        seen: set[int] = set()
        following = set(waits[begin])
        while following:
            one = following.pop()
            assert one != begin
            if one not in seen:
                seen.add(one)
                following |= waits.get(one, set())


@given(st.lists(st.integers(0, 30), min_size=2, max_size=10, unique=True))
def test_the_last_link_of_a_chain_may_not_be_tied_to_the_first(chain: list[int]) -> None:
    waits = {before: [after] for before, after in itertools.pairwise(chain)}
    assert coordination.closes_a_circle(chain[-1], chain[0], waits=waits)
    assert not coordination.closes_a_circle(chain[0], chain[-1], waits=waits)


def test_a_plan_ends_no_earlier_than_it_begins_and_within_five_years() -> None:
    coordination.check_days(TODAY, TODAY)
    with pytest.raises(RuleBroken, match="plan_ends_before_it_begins"):
        coordination.check_days(TODAY, TODAY - dt.timedelta(days=1))
    with pytest.raises(RuleBroken, match="plan_too_long"):
        coordination.check_days(TODAY, TODAY + dt.timedelta(days=5 * 366 + 1))


@given(days, st.sampled_from(list(TaskState)), days)
def test_late_is_what_is_undone_after_its_day(due_on: dt.date, state: TaskState, today: dt.date) -> None:
    assert coordination.is_late(due_on, state, today=today) == (today > due_on and state in UNDONE)


@given(days, days, st.integers(0, 60), st.integers(1, 90))
def test_whoever_is_reminded_is_reminded_later_again_and_on_the_day_after_it_was_due(
    due_on: dt.date, today: dt.date, ahead: int, every: int
) -> None:
    first = coordination.first_reminder(due_on, ahead_days=ahead)
    assert (due_on - first).days == ahead
    after = coordination.next_reminder(due_on, today=today, every_days=every)
    assert after > today
    assert after == due_on + dt.timedelta(days=1) if today <= due_on else (after - today).days == every
