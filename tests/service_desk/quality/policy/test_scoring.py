"""What a review scores (SVC-12 · D9): within 0 and 100, exact, never worse for a better mark."""

import dataclasses

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.rules import RuleBroken
from service_desk.quality.policy import scoring
from service_desk.quality.policy.scoring import NOT_APPLICABLE, THIRDS, Line, Scale

SCALES = st.sampled_from(list(Scale))
LINES = st.lists(
    st.builds(Line, st.just(""), st.integers(1, 100), SCALES, st.integers(1, 4), st.booleans(), st.booleans()),
    min_size=1,
    max_size=12,
).map(lambda lines: [dataclasses.replace(one, code=f"c{n}") for n, one in enumerate(lines)])


@st.composite
def sheets(draw: st.DrawFn) -> tuple[list[Line], dict[str, str]]:
    lines = draw(LINES)
    marks = {line.code: draw(st.sampled_from(line.marks)) for line in lines}
    assume(any(mark != NOT_APPLICABLE for mark in marks.values()))
    return lines, marks


@given(sheets(), st.integers(1, 100))
def test_a_score_lies_within_nothing_and_all(sheet: tuple[list[Line], dict[str, str]], pass_mark: int) -> None:
    found = scoring.score(*sheet, pass_mark=pass_mark)
    assert 0 <= found.percent <= 100
    assert found.passed == (found.percent >= pass_mark and not found.failed_critical)
    assert set(found.failed_critical) <= set(found.failed)


@given(sheets(), st.data())
def test_a_better_mark_never_scores_less(sheet: tuple[list[Line], dict[str, str]], data: st.DataObject) -> None:
    lines, marks = sheet
    line = data.draw(st.sampled_from([one for one in lines if marks[one.code] != NOT_APPLICABLE]))
    better = [m for m in line.marks if m != NOT_APPLICABLE and THIRDS[m] >= THIRDS[marks[line.code]]]
    after = marks | {line.code: data.draw(st.sampled_from(better))}
    one, two = scoring.score(lines, marks, pass_mark=80), scoring.score(lines, after, pass_mark=80)
    assert two.percent >= one.percent
    assert two.passed >= one.passed
    assert set(two.failed) <= set(one.failed)


@given(sheets(), st.integers(1, 100))
def test_what_does_not_apply_leaves_the_base(sheet: tuple[list[Line], dict[str, str]], weight: int) -> None:
    lines, marks = sheet
    beside = Line("beside", weight, may_be_left_out=True, is_critical=True)
    before = scoring.score(lines, marks, pass_mark=80)
    assert scoring.score([*lines, beside], marks | {"beside": NOT_APPLICABLE}, pass_mark=80) == before


@given(sheets())
def test_a_critical_criterion_that_failed_fails_the_review(sheet: tuple[list[Line], dict[str, str]]) -> None:
    lines, marks = sheet
    critical = Line("critical", 1, is_critical=True)
    found = scoring.score([*lines, critical], marks | {"critical": "no"}, pass_mark=1)
    assert not found.passed
    assert "critical" in found.failed_critical


@given(sheets())
def test_parts_sum_to_the_whole(sheet: tuple[list[Line], dict[str, str]]) -> None:
    lines, marks = sheet
    percent = scoring.score(lines, marks, pass_mark=80).percent
    parts = scoring.contributions(lines, marks, percent=percent)
    assert sum(parts.values()) == percent
    assert all(part >= 0 for part in parts.values())
    assert sum(scoring.shares(lines).values()) == 100


def test_points_are_rounded_down_and_only_what_counts_counts() -> None:
    lines = [Line("a", 2), Line("b", 1, Scale.THREE), Line("c", 5, may_be_left_out=True)]
    found = scoring.score(lines, {"a": "yes", "b": "1", "c": "na"}, pass_mark=77)
    assert (found.percent, found.passed, found.failed) == (77, True, ("b",))  # 7 of 9 is 77.8
    assert not scoring.score(lines, {"a": "yes", "b": "1", "c": "na"}, pass_mark=78).passed


def test_a_review_in_which_nothing_applies_is_refused() -> None:
    with pytest.raises(RuleBroken, match="nothing_was_scored"):
        scoring.score([Line("a", 1, may_be_left_out=True)], {"a": "na"}, pass_mark=80)


def test_what_is_missing_is_said_by_its_criterion() -> None:
    lines = [Line("a", 1), Line("b", 1, Scale.THREE), Line("c", 1), Line("d", 1), Line("e", 1, Scale.THREE)]
    marks = {"a": "no", "b": "yes", "c": "na", "e": "1"}
    assert scoring.check(lines, marks, {"e": "Too short."}) == {
        "a": "failure_needs_a_remark", "b": "criterion_not_marked", "c": "criterion_not_marked",
        "d": "criterion_not_marked",
    }  # fmt: skip


def test_less_than_half_of_the_credit_fails() -> None:
    failing = [mark for mark in ("yes", "no", "3", "2", "1", "0", "na") if scoring.is_failed(mark)]
    assert failing == ["no", "1", "0"]
