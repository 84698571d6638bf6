"""LOY-15 · B8.3 — what is new is there for higher tiers first: from which day on for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class HeadStart:
    """LOY-15 · B8.3 — how many days before everybody else a tier may have what is new."""

    tier: str
    days: int


@dataclass(frozen=True)
class Opening:
    """LOY-15 · B8.3 — the day from which something is there for everybody, and the tiers that come earlier, the first first."""

    on: date
    earlier: tuple[HeadStart, ...] = ()

    @property
    def first_on(self) -> date:
        """The day from which it is there for anybody at all."""
        return self.of_tier(self.earlier[0].tier) if self.earlier else self.on

    @property
    def days(self) -> Sequence[tuple[str, date]]:
        """Each tier that comes earlier, with its day."""
        return [(one.tier, self.of_tier(one.tier)) for one in self.earlier]

    def of_tier(self, tier: str) -> date:
        """The day from which a tier may have it; a tier that has no head start, and whoever has no tier, with everybody."""
        return self.on - timedelta(days=next((one.days for one in self.earlier if one.tier == tier), 0))


def opening(on: date, *, head_starts: Sequence[HeadStart]) -> Opening:
    """LOY-15 · B8.3 — when what is there for everybody from a day on is there for each tier."""
    ahead = sorted((one for one in head_starts if one.days > 0), key=lambda one: -one.days)
    return Opening(on, tuple(ahead))
