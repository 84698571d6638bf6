"""SVC-12 · D9 — what a review of a case scores: points by criterion, whole percent, pass or fail. Exact, in whole numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core import money
from core.rules import RuleBroken


class Scale(StrEnum):
    """SVC-12 · D9 — how a criterion is marked."""

    YES_NO = "yes-no"
    THREE = "0-3"


NOT_APPLICABLE = "na"
MARKS: Mapping[Scale, tuple[str, ...]] = {Scale.YES_NO: ("yes", "no"), Scale.THREE: ("3", "2", "1", "0")}
WHOLE = 3
"""Credit is counted in thirds: yes is three of three."""
THIRDS = {"yes": WHOLE, "no": 0, "3": 3, "2": 2, "1": 1, "0": 0}
HEAVIEST = 100


@dataclass(frozen=True)
class Line:
    """A criterion of the sheet: what it weighs, how it is marked, whether failing it fails the whole review."""

    code: str
    weight: int
    scale: Scale = Scale.YES_NO
    section: int = 1
    is_critical: bool = False
    may_be_left_out: bool = False

    @property
    def marks(self) -> tuple[str, ...]:
        """What it can be marked with."""
        return MARKS[self.scale] + ((NOT_APPLICABLE,) if self.may_be_left_out else ())


@dataclass(frozen=True)
class Score:
    """SVC-12 · D9 — what came of a review: whole percent, whether it passed, which criteria failed."""

    percent: int
    passed: bool
    failed: tuple[str, ...]
    failed_critical: tuple[str, ...]


def is_failed(mark: str) -> bool:
    """SVC-12 · D9 — less than half of the credit: no, 0 or 1 of 3. What does not apply does not fail."""
    return mark != NOT_APPLICABLE and 2 * THIRDS[mark] < WHOLE


def check(lines: Sequence[Line], marks: Mapping[str, str], remarks: Mapping[str, str]) -> dict[str, str]:
    """SVC-12 · D9 — criterion → what is wrong with its mark (`criterion_not_marked`, `failure_needs_a_remark`); empty where
    the sheet can be handed in."""
    wrong: dict[str, str] = {}
    for line in lines:
        mark = marks.get(line.code, "")
        if mark not in line.marks:
            wrong[line.code] = "criterion_not_marked"
        elif is_failed(mark) and not remarks.get(line.code, "").strip():
            wrong[line.code] = "failure_needs_a_remark"
    return wrong


def score(lines: Sequence[Line], marks: Mapping[str, str], *, pass_mark: int) -> Score:
    """SVC-12 · D9 — the points reached as whole percent of those that could be, rounded down: what is not reached is not
    there. What does not apply leaves the base; a critical criterion that failed fails the review whatever the points.

    Refuses a review in which nothing applies (`nothing_was_scored`).
    """
    counted = [line for line in lines if marks[line.code] != NOT_APPLICABLE]
    base = sum(line.weight for line in counted)
    if not base:
        raise RuleBroken("nothing_was_scored")
    reached = sum(line.weight * THIRDS[marks[line.code]] for line in counted)
    percent = 100 * reached // (WHOLE * base)
    failed = tuple(line.code for line in counted if is_failed(marks[line.code]))
    critical = tuple(line.code for line in counted if line.is_critical and line.code in failed)
    return Score(percent, percent >= pass_mark and not critical, failed, critical)


def shares(lines: Sequence[Line]) -> dict[int, int]:
    """SVC-12 · D9 — section → its share of the points in whole percent; together exactly a hundred (largest remainder)."""
    weights: dict[int, int] = {}
    for line in lines:
        weights[line.section] = weights.get(line.section, 0) + line.weight
    if not weights:
        return {}
    return dict(zip(weights, money.allocate(100, list(weights.values())), strict=True))


def contributions(lines: Sequence[Line], marks: Mapping[str, str], *, percent: int) -> dict[int, int]:
    """SVC-12 · D9 — section → how much of the score it brought, in whole percent; together exactly the score."""
    reached: dict[int, int] = {}
    for line in lines:
        credit = 0 if marks[line.code] == NOT_APPLICABLE else line.weight * THIRDS[marks[line.code]]
        reached[line.section] = reached.get(line.section, 0) + credit
    if not any(reached.values()):
        return dict.fromkeys(reached, 0)
    return dict(zip(reached, money.allocate(percent, list(reached.values())), strict=True))
