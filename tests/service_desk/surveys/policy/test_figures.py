"""CSAT, NPS and CES with their intervals, against published values and by what must hold of every interval."""

import csv
import json
import statistics
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from service_desk.surveys.policy import figures, low_scores
from service_desk.surveys.policy.figures import Estimate
from service_desk.surveys.policy.parameters import SurveyParameters
from service_desk.surveys.policy.questions import SurveyKind

TEN, FIVE = range(11), range(1, 6)
TALLIES = st.dictionaries(st.integers(0, 10), st.integers(1, 400), min_size=1)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_shares_have_the_intervals_that_newcombe_published(hits: int, of: int, low: float, high: float):
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3: Wilson's score without correction."""
    found = figures.share(hits, of)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(st.integers(1, 100_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_a_share_lies_within_its_interval_and_the_interval_within_nought_and_one(given_: tuple[int, int]):
    hits, of = given_
    found, other = figures.share(hits, of), figures.share(of - hits, of)
    assert found is not None
    assert other is not None
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.low < found.high, "even when all agree it says something"
    assert other.low == pytest.approx(1 - found.high, abs=1e-9), "the same seen from the other side"


@given(st.integers(1, 500), st.integers(0, 500), st.integers(2, 50))
def test_more_answers_of_the_same_kind_make_the_interval_narrower(of: int, hits: int, times: int):
    assume(hits <= of)
    few, many = figures.share(hits, of), figures.share(hits * times, of * times)
    assert few is not None
    assert many is not None
    assert many.high - many.low < few.high - few.low


@given(TALLIES)
def test_the_net_promoter_score_lies_within_its_interval_and_turns_with_the_scores(tally: dict[int, int]):
    found = figures.nps(tally)
    assert found is not None
    assert -100 <= found.low <= found.value <= found.high <= 100
    assert found.low < found.high
    plain = [100 if score >= 9 else -100 if score <= 6 else 0 for score, times in tally.items() for _ in range(times)]
    assert found.value == pytest.approx(statistics.fmean(plain))


def test_the_net_promoter_score_by_hand():
    """50 promoters, 30 passives, 20 detractors: +30. With ¾, 1½ and ¾ more, of 103: p = .4927, d = .2015, variance .6094."""
    found = figures.nps({10: 30, 9: 20, 8: 15, 7: 15, 6: 10, 0: 10})
    assert found is not None
    assert found.value == 30
    assert [found.low, found.high] == pytest.approx([14.05, 44.20], abs=0.01)


def test_a_mean_has_students_interval():
    """Four scores, 2 4 4 5: mean 3.75, s = 1.2583, t(3) = 3.182, so ± 2.002; it does not leave the scale."""
    found = figures.mean({2: 1, 4: 2, 5: 1}, scale=FIVE)
    assert found is not None
    assert found.value == 3.75
    assert [found.low, found.high] == pytest.approx([1.748, 5.0], abs=0.001)


@given(st.lists(st.integers(0, 10), min_size=2, max_size=300))
def test_a_mean_is_that_of_the_scores_and_lies_within_its_interval(scores: list[int]):
    found = figures.mean(Counter(scores), scale=TEN)
    assert found is not None
    assert found.value == pytest.approx(statistics.fmean(scores))
    assert 0 <= found.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.high <= 10
    reach = figures.student(len(scores) - 1) * statistics.stdev(scores) / len(scores) ** 0.5
    assert found.high == pytest.approx(min(found.value + reach, 10))


def test_students_t_falls_with_the_answers_and_never_below_the_normal_deviate():
    values = [figures.student(freedom) for freedom in range(1, 3_000)]
    assert values == sorted(values, reverse=True)
    assert (values[0], values[9], values[29]) == (12.706, 2.228, 2.042)
    assert values[-1] >= figures.Z


def test_of_nothing_nothing_is_told():
    assert (figures.share(0, 0), figures.nps({}), figures.mean({}, scale=FIVE)) == (None, None, None)
    assert figures.read(SurveyKind.CSAT, {}, satisfied_from=4) == figures.Reading(0)
    assert figures.read(SurveyKind.OTHER, {3: 2}, satisfied_from=4) == figures.Reading(2)


def test_each_kind_of_survey_tells_its_own_figures():
    scores = {1: 1, 4: 2, 5: 1}
    csat = figures.read(SurveyKind.CSAT, scores, satisfied_from=4)
    assert (csat.satisfied and csat.satisfied.value, csat.mean and csat.mean.value, csat.net) == (0.75, 3.5, None)
    nps = figures.read(SurveyKind.NPS, {10: 3, 0: 1}, satisfied_from=4)
    assert (nps.net and nps.net.value, nps.satisfied) == (50, None)
    ces = figures.read(SurveyKind.CES, {7: 1, 5: 1, 1: 2}, satisfied_from=4)
    assert (ces.mean and ces.mean.value, ces.satisfied and ces.satisfied.value) == (3.5, 0.5)


def test_small_groups_are_hidden_and_cannot_be_worked_out_of_the_others():
    assert figures.hidden({"a": 40, "b": 12, "c": 9}, least=5) == set()
    assert figures.hidden({"a": 40, "b": 12, "c": 3}, least=5) == {"b", "c"}
    assert figures.hidden({"a": 40, "b": 4, "c": 3}, least=5) == {"b", "c"}
    assert figures.hidden({"a": 40, "none": 0}, least=5) == set()
    assert figures.hidden({"a": 3}, least=5) == {"a"}


@given(st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 30)), st.integers(2, 20))
def test_no_group_below_the_least_is_shown_and_never_is_one_hidden_alone(sizes: dict[str, int], least: int):
    found = figures.hidden(sizes, least=least)
    assert all(size >= least for name, size in sizes.items() if size and name not in found)
    others = [name for name, size in sizes.items() if size]
    assert len(found) != 1 or len(others) == 1


