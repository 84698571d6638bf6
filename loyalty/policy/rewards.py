"""LOY-06 · B7.2 — who may have which reward now, and how an order of one may go on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cards.policy.priority import Opening
from core.rules import RuleBroken


class RewardRefused(RuleBroken):
    """A reward that cannot be had now; `code` says why."""


class State(StrEnum):
    """An order of a reward: reserved, until it is handed over or given up."""

    RESERVED = "reserved"
    COLLECTED = "collected"
    SENT = "sent"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    GIVEN_BACK = "given-back"


WAYS: Mapping[State, frozenset[State]] = {
    State.RESERVED: frozenset({State.COLLECTED, State.SENT, State.CANCELLED, State.EXPIRED}),
    State.COLLECTED: frozenset({State.GIVEN_BACK}),
    State.SENT: frozenset({State.GIVEN_BACK}),
    State.CANCELLED: frozenset(),
    State.EXPIRED: frozenset(),
    State.GIVEN_BACK: frozenset(),
}
BACK_ON_THE_SHELF = frozenset({State.CANCELLED, State.EXPIRED, State.GIVEN_BACK})


@dataclass(frozen=True)
class Terms:
    """What a reward asks: `opening` is from when it is there for whom, None at any time; `stock` None where there is no end
    of it, `per_member` None without a limit."""

    points: int
    on_sale: bool = True
    opening: Opening | None = None
    last_on: date | None = None
    min_tier: str = ""
    stock: int | None = None
    per_member: int | None = None


@dataclass(frozen=True)
class Asking:
    """Who asks: her tier, what she can spend, and how many of this reward she has had."""

    tier: str
    available: int
    had: int = 0


def refusal(terms: Terms, asking: Asking, *, on: date, ladder: Sequence[str]) -> RewardRefused | None:
    """LOY-06, LOY-15 · B7.2, B8.3 — why she cannot have it now, the lasting reasons before those that points would mend.

    None: she can.
    """
    if not terms.on_sale or (terms.last_on is not None and on > terms.last_on):
        return RewardRefused("reward_not_offered")
    if terms.opening is not None and on < (opens_on := terms.opening.of_tier(asking.tier)):
        return RewardRefused("reward_not_yet", day=opens_on)
    if terms.per_member is not None and asking.had >= terms.per_member:
        return RewardRefused("reward_limit", limit=terms.per_member)
    if not reaches(asking.tier, terms.min_tier, ladder=ladder):
        return RewardRefused("reward_tier", tier=terms.min_tier)
    if terms.stock == 0:
        return RewardRefused("reward_sold_out")
    if asking.available < terms.points:
        return RewardRefused("reward_points_missing", missing=terms.points - asking.available)
    return None


def reaches(tier: str, floor: str, *, ladder: Sequence[str]) -> bool:
    """LOY-06 · B7.2 — whether a tier is the floor or stands above it; a floor that is no tier any more stops nobody."""
    if floor not in ladder:
        return True
    return tier in ladder and ladder.index(tier) >= ladder.index(floor)


def may(before: State, after: State) -> bool:
    """LOY-06 · B7.2 — only the steps of the table; what has ended ends once."""
    return after in WAYS[before]
