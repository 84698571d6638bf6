"""CARD-01 · A2.1, E5.1 — who may have a card: conditions on age, spend, visits, tier and invitation, each answered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TIERS = ("normal", "silver", "gold", "platinum")


@dataclass(frozen=True)
class Conditions:
    """What a product asks of its buyer; an empty condition asks nothing. Spend in minor units over the tier window."""

    min_age: int | None = None
    min_spend_minor: int | None = None
    min_visits: int | None = None
    min_tier: str = ""
    invitation_only: bool = False


@dataclass(frozen=True)
class Facts:
    """What is known of the buyer on the day; an age that nobody recorded is unknown, not zero."""

    age: int | None = None
    spend_minor: int = 0
    visits: int = 0
    tier: str = ""
    invited: bool = False


@dataclass(frozen=True)
class Answer:
    """One condition: whether it is met, and the figures that the sentence on the screen needs."""

    code: str
    met: bool
    needed: int | str | bool
    actual: int | str | bool | None


def answers(conditions: Conditions, *, facts: Facts, tiers: Sequence[str] = TIERS) -> tuple[Answer, ...]:
    """CARD-01 · A2.1 — every condition of the product, met or not, thresholds inclusive; `tiers` from the lowest."""
    return tuple(_answers(conditions, facts, tiers))


def is_eligible(conditions: Conditions, *, facts: Facts, tiers: Sequence[str] = TIERS) -> bool:
    """CARD-01 · A2.1 — all of the conditions are met; a product without conditions is for everybody."""
    return all(answer.met for answer in _answers(conditions, facts, tiers))


def _answers(conditions: Conditions, facts: Facts, tiers: Sequence[str]) -> Iterator[Answer]:
    if (age := conditions.min_age) is not None:
        yield Answer("min_age", facts.age is not None and facts.age >= age, age, facts.age)
    if (spend := conditions.min_spend_minor) is not None:
        yield Answer("min_spend", facts.spend_minor >= spend, spend, facts.spend_minor)
    if (visits := conditions.min_visits) is not None:
        yield Answer("min_visits", facts.visits >= visits, visits, facts.visits)
    if tier := conditions.min_tier:
        high_enough = facts.tier in tiers and tiers.index(facts.tier) >= tiers.index(tier)
        yield Answer("min_tier", high_enough, tier, facts.tier or None)
    if conditions.invitation_only:
        yield Answer("invitation", facts.invited, True, facts.invited)
