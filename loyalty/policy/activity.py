"""LOY-01 · B3.3, C6.1 — the activity score: what a member does besides buying, in points that anybody can add up.

For every kind of activity the times it happened within the window are multiplied by its points, up to its cap; the score
is their sum. A day counts from the next morning on, when it is closed and will not change any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.parameter_values import parameter

LOG_IN, READING, USE, TAKING_PART, RENEWAL = "log-in", "reading", "use", "taking-part", "renewal"


@dataclass(frozen=True)
class Signal:
    """A kind of activity: how many points each time gives, and the most it gives within the window."""

    code: str = parameter("", unit="code", clause="LOY-01 · C6.1")
    points: int = parameter(0, unit="score", clause="LOY-01 · C6.1", maximum=100)
    cap: int = parameter(0, unit="score", clause="LOY-01 · C6.1", maximum=1_000)


SIGNALS = (
    Signal(LOG_IN, points=1, cap=20),
    Signal(READING, points=1, cap=10),
    Signal(USE, points=2, cap=40),
    Signal(TAKING_PART, points=5, cap=20),
    Signal(RENEWAL, points=10, cap=10),
)


def part(signal: Signal, times: int) -> int:
    """LOY-01 · C6.1 — what one kind of activity gives: its points for each time, up to its cap."""
    return min(max(times, 0) * signal.points, signal.cap)


def score(times: Mapping[str, int], *, signals: Sequence[Signal]) -> int:
    """LOY-01 · C6.1 — the sum over all kinds; what the policy does not know gives nothing."""
    return sum(part(signal, times.get(signal.code, 0)) for signal in signals)
