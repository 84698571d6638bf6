"""SVC-05 · D6.3 — the life of an improvement measure, and what the figures say of its effect."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cards.policy.states import Table, check, table
from service_desk.policy.recurrence import Comparison

WHOLE = 10_000


class State(StrEnum):
    """SVC-05 · D6.3.3 — where a measure stands."""

    DRAFT = "draft"
    AGREED = "agreed"
    WORKING = "working"
    DONE = "done"
    VERIFIED = "verified"
    NOT_EFFECTIVE = "not-effective"
    DROPPED = "dropped"


S = State
WAYS: Table[State] = table({
    S.DRAFT: (S.AGREED, S.DROPPED),
    S.AGREED: (S.WORKING, S.DROPPED),
    S.WORKING: (S.DONE, S.DROPPED),
    S.DONE: (S.VERIFIED, S.NOT_EFFECTIVE),
    S.NOT_EFFECTIVE: (S.WORKING, S.DROPPED),
    S.VERIFIED: (),
    S.DROPPED: (),
})  # fmt: skip
OPEN = (S.AGREED, S.WORKING)
"""Its owner has something to do by the deadline."""


def check_way(before: State, after: State) -> None:
    """SVC-05 · D6.3.3 — refuse `transition_not_listed` whatever the table does not list."""
    check(WAYS, before, after)


class Basis(StrEnum):
    """SVC-05 · D6.3.4 — what cases are measured against: the members there were, day by day, or the sales there were."""

    MEMBERS = "members"
    SALES = "sales"


@dataclass(frozen=True)
class Windows:
    """Half-open days before the work began and after it was done; `is_over` once the whole window after has passed."""

    before_from: date
    before_until: date
    after_from: date
    after_until: date
    is_over: bool

    @property
    def days_after(self) -> int:
        return (self.after_until - self.after_from).days


def windows(*, started_on: date, done_on: date, today: date, days: int) -> Windows:
    """SVC-05 · D6.3.4 — the days compared: as many before the work as after it; what lies between counts on neither side.

    Today is not over and does not count.
    """
    after_from = done_on + timedelta(days=1)
    ends = after_from + timedelta(days=days)
    return Windows(
        before_from=started_on - timedelta(days=days),
        before_until=started_on,
        after_from=after_from,
        after_until=max(after_from, min(ends, today)),
        is_over=today >= ends,
    )


class Verdict(StrEnum):
    """SVC-05 · D6.3.4 — what the figures say: as rare as hoped, rarer but not enough, not shown to be rarer, cannot be told."""

    EFFECTIVE = "effective"
    LESS = "less"
    NONE = "none"
    UNDECIDED = "undecided"


LEADS_TO = {Verdict.EFFECTIVE: S.VERIFIED, Verdict.LESS: S.NOT_EFFECTIVE, Verdict.NONE: S.NOT_EFFECTIVE}


def judge(comparison: Comparison | None, *, target_bps: int, doubt_bps: int, is_over: bool) -> Verdict:
    """SVC-05 · D6.3.4 — propose a verdict. `target_bps` is the share of the rate before that may be left.

    A fall counts where chance would rarely show one like it (at most `doubt_bps`). What is not shown is undecided as long as
    the window runs, and for ever where there were too few cases before. People confirm; they may see it otherwise.
    """
    if comparison is None or comparison.ratio is None:
        return Verdict.UNDECIDED
    if comparison.fell * WHOLE <= doubt_bps:
        return Verdict.EFFECTIVE if comparison.ratio * WHOLE <= target_bps else Verdict.LESS
    too_few = comparison.best * WHOLE > doubt_bps
    return Verdict.NONE if is_over and not too_few else Verdict.UNDECIDED


def agreed(plain: Verdict, with_uncoded: Verdict) -> Verdict:
    """SVC-05 · D6.3.4 — complaints whose cause is not known yet might all be of this one: what they could turn is undecided."""
    return plain if plain is with_uncoded else Verdict.UNDECIDED
