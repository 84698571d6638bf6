"""LOY-17 — what happened to a member's points and tier, as facts that any rule can be asked about again.

`day` is the business day on which a fact reached us, which may lie behind the day on which it happened. Facts come in
the order in which they were posted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from loyalty.policy.rules import Line


@dataclass(frozen=True, slots=True)
class Earned:
    """What a purchase really earned: `points` of it by each rule, what the day's cap cut, and for each rule that its whole
    programme cut short, what that had left for it.
    """

    points: int = 0
    by_rule: Mapping[str, int] = field(default_factory=dict)
    cut: int = 0
    room: Mapping[str, int] = field(default_factory=dict)


NOTHING_EARNED = Earned()


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase; `at` is its wall clock, `on` its day, which may be a public holiday, `earned` what it really earned."""

    day: date
    key: int
    at: datetime
    on: date
    lines: tuple[Line, ...]
    net_minor: int
    store: str = ""
    earned: Earned = NOTHING_EARNED
    holiday: bool = False


@dataclass(frozen=True, slots=True)
class Returned:
    """Goods of a purchase that came back, worth so much; `undoes` is the day on which a purchase that never was was recorded.

    `whole`: with the last piece of goods that cost nothing, of whose points no share of an amount can tell.
    """

    day: date
    purchase: int
    net_minor: int
    undoes: date | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Undone:
    """A purchase never was: all of it came back before, and caps have counted nothing of it any longer."""

    day: date
    purchase: int


@dataclass(frozen=True, slots=True)
class Given:
    """Points that no purchase earned (a referral, a task, by hand); `waits` while what they came of can be returned."""

    day: date
    key: int
    on: date
    points: int
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """Points taken away that no purchase earned: of what was given under `of`, or by hand where it is None."""

    day: date
    points: int
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """Points redeemed, or only set aside for it (`held`)."""

    day: date
    key: int
    points: int
    held: bool = False


@dataclass(frozen=True, slots=True)
class Captured:
    """What was set aside under `of` is redeemed; from now on it is known as `key`."""

    day: date
    key: int
    of: int


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Points of a redemption, or of what was only set aside (`held`), that came back."""

    day: date
    of: int
    points: int
    held: bool = False


@dataclass(frozen=True, slots=True)
class Acted:
    """What she did on a day besides buying, so many times; it counts from the next day on."""

    day: date
    on: date
    signal: str
    times: int


@dataclass(frozen=True, slots=True)
class Guaranteed:
    """A tier that two people guarantee her through a day, unless they ended it before."""

    day: date
    tier: str
    through: date
    ended: date | None = None

    def holds(self, day: date) -> bool:
        return self.day <= day <= self.through and (self.ended is None or day < self.ended)


Fact = Bought | Returned | Undone | Given | Taken | Spent | Captured | GivenBack | Acted | Guaranteed


@dataclass(frozen=True)
class History:
    """All facts of a member, and when she was born, where a rule wants to know."""

    facts: tuple[Fact, ...] = ()
    birth: date | None = None
