"""LOY-01, LOY-02, LOY-03 · B3.3, B8.1, C6 — which tier the figures of the window give, when it is kept, when it is lost.

Upwards at once, downwards only after the promised last day and its grace. Every answer carries the figures that
decided it, so that "why am I silver?" and "what do I still need for gold?" are answered from the same place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from core import money, periods
from loyalty.policy.parameters import Tier, TierParameters


class Why(StrEnum):
    """What moved a tier, or left it."""

    JOINED = "joined"
    REACHED = "reached"
    KEPT = "kept"
    FELL_SHORT = "fell-short"
    HELD = "held"
    RETURNED = "returned"


@dataclass(frozen=True)
class Figures:
    """Net spend in minor units, visits and activity score within the window."""

    spend_minor: int = 0
    visits: int = 0
    activity: int = 0


@dataclass(frozen=True)
class Standing:
    """The tier that somebody holds, promised through `promised_through`; `floor` is what a manual hold guarantees, through
    `floor_through`.
    """

    tier: str
    promised_through: date | None = None
    floor: str = ""
    floor_through: date | None = None


@dataclass(frozen=True)
class Verdict:
    """The tier from now on, its promise, and why; `changed` says whether it is another than before."""

    tier: str
    promised_through: date | None
    why: Why
    changed: bool


@dataclass(frozen=True)
class Missing:
    """What is still needed for a tier: the spend alone, or visits and activity together; all zero when it is reached."""

    tier: str
    spend_minor: int
    visits: int
    activity: int


def codes(parameters: TierParameters) -> tuple[str, ...]:
    """The ladder's codes, the lowest first."""
    return tuple(tier.code for tier in parameters.ladder)


def window(on: date, *, parameters: TierParameters) -> tuple[date, date]:
    """LOY-01 · C6.1 — the trailing months that count, first and last day: a year back from 5 March begins on 6 March."""
    return periods.add_months(on, -parameters.window_months) + timedelta(days=1), on


def counts_through(done_on: date | None, *, parameters: TierParameters) -> date | None:
    """LOY-01 · C6.1 — the last day whose window still holds what was done on the day."""
    return periods.add_months(done_on, parameters.window_months) - timedelta(days=1) if done_on else None


def meets(tier: Tier, figures: Figures, *, share_bps: int = money.BASIS_POINTS) -> bool:
    """LOY-01 · C6.1 — spend **or** (visits **and** activity), thresholds inclusive; `share_bps` of them to keep it.

    A standard of zero visits and zero activity is no standard: such a tier is reached by spend alone.
    """
    needed = tier if share_bps == money.BASIS_POINTS else _needed(tier, share_bps)
    by_visits = bool(tier.visits or tier.activity)
    return figures.spend_minor >= needed.spend_minor or (
        by_visits and figures.visits >= needed.visits and figures.activity >= needed.activity
    )


def reached(figures: Figures, *, ladder: Sequence[Tier]) -> str:
    """LOY-01 · B3.3 — the highest tier whose standard the figures meet; the lowest asks nothing."""
    return next((tier.code for tier in reversed(ladder) if meets(tier, figures)), ladder[0].code)


def missing(tier: Tier, figures: Figures) -> Missing:
    """LOY-03 · B8.2 — what is still needed for the tier, on each of its two ways."""
    if meets(tier, figures):
        return Missing(tier.code, 0, 0, 0)
    return Missing(
        tier.code,
        spend_minor=max(tier.spend_minor - figures.spend_minor, 0),
        visits=max(tier.visits - figures.visits, 0),
        activity=max(tier.activity - figures.activity, 0),
    )


def standard(tier: Tier, *, share_bps: int) -> Tier:
    """LOY-02 · B8.1 — the tier with a share of its standard: what keeping it asks."""
    return replace(tier, **vars(_needed(tier, share_bps)))


def promise(on: date, *, parameters: TierParameters) -> date:
    """LOY-02 · B8.1 — a tier won or kept on the day lasts so many months, to the end of the month."""
    return periods.month_end(periods.add_months(on, parameters.validity_months))


