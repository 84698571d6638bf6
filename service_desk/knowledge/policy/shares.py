"""SVC-15 · D6.4 — how far a share of few answers can be trusted."""

import math
from dataclasses import dataclass

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """A share of yes in `of` answers, and the interval that holds the true one in 95 cases of 100 (Wilson's)."""

    yes: int
    of: int

    @property
    def value(self) -> float | None:
        return self.yes / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        if not self.of:
            return 0.0, 1.0
        share, square = self.yes / self.of, Z95**2
        middle = (share + square / (2 * self.of)) / (1 + square / self.of)
        half = Z95 / (1 + square / self.of) * math.sqrt(share * (1 - share) / self.of + square / (4 * self.of**2))
        return max(0.0, middle - half), min(1.0, middle + half)

    @property
    def in_per_cent(self) -> tuple[int, int, int] | None:
        """The share and its interval, in whole per cent; None while nobody has answered."""
        if self.value is None:
            return None
        low, high = self.interval
        return round(100 * self.value), round(100 * low), round(100 * high)
