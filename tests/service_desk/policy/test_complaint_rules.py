"""Complaints, compensation, improvements and their analysis as rules alone (SVC-04, SVC-05 · D6)."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules import RuleBroken
from loyalty.policy.parameters import PointsParameters
from service_desk.policy import compensation, complaint_analysis, complaints, improvements
from service_desk.policy.compensation import Authority
from service_desk.policy.complaint_analysis import Period
from service_desk.policy.complaints import Stage
from service_desk.policy.improvements import State, Verdict
from service_desk.policy.parameters import ServiceDeskParameters
from service_desk.policy.recurrence import compare
from tests.service_desk.desk import refused

POLICY = ServiceDeskParameters()


@pytest.mark.parametrize(
    ("state", "steps", "found", "stage"),
    [
        ("new", False, False, Stage.RECEIVED), ("open", True, False, Stage.INVESTIGATED), ("open", True, True, Stage.FOUND),
        ("resolved", True, True, Stage.ANSWERED), ("closed", True, True, Stage.CLOSED), ("waiting", False, True, Stage.FOUND),
    ],
)  # fmt: skip
def test_how_far_a_complaint_has_come(state: str, steps: bool, found: bool, stage: Stage) -> None:
    assert complaints.stage(state, has_steps=steps, has_finding=found) is stage


@pytest.mark.parametrize(
    ("finding", "cause", "waits", "code"),
    [
        (False, True, False, "finding_missing"),
        (True, False, False, "cause_missing"),
        (True, True, True, "compensation_waits"),
    ],
)
def test_what_a_complaint_lacks_before_it_is_closed(finding: bool, cause: bool, waits: bool, code: str) -> None:
    with refused(code):
        complaints.check_closing(has_finding=finding, has_cause=cause, waits=waits)
    complaints.check_closing(has_finding=True, has_cause=True, waits=False)


@pytest.mark.parametrize(
    ("total", "authority"),
    [(1, "agent"), (5_000, "agent"), (5_001, "lead"), (30_000, "lead"), (30_001, "director"), (10**9, "director")],
)
def test_whose_authority_covers_what_is_given_in_a_case(total: int, authority: str) -> None:
    assert compensation.needed(total, parameters=POLICY) == authority


@given(st.integers(1, 10**7), st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_authority_needed_is_the_least_that_covers(total: int, agent: int, lead: int) -> None:
    policy = ServiceDeskParameters(agent_minor=agent, lead_minor=lead)
    found = compensation.needed(total, parameters=policy)
    limits = [compensation.limit(one, parameters=policy) for one in compensation.LADDER]
    place = compensation.LADDER.index(found)
    assert limits[place] is None or total <= (limits[place] or 0)
    assert all(most is not None and total > most for most in limits[:place])


@pytest.mark.parametrize(
    ("own", "asked", "at_once"),
    [
        ("agent", "agent", True), ("agent", "lead", False), ("lead", "agent", True), ("lead", "lead", True),
        ("lead", "director", False), ("director", "director", False),
    ],
)  # fmt: skip
def test_what_needs_the_director_is_always_decided_by_a_second_person(own: str, asked: str, at_once: bool) -> None:
    assert compensation.covers(Authority(own), Authority(asked)) is at_once


@given(st.integers(1, 10**6), st.integers(1, 10_000), st.integers(1, 10_000))
def test_points_are_never_counted_below_their_worth(points: int, of: int, minor: int) -> None:
    policy = PointsParameters(value_points=of, value_minor=minor)
    worth = compensation.worth_of_points(points, parameters=policy)
    assert (worth - 1) * of < points * minor <= worth * of


def test_what_has_no_worth_that_anybody_answers_for_is_not_given() -> None:
    with refused("points_without_worth"):
        compensation.worth_of_points(5, parameters=PointsParameters(value_minor=0))
    with refused("points_not_positive"):
        compensation.worth_of_points(0, parameters=PointsParameters())
    with refused("coupon_without_ceiling"):
        compensation.worth_of_coupon(amount_minor=0, most_minor=None)
    assert compensation.worth_of_coupon(amount_minor=0, most_minor=10_000) == 10_000
    assert compensation.worth_of_coupon(amount_minor=3_000, most_minor=None) == 3_000


@pytest.mark.parametrize(
    ("amount", "code"),
    [(0, "compensation_above_paid"), (-1, "compensation_above_paid"), (701, "compensation_above_paid"),
     (700, "compensation_is_a_return")],
)  # fmt: skip
def test_money_back_is_a_part_of_what_was_paid(amount: int, code: str) -> None:
    with refused(code):
        compensation.worth_of_money(amount, left_minor=700, order_left_minor=700)
    assert compensation.worth_of_money(699, left_minor=700, order_left_minor=700) == 699


def test_a_measure_goes_only_the_ways_that_are_listed() -> None:
    for before, after in ((State.DRAFT, State.WORKING), (State.VERIFIED, State.WORKING), (State.DONE, State.DONE)):
        with refused("transition_not_listed"):
            improvements.check_way(before, after)
    improvements.check_way(State.NOT_EFFECTIVE, State.WORKING)


@given(st.dates(dt.date(2025, 1, 1), dt.date(2026, 6, 1)), st.integers(0, 60), st.integers(0, 400), st.integers(7, 366))
def test_as_many_days_before_as_after_and_today_on_neither_side(
    started: dt.date, took: int, waited: int, days: int
) -> None:
    done = started + dt.timedelta(days=took)
    today = done + dt.timedelta(days=waited)
    found = improvements.windows(started_on=started, done_on=done, today=today, days=days)
    assert (found.before_until - found.before_from).days == days
    assert 0 <= found.days_after <= days
    assert found.is_over is (found.days_after == days)
    assert found.before_until <= started <= done < found.after_from
    assert found.after_until <= max(today, found.after_from)


def seen(before: int, after: int, *, target: int = 5_000, over: bool = True) -> Verdict:
    compared = compare(before, after, exposure_before=1_000, exposure_after=1_000)
    return improvements.judge(compared, target_bps=target, doubt_bps=500, is_over=over)


@pytest.mark.parametrize(
    ("before", "after", "over", "verdict"),
    [
        (20, 4, True, Verdict.EFFECTIVE), (20, 9, True, Verdict.EFFECTIVE), (40, 22, True, Verdict.LESS),
        (20, 19, True, Verdict.NONE), (20, 30, True, Verdict.NONE), (20, 19, False, Verdict.UNDECIDED),
        (20, 4, False, Verdict.EFFECTIVE), (4, 0, True, Verdict.UNDECIDED), (5, 0, True, Verdict.EFFECTIVE),
        (0, 0, True, Verdict.UNDECIDED),
    ],
)  # fmt: skip
def test_what_the_figures_say(before: int, after: int, over: bool, verdict: Verdict) -> None:
    assert seen(before, after, over=over) is verdict


@given(st.integers(0, 60), st.integers(0, 60), st.booleans())
def test_nothing_that_grew_is_ever_called_effective(before: int, after: int, over: bool) -> None:
    if after >= before:
        assert seen(before, after, over=over) not in {Verdict.EFFECTIVE, Verdict.LESS}


def test_complaints_that_could_turn_the_verdict_leave_it_open() -> None:
    assert improvements.agreed(Verdict.EFFECTIVE, Verdict.NONE) is Verdict.UNDECIDED
    assert improvements.agreed(Verdict.LESS, Verdict.LESS) is Verdict.LESS
    assert improvements.judge(None, target_bps=1, doubt_bps=500, is_over=True) is Verdict.UNDECIDED


@given(st.lists(st.integers(0, 500), max_size=20))
def test_shares_of_pareto_add_up_and_fall(counts: list[int]) -> None:
    rows = complaint_analysis.pareto(list(enumerate(counts)))
    assert [row.count for row in rows] == sorted((n for n in counts if n), reverse=True)
    assert all(one.running_bps <= other.running_bps for one, other in itertools.pairwise(rows))
    assert not rows or rows[-1].running_bps == 10_000
    vital = [row for row in rows if row.is_vital]
    assert vital == rows[: len(vital)]
    total = sum(counts)
    assert sum(row.count for row in vital) * 10 >= total * 8
    assert sum(row.count for row in vital[:-1]) * 10 < total * 8 or not vital


def test_rates_are_hundredths_per_thousand_rounded_half_up() -> None:
    assert complaint_analysis.per_thousand(3, 2_000) == 150
    assert complaint_analysis.per_thousand(1, 200_000) == 1
    assert complaint_analysis.per_thousand(1, 200_001) == 0
    assert complaint_analysis.per_thousand(5, 0) is None
    assert complaint_analysis.change_bps(3, 2) == 5_000
    assert complaint_analysis.change_bps(3, 0) is None


@pytest.mark.parametrize(
    ("code", "first", "until", "named"),
    [
        ("2026-11", "2026-11-01", "2026-12-01", "2026-11"), ("2026-Q4", "2026-10-01", "2027-01-01", "2026-Q4"),
        ("", "2026-11-01", "2026-12-01", "2026-11"), ("2026-13", "2026-11-01", "2026-12-01", "2026-11"),
        ("2027-01", "2026-11-01", "2026-12-01", "2026-11"), ("0000-01", "2026-11-01", "2026-12-01", "2026-11"),
        ("2026-Q1", "2026-01-01", "2026-04-01", "2026-Q1"), ("nonsense", "2026-11-01", "2026-12-01", "2026-11"),
    ],
)  # fmt: skip
def test_a_period_by_its_code(code: str, first: str, until: str, named: str) -> None:
    found = complaint_analysis.period(code, today=dt.date(2026, 11, 23))
    assert (found.first.isoformat(), found.until.isoformat(), found.code) == (first, until, named)


def test_the_period_before_is_of_the_same_length() -> None:
    assert Period(dt.date(2026, 1, 1), 1).ago().code == "2025-12"
    assert Period(dt.date(2026, 1, 1), 3).ago(2).code == "2025-Q3"
    assert complaint_analysis.quarter_of(dt.date(2026, 11, 23)).code == "2026-Q4"


def test_every_refusal_of_these_rules_is_a_rule_broken() -> None:
    with pytest.raises(RuleBroken):
        compensation.worth_of_money(5, left_minor=1, order_left_minor=9)
