"""How far a share of few answers can be trusted, and what changed between two texts (SVC-15)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.knowledge.policy import comparison
from service_desk.knowledge.policy.shares import Share


@pytest.mark.parametrize(
    ("yes", "of", "told"),
    [(0, 0, None), (1, 1, (100, 21, 100)), (0, 1, (0, 0, 79)), (8, 10, (80, 49, 94)), (80, 100, (80, 71, 87))],
)
def test_the_interval_is_wilsons(yes: int, of: int, told: tuple[int, int, int] | None) -> None:
    assert Share(yes, of).in_per_cent == told


@given(st.integers(1, 5_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_share_lies_in_its_interval_and_the_interval_between_nothing_and_all(counted: tuple[int, int]) -> None:
    share = Share(*counted)
    low, high = share.interval
    assert share.value is not None
    assert 0 <= low <= share.value + 1e-12
    assert share.value - 1e-12 <= high <= 1


@given(st.integers(1, 400), st.integers(2, 20))
def test_more_answers_of_the_same_kind_make_it_narrower(yes: int, times: int) -> None:
    few, many = Share(yes, 2 * yes).interval, Share(yes * times, 2 * yes * times).interval
    assert many[1] - many[0] < few[1] - few[0]


@given(st.text(max_size=200), st.text(max_size=200))
def test_what_stayed_and_came_is_the_new_text_what_stayed_and_went_the_old(before: str, after: str) -> None:
    told = comparison.lines(before, after)
    assert [line for mark, line in told if mark != "gone"] == [line for line in after.split("\n") if line.strip()]
    assert [line for mark, line in told if mark != "new"] == [line for line in before.split("\n") if line.strip()]
