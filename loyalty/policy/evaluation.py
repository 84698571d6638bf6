"""LOY-11 · C3.3, C3.2.3 — what the figures of a benefit suggest: keep it, change it, or retire it. People decide."""

from dataclasses import dataclass
from enum import StrEnum

from core.money import BASIS_POINTS
from loyalty.policy.benefit_parameters import EvaluationParameters


class Advice(StrEnum):
    KEEP = "keep"
    CHANGE = "change"
    RETIRE = "retire"
    WAIT = "wait"


@dataclass(frozen=True)
class Figures:
    """Of the months that count: net uses, members who used it, members who could, worth and cost in minor units,
    reservations that ended and those nobody came for, and for how many months it could be used at all."""

    uses: int = 0
    reached: int = 0
    eligible: int = 0
    value_minor: int = 0
    cost_minor: int = 0
    reserved: int = 0
    missed: int = 0
    months: int = 0

    @property
    def reach_bps(self) -> int | None:
        return self.reached * BASIS_POINTS // self.eligible if self.eligible else None

    @property
    def cost_bps(self) -> int | None:
        return self.cost_minor * BASIS_POINTS // self.value_minor if self.value_minor else None

    @property
    def missed_bps(self) -> int:
        return self.missed * BASIS_POINTS // self.reserved if self.reserved else 0


@dataclass(frozen=True)
class Suggestion:
    """What to do, and the figure that says so (`too_new`, `nobody_can`, `unused`, `little_reach`, `dear`, `missed`, `fine`)."""

    advice: Advice
    because: str


def suggest(figures: Figures, *, parameters: EvaluationParameters) -> Suggestion:
    """LOY-11 · C3.3 — the first sentence that fits, in this order:

    usable for less than the months that count → wait; nobody may use it → change; never used → retire; reaches too few →
    change; costs too much of what it is worth → change; too many reservations missed → change; else keep.
    """
    if figures.months < parameters.months:
        return Suggestion(Advice.WAIT, "too_new")
    if not figures.eligible and not figures.uses:
        return Suggestion(Advice.CHANGE, "nobody_can")
    if not figures.uses:
        return Suggestion(Advice.RETIRE, "unused")
    if figures.reach_bps is not None and figures.reach_bps < parameters.least_reach_bps:
        return Suggestion(Advice.CHANGE, "little_reach")
    if figures.cost_bps is not None and figures.cost_bps > parameters.most_cost_bps:
        return Suggestion(Advice.CHANGE, "dear")
    if figures.missed_bps > parameters.most_missed_bps:
        return Suggestion(Advice.CHANGE, "missed")
    return Suggestion(Advice.KEEP, "fine")
