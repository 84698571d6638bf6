"""Two Poisson rates compared exactly (SVC-05 · D6.3.4): against plain fractions, a published example, and what always holds."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.policy import recurrence
from service_desk.policy.recurrence import Comparison, at_most, compare

counts, exposures = st.integers(0, 60), st.integers(1, 5_000)


def plainly(hits: int, of: int, chance: Fraction) -> Fraction:
    """The definition, in fractions."""
    return sum((math.comb(of, k) * chance**k * (1 - chance) ** (of - k) for k in range(hits + 1)), Fraction(0))


@given(counts, counts, exposures, exposures)
def test_the_chance_is_the_binomial_sum_to_the_last_digit(before: int, after: int, first: int, second: int) -> None:
    seen = compare(before, after, exposure_before=first, exposure_after=second)
    exact = plainly(after, before + after, Fraction(second, first + second))
    assert seen.fell == pytest.approx(float(exact), rel=1e-9, abs=1e-15)


def test_the_interval_is_that_of_a_published_example() -> None:
    """Eleven cases in 800 person-years beside 21 in 3,011, as in the manual of R's `poisson.test`."""
    seen = compare(21, 11, exposure_before=3_011, exposure_after=800)
    assert seen.ratio == pytest.approx(1.971488, abs=1e-6)
    assert [seen.low, seen.high] == pytest.approx([0.8584264, 4.2772659], abs=1e-7)


@given(counts, counts, exposures, exposures)
def test_the_ratio_lies_within_its_interval(before: int, after: int, first: int, second: int) -> None:
    seen = compare(before, after, exposure_before=first, exposure_after=second)
    assert 0 <= seen.low <= seen.high
    assert seen.ratio is None or seen.low <= seen.ratio * (1 + 1e-9)
    assert seen.ratio is None or seen.ratio <= seen.high * (1 + 1e-9)


@given(counts, counts, exposures, exposures)
def test_a_case_more_afterwards_never_looks_more_like_a_fall(before: int, after: int, first: int, second: int) -> None:
    fewer = compare(before, after, exposure_before=first, exposure_after=second)
    more = compare(before, after + 1, exposure_before=first, exposure_after=second)
    assert fewer.fell <= more.fell + 1e-12
    assert fewer.best <= fewer.fell + 1e-12


@given(counts, counts, exposures, exposures, st.integers(2, 50))
def test_the_unit_of_the_exposure_does_not_matter(before: int, after: int, first: int, second: int, times: int) -> None:
    one = compare(before, after, exposure_before=first, exposure_after=second)
    other = compare(before, after, exposure_before=times * first, exposure_after=times * second)
    assert other.fell == pytest.approx(one.fell, rel=1e-9, abs=1e-15)
    assert other.low == pytest.approx(one.low, rel=1e-9, abs=1e-12)


@given(st.integers(1, 60), st.integers(1, 60), exposures, exposures)
def test_seen_from_the_other_side_the_interval_is_turned_over(before: int, after: int, first: int, second: int) -> None:
    there = compare(before, after, exposure_before=first, exposure_after=second)
    back = compare(after, before, exposure_before=second, exposure_after=first)
    assert there.low * back.high == pytest.approx(1, rel=1e-6)


def test_the_interval_holds_the_truth_as_often_as_it_promises() -> None:
    """All outcomes of two small Poisson counts, each with its probability: 95 of a hundred intervals hold the true ratio."""
    rate, ratio, first, second = 3.0, 0.5, 1_000, 2_000
    means = (rate, rate * ratio * second / first)
    held = sum(
        _poisson(before, means[0]) * _poisson(after, means[1])
        for before in range(30)
        for after in range(30)
        if (seen := compare(before, after, exposure_before=first, exposure_after=second)).low <= ratio <= seen.high
    )
    assert held >= 0.95


def _poisson(count: int, mean: float) -> float:
    return math.exp(-mean + count * math.log(mean) - math.lgamma(count + 1))


def test_thousands_are_compared_as_surely_as_a_handful() -> None:
    seen = compare(60_000, 40_000, exposure_before=10**9, exposure_after=10**9)
    assert 0 <= seen.fell < 1e-300
    assert seen.low < seen.high < 0.68
    assert compare(0, 0, exposure_before=1, exposure_after=1) == Comparison(0, 0, 1, 1, None, 0.0, math.inf, 1.0, 1.0)


@pytest.mark.parametrize(("hits", "expected"), [(-1, 0.0), (4, 1.0), (9, 1.0)])
def test_nothing_below_none_and_nothing_above_all(hits: int, expected: float) -> None:
    assert at_most(hits, 4, 0.3) == expected


@pytest.mark.parametrize("wrong", [(-1, 0, 1, 1), (0, -1, 1, 1), (0, 0, 0, 1), (0, 0, 1, 0)])
def test_counts_and_exposures_that_cannot_be_are_a_bug(wrong: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="exposures"):
        compare(wrong[0], wrong[1], exposure_before=wrong[2], exposure_after=wrong[3])


def test_whoever_reads_the_rule_finds_the_paper() -> None:
    assert "Przyborowski" in (recurrence.__doc__ or "")
