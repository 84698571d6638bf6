"""LOY-17 — what the sums come to in money, and who moves which way: everything that the result page tells."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core import periods
from loyalty.policy import redeeming, tiers
from loyalty.policy.simulation.months import FLOWS, months_of
from loyalty.policy.simulation.rulebook import Rulebook
from loyalty.policy.simulation.totals import Side, Totals, benefit_cost

MONEY = ("liability", "multiplier", "benefits", "cost")


def of(totals: Totals, *, today: Rulebook, changed: Rulebook, since: date, through: date) -> dict[str, Any]:
    """LOY-17 — both sides by month, flows in points and `MONEY` in minor units; the ladder; moves; the check."""
    ends = [min(periods.month_end(first), through) for first in months_of(since, through)]
    codes = ladder(tiers.codes(today.tiers_on(through)), tiers.codes(changed.tiers_on(through)))
    seen = {*totals.today.tiers, *totals.changed.tiers}
    return {
        "months": [first.isoformat() for first in months_of(since, through)],
        "ladder": [*codes, *sorted(seen - set(codes))],
        "today": _side(totals.today, totals, today, ends),
        "changed": _side(totals.changed, totals, changed, ends),
        "moves": totals.moves,
        "members": totals.members,
        "check": {
            "ledger": totals.check.ledger,
            "replayed": totals.check.replayed,
            "members": totals.check.members,
            "tiers": totals.check.tiers,
            "rules": {rule: more for rule, more in sorted(totals.check.rules.items()) if more},
            "flows": totals.check.flows,
        },
    }


def ladder(today: Sequence[str], changed: Sequence[str]) -> list[str]:
    """Both ladders in one, the lowest first: a tier that the change takes away stays above what stood below it."""
    found = list(changed)
    for place, code in enumerate(today):
        if code not in found:
            below = [found.index(lower) for lower in today[:place]]
            found.insert(max(below, default=-1) + 1, code)
    return found


def lost_and_won(moves: Mapping[str, int], ladder: Sequence[str]) -> tuple[dict[str, int], dict[str, int]]:
    """How many lose each tier to a lower one, and how many rise to each."""
    rank = {code: place for place, code in enumerate(ladder)}
    lost: dict[str, int] = {}
    won: dict[str, int] = {}
    for way, count in moves.items():
        begins, _, ends = way.partition(">")
        side, tier = (won, ends) if rank[ends] > rank[begins] else (lost, begins)
        side[tier] = side.get(tier, 0) + count
    return lost, won


def _side(side: Side, totals: Totals, book: Rulebook, ends: Sequence[date]) -> dict[str, Any]:
    """Liability by what points were worth at the end of each month; `cost` is what the tiers and the benefits cost."""

    def worth(flow: str) -> list[int]:
        rows = zip(side.flows[flow], ends, strict=True)
        return [redeeming.worth(points, parameters=book.points_on(end)) for points, end in rows]

    multiplier = worth("multiplied")
    benefits = benefit_cost(totals.benefits, members=totals.today.tiers, would_be=side.tiers) or [0] * len(ends)
    return {
        **{flow: side.flows[flow] for flow in FLOWS},
        "liability": worth("balance"),
        "multiplier": multiplier,
        "benefits": benefits,
        "cost": [sum(pair) for pair in zip(multiplier, benefits, strict=True)],
        "tiers": side.tiers,
    }
