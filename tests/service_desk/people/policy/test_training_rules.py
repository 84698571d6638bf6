"""Grading, drawing, tries, due days, staffing: the rules of training, without a database (SVC-08, SVC-09, CARD-04)."""

import datetime as dt
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.people.policy import attempts, courses, drawing, due, grading, staffing
from service_desk.people.policy.attempts import Past, Terms
from service_desk.people.policy.courses import StepState
from service_desk.people.policy.due import Reminder
from service_desk.people.policy.grading import Answer, Key, Kind

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 23)
days = st.dates(dt.date(2020, 1, 1), dt.date(2090, 1, 1))


@pytest.mark.parametrize(
    ("key", "answer", "right"),
    [
        (Key(Kind.SINGLE, frozenset({1})), Answer(frozenset({1})), True),
        (Key(Kind.SINGLE, frozenset({1})), Answer(frozenset({0})), False),
        (Key(Kind.MULTIPLE, frozenset({0, 2})), Answer(frozenset({0, 2})), True),
        (Key(Kind.MULTIPLE, frozenset({0, 2})), Answer(frozenset({0})), False),
        (Key(Kind.MULTIPLE, frozenset({0, 2})), Answer(frozenset({0, 1, 2})), False),
        (Key(Kind.TRUTH, frozenset({0})), Answer(frozenset({0})), True),
        (Key(Kind.TRUTH, frozenset({0})), Answer(), False),
        (Key(Kind.NUMBER, number=Decimal(180)), Answer(typed=" 180 "), True),
        (Key(Kind.NUMBER, number=Decimal(180)), Answer(typed="１８０"), True),
        (Key(Kind.NUMBER, number=Decimal(1000)), Answer(typed="1,000.0"), True),
        (Key(Kind.NUMBER, number=Decimal(10), tolerance=Decimal("0.5")), Answer(typed="10.5"), True),
        (Key(Kind.NUMBER, number=Decimal(10), tolerance=Decimal("0.5")), Answer(typed="10.51"), False),
        (Key(Kind.NUMBER, number=Decimal(0)), Answer(typed=""), False),
        (Key(Kind.NUMBER, number=Decimal(0)), Answer(typed="NaN"), False),
        (Key(Kind.NUMBER, number=Decimal(0)), Answer(typed="1e999999999"), False),
    ],
)
def test_an_answer_is_right_as_a_whole_or_not_at_all(key: Key, answer: Answer, right: bool) -> None:
    assert grading.is_right(key, answer) is right


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.integers(1, 100))
def test_the_pass_mark_is_enough_and_one_answer_less_is_not(rights: list[bool], percent: int) -> None:
    least = grading.needed(len(rights), pass_percent=percent)
    assert grading.passes(rights, pass_percent=percent) is (sum(rights) >= least)
    assert 1 <= least <= len(rights)
    assert 0 <= grading.score_bps(rights) <= 10_000


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_one_more_right_answer_never_scores_less(rights: list[bool]) -> None:
    better = [True, *rights[1:]]
    assert grading.score_bps(better) >= grading.score_bps(rights)


def test_no_questions_are_nothing_passed() -> None:
    assert not grading.passes([], pass_percent=1)
    assert grading.score_bps([]) == 0


@pytest.mark.parametrize(
    ("key", "choices", "fits"),
    [
        (Key(Kind.SINGLE, frozenset({0})), 2, True),
        (Key(Kind.SINGLE, frozenset({0})), 1, False),
        (Key(Kind.SINGLE, frozenset({0, 1})), 3, False),
        (Key(Kind.SINGLE, frozenset({5})), 2, False),
        (Key(Kind.MULTIPLE, frozenset({0, 1})), 3, True),
        (Key(Kind.MULTIPLE, frozenset({0, 1})), 2, False),
        (Key(Kind.MULTIPLE, frozenset()), 2, False),
        (Key(Kind.TRUTH, frozenset({1})), 0, True),
        (Key(Kind.TRUTH, frozenset()), 0, False),
        (Key(Kind.NUMBER, tolerance=Decimal(-1)), 0, False),
        (Key(Kind.NUMBER), 0, True),
    ],
)
def test_a_question_without_an_answer_cannot_be_asked(key: Key, choices: int, fits: bool) -> None:
    assert grading.fits(key, choices) is fits


@pytest.mark.parametrize(
    ("marks", "enough"),
    [
        ([(True, True), (False, True)], True),
        ([(True, False), *[(False, True)] * 9], False),
        ([(False, True)] * 4 + [(False, False)], True),
        ([(False, True)] * 3 + [(False, False)], False),
        ([], False),
    ],
)
def test_a_practical_check_needs_what_is_critical_and_four_fifths(marks: list[tuple[bool, bool]], enough: bool) -> None:
    assert grading.suffices(marks) is enough


@given(
    bank=st.sets(st.integers(0, 200), max_size=60),
    count=st.integers(0, 80),
    seen=st.sets(st.integers(0, 200), max_size=60),
    seed=st.integers(),
)
def test_no_question_is_drawn_twice_and_fresh_ones_come_first(
    bank: set[int], count: int, seen: set[int], seed: int
) -> None:
    drawn = drawing.draw(bank, count, seen=seen, lot=Random(seed))
    assert len(drawn) == len(set(drawn)) == min(count, len(bank))
    assert set(drawn) <= bank
    fresh = bank - seen
    assert len(set(drawn) & fresh) == min(count, len(fresh))


