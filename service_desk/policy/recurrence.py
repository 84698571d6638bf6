"""SVC-05 · D6.3.4 — whether something has become rarer: two Poisson rates compared by the exact conditional test.

J. Przyborowski and H. Wilenski, "Homogeneity of results in testing samples from Poisson series", Biometrika 31 (1940)
313–323: of all cases of both periods, those of the second are binomial; its chance follows from the two exposures. The
interval of the ratio is that of Clopper and Pearson (1934) for this chance. Exact: nothing is approximated by a normal curve,
so a handful of cases is judged as surely as thousands.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

STEPS = 100
NEGLIGIBLE = 1e-18


@dataclass(frozen=True)
class Comparison:
    """Cases and exposures before and after. `ratio` is the rate after over the rate before, `low` to `high` its interval.

    `fell` is the chance to see so few afterwards although nothing has changed; `best` what it would be without any case
    afterwards: where even that is above the doubt allowed, there were too few before to show anything.
    """

    before: int
    after: int
    exposure_before: int
    exposure_after: int
    ratio: float | None
    low: float
    high: float
    fell: float
    best: float


def compare(before: int, after: int, *, exposure_before: int, exposure_after: int, doubt_bps: int = 500) -> Comparison:
    """SVC-05 · D6.3.4 — compare two counts over their exposures (member-days, sales), which must be above zero.

    `doubt_bps` is what lies outside the interval, half on each side.
    """
    if min(before, after) < 0 or min(exposure_before, exposure_after) <= 0:
        raise ValueError("counts are not negative and exposures are above zero")
    total, chance = before + after, exposure_after / (exposure_before + exposure_after)
    tail = doubt_bps / 20_000
    low = 0.0 if after == 0 else _solve(lambda p: 1 - at_most(after - 1, total, p) - tail)
    high = 1.0 if before == 0 else _solve(lambda p: tail - at_most(after, total, p))
    scale = exposure_before / exposure_after
    return Comparison(
        before=before,
        after=after,
        exposure_before=exposure_before,
        exposure_after=exposure_after,
        ratio=after / before * scale if before else None,
        low=_odds(low) * scale,
        high=_odds(high) * scale,
        fell=at_most(after, total, chance),
        best=at_most(0, before, chance),
    )


def at_most(hits: int, of: int, chance: float) -> float:
    """SVC-05 · D6.3.4 — how probable it is that of so many at most `hits` fall on a side of this chance; exact."""
    if hits < 0:
        return 0.0
    if hits >= of or chance <= 0:
        return 1.0
    if chance >= 1:
        return 0.0
    if hits > of * chance:
        return max(0.0, 1.0 - _tail(of - hits - 1, of, 1 - chance))
    return min(1.0, _tail(hits, of, chance))


def _tail(hits: int, of: int, chance: float) -> float:
    """The sum from the largest term downwards, until nothing is added any more."""
    log = math.lgamma(of + 1) - math.lgamma(hits + 1) - math.lgamma(of - hits + 1)
    term = math.exp(log + hits * math.log(chance) + (of - hits) * math.log1p(-chance))
    terms, odds = [term], (1 - chance) / chance
    for place in range(hits, 0, -1):
        term *= place / (of - place + 1) * odds
        terms.append(term)
        if term < NEGLIGIBLE * terms[0]:
            break
    return math.fsum(terms)


def _solve(rises: Callable[[float], float]) -> float:
    """Where a function of a chance that rises from below zero crosses it."""
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if rises(middle) < 0 else (low, middle)
    return (low + high) / 2


def _odds(chance: float) -> float:
    return math.inf if chance >= 1 else chance / (1 - chance)
