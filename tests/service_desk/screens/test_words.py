"""Deadlines, durations and prepared answers in words."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models import User
from members.models import Member
from service_desk.operations import cases
from service_desk.wording import canned, deadlines
from tests.service_desk.screens.cast import asked

NOW, NEAR = dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC), dt.timedelta(minutes=60)


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (None, ("quiet", "no deadline")),
        (0, ("warn", "1 min left")),
        (25, ("warn", "25 min left")),
        (60, ("warn", "1 h left")),
        (61, ("ok", "1 h 1 min left")),
        (180, ("ok", "3 h left")),
        (3 * 1_440 + 130, ("ok", "3 d 2 h left")),
        (-1, ("bad", "1 min late")),
        (-75, ("bad", "1 h 15 min late")),
    ],
)
def test_what_is_left_of_a_deadline(minutes: int | None, told: tuple[str, str]) -> None:
    due = None if minutes is None else NOW + dt.timedelta(minutes=minutes)
    assert deadlines.left(due, now=NOW, near=NEAR) == told


@given(st.integers(min_value=-(10**7), max_value=10**7))
def test_a_deadline_is_never_told_without_words(seconds: int) -> None:
    tone, text = deadlines.left(NOW + dt.timedelta(seconds=seconds), now=NOW, near=NEAR)
    assert text.endswith("late") == (seconds < 0) == (tone == "bad")
    assert any(sign.isdigit() for sign in text)


@pytest.mark.parametrize(("count", "told"), [(0, "0 min"), (59, "59 min"), (60, "1 h"), (1_500, "25 h"), (-5, "0 min")])
def test_business_minutes_know_no_days(count: int, told: str) -> None:
    assert deadlines.minutes(count) == told


@pytest.mark.django_db
def test_the_gaps_of_an_answer_are_filled_and_nothing_else(wanqing: Member, service_agent: User) -> None:
    case = asked(wanqing)
    text = canned.filled("{member} {case} {agent} {0} {name!r} {", case, by=service_agent)
    assert text == f"{wanqing.name} {case.number} Gao Yun {{0}} {{name!r}} {{"


@pytest.mark.django_db
def test_whoever_gave_no_name_is_addressed_politely_in_her_language(service_agent: User) -> None:
    case = asked(None, contact=cases.Contact(phone="+8613912345678"), language="zh-hans")
    assert canned.filled("{member}，您好", case, by=service_agent) != "{member}，您好"
    assert "{member}" not in canned.filled("Dear {member}", case, by=service_agent)
