"""SVC-12 · D9 — which cases of a week are reviewed, and by whom: drawn by lot, so that anybody can draw again and check.

A case's lot is a digest of the seed and its id: the same in every version of every program. Of a share the lowest lots are
taken, so that a larger share takes in whatever a smaller one did.
"""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

WHOLE_BPS = 10_000
WEEK = dt.timedelta(days=7)


class Reason(StrEnum):
    """SVC-12 · D9 — why a case is reviewed."""

    SHARE = "share"
    AGENT = "agent"
    SEVERE = "severe"
    BREACHED = "breached"
    UNHAPPY = "unhappy"
    BY_HAND = "by-hand"
    AGAIN = "again"


BY_CHANCE = (Reason.SHARE, Reason.AGENT)
"""Of these alone a mean says something about all cases: the others were chosen because something was wrong."""


@dataclass(frozen=True)
class Closed:
    """A case that was closed in the period: whose it was, and what speaks for looking at it anyway."""

    case: int
    agent: int
    severe: bool = False
    breached: bool = False
    unhappy: bool = False


@dataclass(frozen=True)
class Rule:
    """SVC-12 · D9 — how many of each colleague at least, which share of all, and what is taken whole."""

    least_per_agent: int
    share_bps: int
    severe: bool
    breached: bool
    unhappy: bool


def lot(seed: str, case: int) -> int:
    """SVC-12 · D9 — the number that a case draws."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{case}".encode()).digest()[:8])


def draw(frame: Iterable[Closed], *, rule: Rule, seed: str) -> dict[int, Reason]:
    """SVC-12 · D9 — case → why it was drawn, in the order of ids: first the share of all cases by lot, then further ones of
    each colleague of whom fewer than the least are among them, then what is taken whole."""
    known = sorted(set(frame), key=lambda one: one.case)
    by_lot = sorted(known, key=lambda one: (lot(seed, one.case), one.case))
    found: dict[int, Reason] = {}
    for one in by_lot[: -(-len(known) * rule.share_bps // WHOLE_BPS)]:
        found[one.case] = Reason.SHARE
    of_agent: dict[int, int] = {}
    for one in known:
        of_agent[one.agent] = of_agent.get(one.agent, 0) + (one.case in found)
    for one in by_lot:
        if one.case not in found and of_agent[one.agent] < rule.least_per_agent:
            found[one.case] = Reason.AGENT
            of_agent[one.agent] += 1
    for one in known:
        if one.case not in found and (why := _whole(one, rule)):
            found[one.case] = why
    return dict(sorted(found.items()))


def _whole(one: Closed, rule: Rule) -> Reason | None:
    if rule.severe and one.severe:
        return Reason.SEVERE
    if rule.breached and one.breached:
        return Reason.BREACHED
    return Reason.UNHAPPY if rule.unhappy and one.unhappy else None


def lowest(cases: Collection[int], *, count: int, seed: str) -> list[int]:
    """SVC-12 · D9 — so many of these cases by lot, in the order of ids: a fresh sample for a verification."""
    return sorted(sorted(cases, key=lambda case: (lot(seed, case), case))[:count])


def spread(
    worked: Mapping[int, Collection[int]], *, reviewers: Sequence[int], load: Mapping[int, int]
) -> dict[int, int | None]:
    """SVC-12 · D9 — case → who reviews it: never anybody who worked on it (`worked`), else whoever was given the fewest of
    this draw, then whoever has the fewest open ones (`load`). None where everybody has worked on it.

    The cases that the fewest may review are given first, so that they do not find everybody laden.
    """
    may = {case: [one for one in reviewers if one not in people] for case, people in worked.items()}
    given = dict.fromkeys(reviewers, 0)
    found: dict[int, int | None] = {}
    for case in sorted(may, key=lambda case: (len(may[case]), case)):
        chosen = min(may[case], key=lambda one: (given[one], load.get(one, 0), one), default=None)
        found[case] = chosen
        if chosen is not None:
            given[chosen] += 1
    return dict(sorted(found.items()))


def week_of(day: dt.date) -> dt.date:
    """SVC-12 · D9 — the Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())


def due_weeks(last: dt.date | None, *, today: dt.date) -> list[dt.date]:
    """SVC-12 · D9 — the weeks that are over and not yet drawn: all since the last one that was; the newest where none was."""
    newest = week_of(today) - WEEK
    first = newest if last is None else last + WEEK
    return [first + WEEK * number for number in range(max((newest - first).days // 7 + 1, 0))]
