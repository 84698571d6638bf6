"""CARD-15 · A5.1.1 — which reminder is due on a day. A ladder of steps before and after one target day.

The same ladder serves a card's expiry, its activation deadline and a late instalment. After missed nights
only the most urgent step is sent: who is to hear "7 days left" no longer needs "30 days left". Steps before
the target are silent once it has passed, steps that fell before the term began never were, and nothing is sent
after the ladder closes.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cards.policy.parameters import ActivationParameters, InstalmentParameters, RenewalParameters


@dataclass(frozen=True)
class Step:
    """A reminder so many days from the target: −30 is thirty days before it, 7 is a week after."""

    offset: int

    @property
    def key(self) -> str:
        """The step's name in the record of what was sent: "before-30", "after-7"."""
        return f"before-{-self.offset}" if self.offset <= 0 else f"after-{self.offset}"

    def day(self, target_on: date) -> date:
        return target_on + timedelta(days=self.offset)


@dataclass(frozen=True)
class Ladder:
    """The steps around a target day, and for how many days after it they may still be sent."""

    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    closes_after: int = 0

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(Step(offset) for offset in sorted({-days for days in self.before} | set(self.after)))


@dataclass(frozen=True)
class Window:
    """The targets for which `step` is the one to send: from `target_from` to `target_to`, both included."""

    step: Step
    target_from: date
    target_to: date


def renewal_ladder(parameters: RenewalParameters) -> Ladder:
    """CARD-15 · A5.1.1 — around `last_valid_on`: before it, and after it within grace."""
    return Ladder(parameters.remind_before, parameters.remind_after, parameters.grace_days)


def activation_ladder(parameters: ActivationParameters) -> Ladder:
    """CARD-11 · A4.1.1 — before the last day on which a sold card is to be activated."""
    return Ladder(before=parameters.remind_before)


def instalment_ladder(parameters: InstalmentParameters) -> Ladder:
    """CARD-17 · A5.2 — after a part's due day, until the card is suspended."""
    return Ladder(after=parameters.remind_days, closes_after=parameters.suspend_day)


def windows(day: date, *, ladder: Ladder) -> tuple[Window, ...]:
    """CARD-15 · A5.1.1 — what a sweep on `day` looks for, as ranges of target days that do not overlap.

    A sweep selects the cards whose target lies in a window, whose term began by the step's own day, and to
    which this step was not yet written.
    """
    return tuple(window for window in _windows(day, ladder) if window.target_from <= window.target_to)


def due(day: date, *, target_on: date, began_on: date, written: Collection[str], ladder: Ladder) -> Step | None:
    """CARD-15 · A5.1.1 — the one step to write on `day`, or None; `written` holds the keys already written."""
    for window in windows(day, ladder=ladder):
        if window.target_from <= target_on <= window.target_to:
            fell_in_term = window.step.day(target_on) >= began_on
            return window.step if fell_in_term and window.step.key not in written else None
    return None


def _windows(day: date, ladder: Ladder) -> Iterator[Window]:
    steps = ladder.steps
    for i, step in enumerate(steps):
        is_last_before = step.offset <= 0 and (i + 1 == len(steps) or steps[i + 1].offset > 0)
        ends = 0 if is_last_before else steps[i + 1].offset - 1 if i + 1 < len(steps) else ladder.closes_after
        yield Window(step, day - timedelta(days=ends), day - timedelta(days=step.offset))