def judge(standing: Standing, figures: Figures, *, on: date, parameters: TierParameters) -> Verdict:
    """LOY-02 · B8.1, C6.2 — the tier on the day.

    Up as soon as the standard of a higher tier is met, with a new promise; up by a manual hold, promised as long as the
    hold lasts. On or before the promised day nobody goes down. After it: kept when the share of the standard that keeping
    asks is met; else held through a hold or the grace, then down by the policy's levels (never below what the figures
    give, never below a hold). The lowest tier has no end.
    """
    ladder = parameters.ladder
    rank = {tier.code: place for place, tier in enumerate(ladder)}
    now, earned = rank.get(standing.tier, 0), rank[reached(figures, ladder=ladder)]
    floor = rank.get(standing.floor, 0)
    through = standing.floor_through
    if earned > now and earned >= floor:
        return Verdict(ladder[earned].code, promise(on, parameters=parameters), Why.REACHED, changed=True)
    if floor > now:
        return Verdict(ladder[floor].code, through or promise(on, parameters=parameters), Why.HELD, changed=True)
    if now == 0 or standing.promised_through is None or on <= standing.promised_through:
        return Verdict(ladder[now].code, None if now == 0 else standing.promised_through, Why.KEPT, changed=False)
    if meets(ladder[now], figures, share_bps=parameters.keep_bps):
        return Verdict(ladder[now].code, promise(on, parameters=parameters), Why.KEPT, changed=False)
    if floor == now:
        held = max(through or standing.promised_through, standing.promised_through)
        return Verdict(ladder[now].code, held, Why.HELD, changed=False)
    if on <= _grace_ends(standing.promised_through, parameters):
        return Verdict(ladder[now].code, standing.promised_through, Why.KEPT, changed=False)
    lower = max(now - parameters.levels_down, earned, floor, 0)
    ends = promise(on, parameters=parameters) if lower else None
    return Verdict(ladder[lower].code, ends, Why.FELL_SHORT, changed=True)


def review_on(promised_through: date | None, *, on: date, parameters: TierParameters) -> date | None:
    """LOY-02 · B8.1 — the next day on which a tier may move though nothing happens: after the promise, after its grace."""
    if promised_through is None:
        return None
    if on <= promised_through:
        return promised_through + timedelta(days=1)
    return max(_grace_ends(promised_through, parameters), on) + timedelta(days=1)


def won(changes: Sequence[tuple[Why, Standing, str]], *, parameters: TierParameters) -> list[tuple[Standing, str]]:
    """LOY-02, LOY-08 · B8.1 — the tiers reached by these changes that have not been taken back, the newest first, each with
    the standing before it: what `undo` is asked about.

    A change says why, the standing before it and the tier after it; the oldest comes first. A return takes back the tiers
    above the one it left, and may have left one that is reached from further down. Whatever else moved or renewed a tier
    ends what a return can reach.
    """
    rank = {tier.code: place for place, tier in enumerate(parameters.ladder)}
    found: list[tuple[Standing, str]] = []
    for why, before, tier in changes:
        if why is Why.REACHED:
            found.append((before, tier))
        elif why is Why.RETURNED:
            left, undone = rank.get(tier, 0), None
            while found and rank.get(found[-1][1], -1) > left:
                undone, _ = found.pop()
            if undone is not None and rank.get(undone.tier, 0) < left:
                found.append((undone, tier))
        else:
            found.clear()
    return found[::-1]


def undo(
    won: Sequence[tuple[Standing, str]], figures: Figures, *, on: date, parameters: TierParameters
) -> Verdict | None:
    """LOY-02, LOY-08 · B8.1 — what a return leaves of the tiers that the returned purchase had helped to reach.

    `won` (the function above tells them) holds them, the newest first, each with the standing before it. As long as the
    figures that are left do not meet the standard, it is as if that tier had not been reached: the standing before it is
    judged anew. None where the standard is met all the same.
    """
    rank = {tier.code: place for place, tier in enumerate(parameters.ladder)}
    before = None
    for standing, code in won:
        if code not in rank or meets(parameters.ladder[rank[code]], figures):
            break
        before = standing
    if before is None:
        return None
    verdict = judge(before, figures, on=on, parameters=parameters)
    if rank[verdict.tier] >= rank[won[0][1]]:
        return None
    return replace(verdict, why=Why.RETURNED, changed=True)


def may_undo(counted_on: date, *, on: date, parameters: TierParameters) -> bool:
    """LOY-02, LOY-08 · B8.1 — whether goods come back early enough to take the tier along; later the promise stays.

    The days run from the purchase; where it is undone because it never was, from the day on which it was recorded.
    """
    return on <= counted_on + timedelta(days=parameters.return_days)


def _grace_ends(promised_through: date, parameters: TierParameters) -> date:
    return promised_through + timedelta(days=parameters.grace_days)


@lru_cache(maxsize=256)
def _needed(tier: Tier, share_bps: int) -> Figures:
    """The standard, or a share of it, rounded up so that a share is never easier than it says."""
    return Figures(
        *(-(-whole * share_bps // money.BASIS_POINTS) for whole in (tier.spend_minor, tier.visits, tier.activity))
    )
