"""LOY-17 — many members' outcomes added up, month by month, and what follows from the sums."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from loyalty.policy.simulation.months import FLOWS, Outcome

MOVED = ("issued", "taken_back", "redeemed", "lapsed", "balance")
"""What the ledger and a replay of today's rule are compared by."""


@dataclass
class Side:
    """All members under one rulebook: each flow and the members of each tier, by month."""

    flows: dict[str, list[int]]
    tiers: dict[str, list[int]] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        for place, month in enumerate(outcome.months):
            for flow in FLOWS:
                self.flows[flow][place] += getattr(month, flow)
            self.tiers.setdefault(month.tier, [0] * len(outcome.months))[place] += 1


@dataclass
class Check:
    """Whether the replay of today's rule gives what the ledger holds: points of purchases (with what differs, by rule), each
    way in which points moved, and tiers on record.

    Of a flow: what the ledger says, what the replay gives, and for how many members the two differ.
    """

    ledger: int = 0
    replayed: int = 0
    members: int = 0
    tiers: int = 0
    rules: dict[str, int] = field(default_factory=dict)
    flows: dict[str, list[int]] = field(default_factory=dict)


@dataclass
class Totals:
    """Both sides, who moves (`from>to`, today's tier and the changed one), what card benefits cost by tier, what the changed
    rules gave all members together (`rule period`), the check.
    """

    months: int
    today: Side
    changed: Side
    moves: dict[str, int] = field(default_factory=dict)
    benefits: dict[str, list[int]] = field(default_factory=dict)
    check: Check = field(default_factory=Check)
    given: dict[str, int] = field(default_factory=dict)
    members: int = 0

    @classmethod
    def of(cls, months: int) -> "Totals":
        today, changed = (Side({flow: [0] * months for flow in FLOWS}) for _ in range(2))
        return cls(months, today, changed)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Totals":
        rest = {name: said[name] for name in ("months", "moves", "benefits", "members", "given") if name in said}
        return cls(today=Side(**said["today"]), changed=Side(**said["changed"]), check=Check(**said["check"]), **rest)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def add(
        self,
        today: Outcome,
        changed: Outcome,
        *,
        benefits: Sequence[int],
        ledger: int,
        tier: str,
        real: Mapping[str, int],
    ) -> None:
        """One member: `benefits` is what her uses of card benefits cost by month, the rest what the records say of her: the
        points of her purchases, her tier, and how her points really moved (`MOVED`).
        """
        self.members += 1
        self.today.add(today)
        self.changed.add(changed)
        if today.tier != changed.tier:
            way = f"{today.tier}>{changed.tier}"
            self.moves[way] = self.moves.get(way, 0) + 1
        for place, minor in enumerate(benefits):
            if minor:
                self.benefits.setdefault(today.months[place].tier, [0] * self.months)[place] += minor
        self.check.ledger += ledger
        self.check.replayed += today.bought
        self.check.members += ledger != today.bought
        self.check.tiers += tier != today.tier
        for rule, more in today.differs.items():
            self.check.rules[rule] = self.check.rules.get(rule, 0) + more
        for flow in MOVED:
            replayed = today.months[-1].balance if flow == "balance" else today.sum_of(flow)
            row = self.check.flows.setdefault(flow, [0, 0, 0])
            row[0], row[1] = row[0] + real.get(flow, 0), row[1] + replayed
            row[2] += real.get(flow, 0) != replayed


def benefit_cost(
    cost: Mapping[str, Sequence[int]], *, members: Mapping[str, Sequence[int]], would_be: Mapping[str, Sequence[int]]
) -> list[int]:
    """LOY-17 · C3.3 — what card benefits would cost by month, in minor units, rounded to the nearest.

    The assumption: who moves to another tier uses benefits as the members of that tier do on average. A tier without
    members in a month costs what one of its members cost on average over all months.
    """
    months = max((len(row) for row in would_be.values()), default=0)
    found = [0] * months
    for place in range(months):
        total = 0
        for tier, counts in would_be.items():
            spent, among = _average(tier, place, cost, members)
            total += (2 * spent * counts[place] + among) // (2 * among) if among else 0
        found[place] = total
    return found


def _average(
    tier: str, place: int, cost: Mapping[str, Sequence[int]], members: Mapping[str, Sequence[int]]
) -> tuple[int, int]:
    """What a tier's benefits cost, and for how many member-months."""
    spent, among = cost.get(tier, ()), members.get(tier, ())
    if among and among[place]:
        return (spent[place] if spent else 0), among[place]
    return sum(spent), sum(among)
