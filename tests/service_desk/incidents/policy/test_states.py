"""Moves, severities, intervals, lists (SVC-16)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules import RuleBroken
from service_desk.incidents.policy import lists, states
from service_desk.incidents.policy.states import State

AT = dt.datetime(2026, 11, 23, 10, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("before", "after", "goes"),
    [
        ("open", "contained", True),
        ("open", "resolved", True),
        ("contained", "open", True),
        ("resolved", "open", True),
        ("resolved", "closed", True),
        ("open", "closed", False),
        ("contained", "closed", False),
        ("closed", "open", False),
        ("resolved", "contained", False),
    ],
)
def test_how_an_incident_moves(before: str, after: str, goes: bool) -> None:
    if goes:
        states.check_move(State(before), State(after))
    else:
        with pytest.raises(RuleBroken):
            states.check_move(State(before), State(after))


def test_one_is_graver_than_two() -> None:
    assert states.is_raised(2, 1)
    assert not states.is_raised(2, 3)
    for before, after in ((2, 2), (2, 0), (2, 5)):
        with pytest.raises(RuleBroken):
            states.check_severity(before, after)


def test_what_was_ever_grave_owes_a_review() -> None:
    assert [states.needs_review(worst, up_to=2) for worst in states.SEVERITIES] == [True, True, False, False]


def test_many_members_need_a_second_person() -> None:
    assert not states.needs_second_person(50, more_than=50)
    assert states.needs_second_person(51, more_than=50)


def test_intervals_run_from_the_first_moment() -> None:
    later = AT + dt.timedelta(minutes=7)
    found = states.intervals([("noticed", AT), ("declared", later), ("resolved", None)])
    assert [(one.name, one.took) for one in found] == [("declared", dt.timedelta(minutes=7)), ("resolved", None)]


def test_the_middle_of_an_even_number_lies_between_two() -> None:
    minutes = [dt.timedelta(minutes=one) for one in (9, 1, 4, 2)]
    assert states.median(minutes) == dt.timedelta(minutes=3)
    assert states.median(minutes[:3]) == dt.timedelta(minutes=4)
    assert states.median([]) is None


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)),
        (dt.date(2026, 11, 23), 12, dt.date(2027, 11, 23)),
        (dt.date(2026, 11, 30), -12, dt.date(2025, 11, 30)),
        (dt.date(2026, 12, 31), 2, dt.date(2027, 2, 28)),
        (dt.date(2026, 10, 5), 2, dt.date(2026, 12, 5)),
    ],
)
def test_months_later_ends_with_a_shorter_month(day: dt.date, months: int, then: dt.date) -> None:
    assert states.months_later(day, months) == then


@given(st.text())
def test_whatever_is_pasted_every_line_is_counted(text: str) -> None:
    found = list(lists.lines(text))
    assert len(found) == sum(bool(line.strip()) for line in text.replace("\ufeff", "").splitlines())
    assert [line.number for line in found] == sorted({line.number for line in found})


def test_a_list_is_read_by_its_first_column() -> None:
    found = list(lists.lines("\ufeffnumber,name\n1000 0000 08,Lin\n\n8600-0000-0000-0018;x\n"))
    assert [(line.number, line.digits) for line in found] == [(1, "number"), (2, "1000000008"), (4, "8600000000000018")]
    assert lists.is_header(found[0])
    assert not lists.is_header(found[1])
