"""Figures against targets, rankings, periods, marks: the rules of performance, without a database (SVC-09 to SVC-11)."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.people.policy import kpis, periods, ranking, standards
from service_desk.people.policy.kpis import MOST_BPS, WHOLE_BPS, Kpi, Sum, Unit
from service_desk.people.policy.periods import Period, Span

COUNT = Kpi("sold", Unit.COUNT)
SHARE = Kpi("kept", Unit.SHARE)
RATE = Kpi("complaints", Unit.RATE, less_is_better=True)
amounts = st.integers(0, 10**9)
days = st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1))


@pytest.mark.parametrize(
    ("kpi", "found", "value"),
    [
        (COUNT, Sum(), 0),
        (COUNT, Sum(7, 0), 7),
        (SHARE, Sum(), None),
        (SHARE, Sum(20_000, 3), 6_667),
        (SHARE, Sum(30_000, 3), 10_000),
        (RATE, Sum(), None),
        (RATE, Sum(1, 80), 13),
        (RATE, Sum(0, 80), 0),
    ],
)
def test_a_share_is_a_mean_and_a_rate_counts_in_a_thousand(kpi: Kpi, found: Sum, value: int | None) -> None:
    assert kpis.value(kpi, found) == value


@pytest.mark.parametrize(
    ("kpi", "value", "target", "reached"),
    [
        (COUNT, 10, 10, 10_000),
        (COUNT, 5, 10, 5_000),
        (COUNT, 0, 10, 0),
        (COUNT, 99, 10, 15_000),
        (COUNT, 0, 0, 10_000),
        (COUNT, None, 10, None),
        (COUNT, 10, None, None),
        (RATE, 10, 10, 10_000),
        (RATE, 20, 10, 5_000),
        (RATE, 5, 10, 12_500),
        (RATE, 0, 10, 15_000),
        (RATE, 0, 0, 10_000),
        (RATE, 3, 0, 0),
    ],
)
def test_how_far_a_target_was_reached(kpi: Kpi, value: int | None, target: int | None, reached: int | None) -> None:
    assert kpis.attainment_bps(kpi, value, target=target) == reached


@given(st.sampled_from([COUNT, RATE]), amounts, amounts, amounts)
def test_doing_better_never_counts_for_less_and_nothing_counts_for_more_than_the_most(
    kpi: Kpi, one: int, other: int, target: int
) -> None:
    better, worse = (min(one, other), max(one, other)) if kpi.less_is_better else (max(one, other), min(one, other))
    above, below = kpis.attainment_bps(kpi, better, target=target), kpis.attainment_bps(kpi, worse, target=target)
    assert above is not None
    assert below is not None
    assert 0 <= below <= above <= MOST_BPS


@given(st.sampled_from([COUNT, RATE]), amounts, st.integers(1, 10**9))
def test_a_target_counts_as_reached_exactly_when_it_is(kpi: Kpi, value: int, target: int) -> None:
    reached = kpis.attainment_bps(kpi, value, target=target)
    assert reached is not None
    assert (reached >= WHOLE_BPS) == (value <= target if kpi.less_is_better else value >= target)


@given(st.lists(st.none() | st.integers(0, MOST_BPS)))
def test_a_card_lies_between_its_worst_and_its_best_figure(reached: list[int | None]) -> None:
    known = [one for one in reached if one is not None]
    total = kpis.total_bps(reached)
    assert (total is None) == (not known)
    assert total is None or min(known) <= total <= max(known)


def test_every_figure_has_a_code_of_its_own() -> None:
    assert len(kpis.BY_CODE) == len(kpis.KPIS)


@given(st.dictionaries(st.integers(), st.none() | st.integers(-100, 100)), st.booleans())
def test_a_ranking_puts_everybody_who_has_a_figure_behind_exactly_those_who_did_better(
    values: dict[int, int | None], less: bool
) -> None:
    places = ranking.rank(values, less_is_better=less)
    assert {one.who for one in places} == {who for who, value in values.items() if value is not None}
    for one in places:
        better = [two for two in places if (two.value < one.value if less else two.value > one.value)]
        assert one.place == len(better) + 1
    assert [one.place for one in places] == sorted(one.place for one in places)


def test_equals_share_a_place_and_the_next_one_stays_empty() -> None:
    assert [one.place for one in ranking.rank({"a": 9, "b": 7, "c": 7, "d": 1})] == [1, 2, 2, 4]


@given(days, st.sampled_from(Span))
def test_a_day_lies_in_its_period_and_the_one_before_ends_the_day_before(day: dt.date, span: Span) -> None:
    period = periods.of(day, span)
    assert period.starts_on <= day <= period.ends_on
    assert period.before.ends_on == period.starts_on - dt.timedelta(days=1)
    assert periods.of(period.ends_on, span) == period


@given(days, st.integers(0, 40))
def test_what_runs_is_what_is_not_closed_yet(day: dt.date, grace: int) -> None:
    running = periods.running(day, grace_days=grace)
    assert set(running) >= {periods.of(day, span) for span in Span}
    assert len(set(running)) == len(running)
    for period in running:
        assert day < period.closes_on(grace)
        earlier = period.before
        assert earlier in running or day >= earlier.closes_on(grace)


def test_last_month_still_moves_in_its_days_of_grace() -> None:
    october = Period(dt.date(2026, 10, 1), Span.MONTH)
    assert october in periods.running(dt.date(2026, 11, 5), grace_days=5)
    assert october not in periods.running(dt.date(2026, 11, 6), grace_days=5)


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(1, 5)), min_size=1))
def test_a_spot_check_lies_between_its_worst_and_its_best_mark(marks: list[tuple[int, int]]) -> None:
    score = standards.score_bps(marks)
    given_ = [mark for _, mark in marks]
    assert (min(given_) - 1) * 2_500 <= score <= (max(given_) - 1) * 2_500


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(1, 4)), min_size=1), st.integers(0, 99))
def test_a_better_mark_never_lowers_the_score(marks: list[tuple[int, int]], which: int) -> None:
    place = which % len(marks)
    weight, mark = marks[place]
    assert standards.score_bps([*marks[:place], (weight, mark + 1), *marks[place + 1 :]]) >= standards.score_bps(marks)


def test_a_mark_is_from_one_to_five_and_no_mark_is_no_score() -> None:
    assert [standards.is_mark(mark) for mark in range(7)] == [False, True, True, True, True, True, False]
    assert standards.score_bps([]) == 0
