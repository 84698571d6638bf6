"""What the sentence of a refused benefit needs: names for what the rule knows by code (LOY-10 · A4.2.2)."""

from typing import Any

from cards.policy.limits import Decision
from core import show, words


def facts(decision: Decision) -> dict[str, Any]:
    """The day, what is left, and the stores, cards or tier that would help."""
    return {
        "day": decision.allowed_again_on,
        "left": decision.left,
        "stores": show.listed(decision.at),
        "cards": show.listed(decision.cards),
        "tier": words.of(words.TIER, decision.tier) if decision.tier else "",
    }
