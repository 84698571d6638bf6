"""SVC-07 · D5.1 — CSAT, NPS and CES from how often each score was given, with intervals of 95 % confidence.

A tally says how often each score was given. Nothing is told of nothing: without answers there is no figure.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from service_desk.surveys.policy.questions import MEASURED_ON, SCALES, SurveyKind

Z = 1.959963984540054
"""The normal deviate that leaves 2.5 % above it."""
# Student's t at 97.5 %, by degrees of freedom from 1 to 30, then the last that is not above them (Fisher and Yates 1938).
T = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110,
    2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
BEYOND = ((1_000, 1.962), (120, 1.980), (60, 2.000), (40, 2.021), (30, 2.042))
PROMOTES_FROM, DETRACTS_TO = 9, 6
EASY_FROM = 5
Tally = Mapping[int, int]


@dataclass(frozen=True)
class Estimate:
    """A figure and the interval that it lies in with 95 % confidence."""

    value: float
    low: float
    high: float


def count(tally: Tally) -> int:
    return sum(tally.values())


def share(hits: int, of: int) -> Estimate | None:
    """SVC-07 · D5.1 — a share with Wilson's score interval (E. B. Wilson, JASA 22, 1927, 209–212), which stays within 0 and 1
    and says something even when all or none agree."""
    if of == 0:
        return None
    p, square = hits / of, Z * Z
    middle = (p + square / (2 * of)) / (1 + square / of)
    reach = Z / (1 + square / of) * math.sqrt(p * (1 - p) / of + square / (4 * of * of))
    # Rounding must not put the share itself outside.
    return Estimate(p, min(max(middle - reach, 0.0), p), max(min(middle + reach, 1.0), p))


def mean(tally: Tally, *, scale: range) -> Estimate | None:
    """SVC-07 · D5.1 — the mean score with Student's t interval (“Student”, Biometrika 6, 1908, 1–25), within the scale.

    A single answer, and answers that all agree, show no spread: then the interval is the mean itself.
    """
    number = count(tally)
    if number == 0:
        return None
    middle = sum(score * times for score, times in tally.items()) / number
    if number == 1:
        return Estimate(middle, middle, middle)
    variance = sum(times * (score - middle) ** 2 for score, times in tally.items()) / (number - 1)
    reach = student(number - 1) * math.sqrt(variance / number)
    return Estimate(middle, max(middle - reach, float(scale[0])), min(middle + reach, float(scale[-1])))


def student(freedom: int) -> float:
    """The 97.5 % quantile of Student's t; between the rows of the table the wider one."""
    if freedom <= len(T):
        return T[freedom - 1]
    return next(value for least, value in BEYOND if freedom >= least)


def promoters(tally: Tally) -> int:
    return sum(times for score, times in tally.items() if score >= PROMOTES_FROM)


def detractors(tally: Tally) -> int:
    return sum(times for score, times in tally.items() if score <= DETRACTS_TO)


def nps(tally: Tally) -> Estimate | None:
    """SVC-07 · D5.1 — promoters (9, 10) less detractors (0 to 6) per hundred (F. Reichheld, HBR 12/2003).

    The interval is the adjusted Wald of B. Rocks (The American Statistician 70, 2016, 365–372): the variance of a score that
    is +1, 0 or −1, `p + d − (p − d)²`, over the answers and three more that are spread evenly: ¾ for, 1½ neither, ¾ against.
    So it keeps a width where all agree.
    """
    number = count(tally)
    if number == 0:
        return None
    value = 100 * (promoters(tally) - detractors(tally)) / number
    wide = number + 3
    up, down = (promoters(tally) + 0.75) / wide, (detractors(tally) + 0.75) / wide
    reach = Z * math.sqrt((up + down - (up - down) ** 2) / wide)
    low, high = 100 * (up - down - reach), 100 * (up - down + reach)
    return Estimate(value, min(max(low, -100.0), value), max(min(high, 100.0), value))


def at_least(tally: Tally, score: int) -> Estimate | None:
    """SVC-07 · D5.1 — the share who gave this score or more: satisfied (CSAT), or finding it easy (CES)."""
    return share(sum(times for one, times in tally.items() if one >= score), count(tally))


@dataclass(frozen=True)
class Reading:
    """What a tally says of a survey of its kind; what the kind does not measure is None."""

    answers: int
    satisfied: Estimate | None = None
    net: Estimate | None = None
    mean: Estimate | None = None


def read(kind: SurveyKind, tally: Tally, *, satisfied_from: int) -> Reading:
    """SVC-07 · D5.1 — CSAT: the share satisfied and the mean; NPS: the net score and the mean; CES: the mean and the share who
    found it easy (5 of 7 or more)."""
    number = count(tally)
    if kind not in MEASURED_ON:
        return Reading(number)
    average = mean(tally, scale=SCALES[MEASURED_ON[kind]])
    if kind is SurveyKind.NPS:
        return Reading(number, net=nps(tally), mean=average)
    return Reading(number, at_least(tally, satisfied_from if kind is SurveyKind.CSAT else EASY_FROM), mean=average)


def hidden(sizes: Mapping[str, int], *, least: int) -> set[str]:
    """SVC-07 · D5.1 — the groups too small to be shown: somebody in them could be told by her answer.

    Where a single group would be hidden, and the others and the total are shown, it could be worked out: then the smallest
    of the others is hidden with it. Groups without any answer hide nothing.
    """
    found = {name for name, size in sizes.items() if 0 < size < least}
    if len(found) == 1 and (others := {name: size for name, size in sizes.items() if size and name not in found}):
        found.add(min(others, key=lambda name: (others[name], name)))
    return found
