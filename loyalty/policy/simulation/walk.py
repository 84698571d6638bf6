"""LOY-17 — where the replay of a member stands, and how it comes from one day to the next."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from loyalty.policy.simulation.climb import Climb
from loyalty.policy.simulation.months import Month, Outcome
from loyalty.policy.simulation.purse import Purse
from loyalty.policy.simulation.rulebook import Rulebook

DAY = timedelta(days=1)


class Accrual(NamedTuple):
    """What a purchase left behind: its lot, its points, how much of both came back, and what caps have counted of it."""

    lot: int | None
    points: int
    net_minor: int
    returned_minor: int = 0
    taken: int = 0
    on: date = date.min
    counted: tuple[tuple[tuple[str, str], int], ...] = ()
    programmes: tuple[tuple[str, int], ...] = ()


@dataclass
class Walk:
    """The day, points and tier, what caps have counted by rule and period, and the months so far.

    `ends` are the first days behind the months to be counted; without them a walk only comes to where they begin. `given`
    is what the rules gave all members together, where that is to be limited; `differs` by how much the points of purchases
    differ from what was really earned, by rule.
    """

    book: Rulebook
    birth: date | None = None
    ends: Sequence[date] = ()
    day: date = date.min
    purse: Purse = field(default_factory=Purse)
    climb: Climb = field(default_factory=Climb)
    counted: dict[tuple[str, str], int] = field(default_factory=dict)
    earned_on: dict[date, int] = field(default_factory=dict)
    accruals: dict[int, Accrual] = field(default_factory=dict)
    months: list[Month] = field(default_factory=list)
    month: Month = field(default_factory=Month)
    bought: int = 0
    given: dict[str, int] | None = None
    differs: dict[str, int] = field(default_factory=dict)

    def fork(self, book: Rulebook, ends: Sequence[date], *, given: dict[str, int] | None = None) -> "Walk":
        """The same place under another book; what follows on one way leaves the other alone."""
        own = Walk(book, self.birth, ends, self.day, self.purse.fork(), self.climb.fork())
        own.given = given
        own.counted, own.earned_on, own.accruals = dict(self.counted), dict(self.earned_on), dict(self.accruals)
        return own

    def reach(self, day: date) -> None:
        """Every night up to the day in which something falls due, closing the months that end before it.

        What fell due in the past (a purchase that arrived late) is done in the next night, as the jobs do it.
        """
        judged = self.book.judged_between(self.day, day)
        while True:
            due = min(self.purse.due, self.climb.review, *judged, date.max)
            night = max(due, self.day + DAY)
            if night > day:
                break
            self._close_before(night)
            self._night(night, all_judged=night in judged)
            judged = [one for one in judged if one > night]
        self._close_before(day)
        self.day = max(self.day, day)

    def end(self, through: date) -> Outcome:
        self.reach(through)
        self._close_before(self.ends[-1])
        figures = self.climb.figures(through, self.book.tiers_on(through))
        return Outcome(self.months, figures, self.bought, self.differs)

    def _night(self, night: date, *, all_judged: bool) -> None:
        self.day = night
        self.month.lapsed += self.purse.night(night)
        policy = self.book.tiers_on(night)
        if night >= self.climb.review:
            self.climb.judge(night, policy)
        elif all_judged:
            self.climb.rise(night, policy)

    def _close_before(self, day: date) -> None:
        while len(self.months) < len(self.ends) and self.ends[len(self.months)] <= day:
            self.month.balance = self.purse.balance
            self.month.tier = self.climb.on(self.book.tiers_on(self.day)).tier
            self.months.append(self.month)
            self.month = Month()
