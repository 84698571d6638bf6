"""What a member is told of a change of her tier, gathered when it is sent (LOY-03 · B8.2, C6.2.3)."""

from typing import Any

from django.utils import translation

from core import parameters, words
from core.models import Message
from loyalty.models import TierChange
from loyalty.policy import tiers
from loyalty.policy.parameters import TierParameters
from loyalty.queries import tier_benefits


def changed(message: Message) -> dict[str, Any] | None:
    """The change with the figures that decided it, and what it brings and takes."""
    label, _, key = message.about.partition(":")
    rows = TierChange.objects.filter(pk=int(key) if label == "loyalty.tierchange" and key.isdigit() else 0)
    change = rows.first()
    if change is None:
        return None
    policy = parameters.in_force(TierParameters, on=change.effective_on)
    codes = tiers.codes(policy)
    ranks = [codes.index(code) if code in codes else 0 for code in (change.from_tier, change.to_tier)]
    with translation.override(message.language or None):
        gained, lost = tier_benefits.difference(change.from_tier, change.to_tier, on=change.effective_on)
        return {
            "tier": words.of(words.TIER, change.to_tier),
            "before": words.of(words.TIER, change.from_tier),
            "went": "up" if ranks[1] > ranks[0] else "down" if ranks[1] < ranks[0] else "kept",
            "why": change.why,
            "since": change.effective_on,
            "promised_through": change.promised_through or "",
            "spend": change.spend_minor,
            "visits": change.visits,
            "activity": change.activity,
            "gained": gained,
            "lost": lost,
        }