@pytest.mark.parametrize(
    ("kind", "score", "low"),
    [
        (SurveyKind.CSAT, 2, True), (SurveyKind.CSAT, 3, False), (SurveyKind.NPS, 6, True), (SurveyKind.NPS, 7, False),
        (SurveyKind.CES, 3, True), (SurveyKind.CES, 4, False), (SurveyKind.OTHER, 0, False), (SurveyKind.NPS, None, False),
    ],
)  # fmt: skip
def test_a_low_score_is_one_up_to_the_parameter(kind: SurveyKind, score: int | None, low: bool):
    assert low_scores.is_low(kind, score, parameters=SurveyParameters()) is low


# The mobile customers of the European Customer Satisfaction Index, answering on scales from 1 to 10.


@pytest.fixture
def columns(shared_data: Path) -> dict[str, list[int]]:
    with (shared_data / "customer_satisfaction" / "ecsi_mobi_250.csv").open(newline="") as table:
        rows = list(csv.DictReader(table))
    return {name: [int(row[name]) for row in rows] for name in rows[0]}


@pytest.fixture
def published(shared_data: Path) -> dict[str, Any]:
    told = json.loads((shared_data / "cases" / "analytics_published.json").read_text())
    listed = told if isinstance(told, list) else next(value for value in told.values() if isinstance(value, list))
    return {one["measure"]: one["reproduced"] for one in listed if one.get("dataset") == "customer_satisfaction"}


def test_the_means_of_the_european_index_come_out_as_published(
    columns: dict[str, list[int]], published: dict[str, Any]
):
    means = published["ECSI mobi: rows, item means"]["means"]
    for name, wanted in means.items():
        found = figures.mean(Counter(columns[name]), scale=range(1, 11))
        assert found is not None
        assert found.value == pytest.approx(wanted, abs=1e-9), name
        assert found.low < wanted < found.high


def test_the_share_of_satisfied_customers_of_the_european_index(
    columns: dict[str, list[int]], published: dict[str, Any]
):
    wanted = published["CSAT from CUSA1: top-2 box, top-3 box, 0-100 index"]
    tally = Counter(columns["CUSA1"])
    top_two, top_three = figures.at_least(tally, 9), figures.at_least(tally, 8)
    average = figures.mean(tally, scale=range(1, 11))
    assert isinstance(top_two, Estimate)
    assert isinstance(top_three, Estimate)
    assert isinstance(average, Estimate)
    assert top_two.value == pytest.approx(wanted["top2_box_9_10"])
    assert top_three.value == pytest.approx(wanted["top3_box_8_10"])
    assert 100 * (average.value - 1) / 9 == pytest.approx(wanted["csat_index_0_100"], abs=1e-4)


def test_the_net_promoter_score_of_the_european_index_is_what_counting_gives(columns: dict[str, list[int]]):
    """CUSL3: would you recommend it. Nobody published a figure, so it is counted apart."""
    scores = columns["CUSL3"]
    found = figures.nps(Counter(scores))
    assert found is not None
    assert found.value == pytest.approx(100 * (sum(s >= 9 for s in scores) - sum(s <= 6 for s in scores)) / len(scores))
