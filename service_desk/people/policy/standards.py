"""SVC-09 · D7.2.1 — the standard of a post: criteria with weights, marked from 1 to 5 at a spot check."""

from collections.abc import Collection
from fractions import Fraction

LOWEST, HIGHEST = 1, 5
WHOLE_BPS = 10_000


def score_bps(marks: Collection[tuple[int, int]]) -> int:
    """SVC-09 · D7.2.1 — (weight, mark) of each criterion: the weighted mean as a share, 1 is nothing and 5 is all."""
    weights = sum(weight for weight, _ in marks)
    if not weights:
        return 0
    reached = sum(weight * (mark - LOWEST) for weight, mark in marks)
    return int(Fraction(reached, weights * (HIGHEST - LOWEST)) * WHOLE_BPS)


def is_mark(mark: int) -> bool:
    """SVC-09 · D7.2.1 — whether a mark can be given."""
    return LOWEST <= mark <= HIGHEST