@given(choices=st.integers(0, 8), ticked=st.sets(st.integers(-3, 12)), seed=st.integers())
def test_a_place_on_the_screen_means_the_choice_that_stood_there(choices: int, ticked: set[int], seed: int) -> None:
    order = drawing.order(choices, lot=Random(seed))
    assert sorted(order) == list(range(choices))
    assert drawing.places(ticked, order) == {order[place] for place in ticked if 0 <= place < choices}


TERMS = Terms(minutes=10, tries=2, wait_minutes=30)


def test_a_quiz_waits_after_a_failure_and_ends_with_its_tries() -> None:
    failed = Past(NOW, passed=False)
    assert attempts.may_begin(TERMS, [], now=NOW).left == 2
    waits = attempts.may_begin(TERMS, [failed], now=NOW + dt.timedelta(minutes=29, seconds=59))
    assert (waits.code, waits.allowed_from) == ("quiz_waits", NOW + dt.timedelta(minutes=30))
    assert attempts.may_begin(TERMS, [failed], now=NOW + dt.timedelta(minutes=30)).allowed
    assert attempts.may_begin(TERMS, [failed, failed], now=NOW + dt.timedelta(days=9)).code == "quiz_tries_used_up"
    assert attempts.may_begin(TERMS, [failed, Past(NOW, passed=True)], now=NOW).code == "quiz_passed"
    assert attempts.may_begin(Terms(None, None, 0), [failed] * 99, now=NOW).allowed


def test_the_last_moment_of_a_quiz_is_too_late() -> None:
    ends = attempts.ends_at(TERMS, begun_at=NOW)
    assert ends == NOW + dt.timedelta(minutes=10)
    assert not attempts.is_over(ends, now=ends - dt.timedelta(microseconds=1))
    assert attempts.is_over(ends, now=ends)
    assert not attempts.is_over(attempts.ends_at(Terms(None, None, 0), begun_at=NOW), now=NOW + dt.timedelta(days=999))


@given(st.lists(st.integers(1, 9), unique=True), st.sets(st.integers(1, 9)))
def test_exactly_one_step_is_next_until_all_are_done(steps: list[int], done: set[int]) -> None:
    found = courses.standing(steps, done)
    states = list(found.states.values())
    open_ = [step for step in steps if step not in done]
    assert states.count(StepState.NOW) == bool(open_)
    assert found.now == (open_[0] if open_ else None)
    assert found.is_complete is (bool(steps) and not open_)
    assert found.done == len(steps) - len(open_)


@given(began=days, rule=days, within=st.integers(1, 366))
def test_a_rule_of_on_boarding_makes_nobody_late(began: dt.date, rule: dt.date, within: int) -> None:
    due_on = due.on_boarding(began_on=began, rule_from=rule, within_days=within)
    assert due_on >= max(began, rule) + dt.timedelta(days=1)
    assert due_on == max(began, rule) + dt.timedelta(days=within)


@given(last=days, today=days, least=st.integers(0, 90))
def test_a_refresher_leaves_time_and_ends_with_the_certificate_where_it_can(
    last: dt.date, today: dt.date, least: int
) -> None:
    due_on = due.refresher(last_valid_on=last, today=today, least_days=least)
    assert due_on >= today + dt.timedelta(days=least)
    assert due_on >= last
    assert due_on in {last, today + dt.timedelta(days=least)}


@pytest.mark.parametrize(
    ("in_days", "now"),
    [(4, Reminder.NONE), (3, Reminder.SOON), (0, Reminder.SOON), (-1, Reminder.LATE), (-400, Reminder.LATE)],
)
def test_reminders_come_soon_and_late(in_days: int, now: Reminder) -> None:
    assert due.reminder(TODAY + dt.timedelta(days=in_days), today=TODAY, soon_days=3) is now


def test_nobody_is_reminded_of_the_same_twice() -> None:
    assert due.is_news("", Reminder.SOON)
    assert due.is_news("soon", Reminder.LATE)
    assert not due.is_news("soon", Reminder.SOON)
    assert not due.is_news("late", Reminder.SOON)
    assert not due.is_news("", Reminder.NONE)


def test_a_certificate_for_ever_needs_no_refresher() -> None:
    assert not due.needs_refresher(None, today=TODAY, ahead_days=30)
    assert due.needs_refresher(TODAY + dt.timedelta(days=30), today=TODAY, ahead_days=30)
    assert not due.needs_refresher(TODAY + dt.timedelta(days=31), today=TODAY, ahead_days=30)


@given(sellers=st.integers(0, 200), least=st.integers(0, 20), share=st.integers(0, 10_000))
def test_no_store_is_asked_for_more_certified_sellers_than_it_has(sellers: int, least: int, share: int) -> None:
    needed = staffing.needed(sellers, least=least, share_bps=share)
    assert needed <= sellers
    assert needed >= min(sellers, least)
    assert needed * 10_000 >= min(sellers * share, sellers * 10_000)


def test_a_launch_needs_the_share_in_every_store_and_a_seller_somewhere() -> None:
    here, there = staffing.Store("Here", 4, 2), staffing.Store("There", 2, 0)
    empty = staffing.Store("Empty", 0, 0)
    terms = {"least": 1, "share_bps": 5_000}
    assert staffing.is_staffed([here, empty], **terms)
    assert not staffing.is_staffed([here, there], **terms)
    assert staffing.short_of([here, there, empty], **terms) == [there]
    assert not staffing.is_staffed([empty], **terms)
    assert not staffing.is_staffed([staffing.Store("Here", 4, 1)], **terms)
