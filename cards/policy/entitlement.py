"""LOY-10 · A4.2.2, CARD-24 — may this benefit be had here and now, and if not: why, and when, where or from what tier on.

One question for every benefit, whether a card, a tier or an event grants it. What time alone cannot mend (the wrong card,
another store) is told before what waiting mends.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from cards.policy import limits
from cards.policy.limits import Decision, Limit


@dataclass(frozen=True)
class Asks:
    """What a benefit asks: its limits, where and when it is to be had, from which tier on, with which cards.

    `stores` and `cards` name the places and products by id or code; None means every one. What is given `once` no renewal
    opens again.
    """

    limits: Sequence[Limit] = ()
    stores: Mapping[int, str] | None = None
    starts_on: date | None = None
    last_valid_on: date | None = None
    from_tier: str = ""
    cards: Mapping[str, str] | None = None
    once: bool = False


@dataclass(frozen=True)
class Facts:
    """How things stand on the day: the term of the card, the place (None: wherever it is to be had), the tier, and net
    uses by period key. Whether the card serves at all (its state, a hold, a rest) is settled before.
    """

    day: date
    term_starts_on: date
    last_valid_on: date
    used: Mapping[str, int] = field(default_factory=dict)
    store: int | None = None
    card: str = ""
    tier: str = ""
    tiers: Collection[str] = ()


def check(asks: Asks, facts: Facts, *, quantity: int = 1) -> Decision:
    """LOY-10 · A4.2.2 — allowed, or refused with the reason and from when, where or which tier on it would be allowed."""
    if asks.cards is not None and facts.card not in asks.cards:
        return Decision(False, "benefit_of_other_cards", cards=tuple(asks.cards.values()))
    if asks.from_tier and not _high_enough(facts.tier, asks.from_tier, list(facts.tiers)):
        return Decision(False, "benefit_from_tier", tier=asks.from_tier)
    if asks.last_valid_on is not None and facts.day > asks.last_valid_on:
        return Decision(False, "benefit_over")
    if asks.stores is not None and facts.store is not None and facts.store not in asks.stores:
        return Decision(False, "benefit_not_at_this_store", at=tuple(asks.stores.values()))
    if asks.starts_on is not None and facts.day < asks.starts_on:
        then = check(asks, replace(facts, day=asks.starts_on), quantity=quantity)
        return Decision(False, "benefit_not_yet", allowed_again_on=asks.starts_on) if then.allowed else then
    ends_on = min(facts.last_valid_on, asks.last_valid_on or facts.last_valid_on)
    decision = limits.decide(
        asks.limits,
        used=facts.used,
        day=facts.day,
        term_starts_on=facts.term_starts_on,
        last_valid_on=ends_on,
        quantity=quantity,
    )
    own_end = asks.last_valid_on is not None and asks.last_valid_on < facts.last_valid_on
    if (own_end or asks.once) and decision.code == "benefit_used_up_until_renewal":
        return Decision(False, "benefit_used_up", left=decision.left, limit=decision.limit)
    return decision


def _high_enough(tier: str, wanted: str, ladder: list[str]) -> bool:
    """A tier that the ladder no longer knows is reached by nobody."""
    return wanted in ladder and tier in ladder and ladder.index(tier) >= ladder.index(wanted)
