"""CARD-18 · A5.3 — what a member's tier brings to a renewal: a type that cards owns and loyalty fills."""

from dataclasses import dataclass

from cards.policy.parameters import RenewalParameters


@dataclass(frozen=True)
class RenewalTerms:
    """The tier's part in a renewal. Loyalty stands above cards: it computes these and passes them down."""

    tier: str = ""
    discount_bps: int = 0
    points_back_bps: int = 0
    event_priority: bool = False


def of_tier(tier: str, *, parameters: RenewalParameters) -> RenewalTerms:
    """CARD-18 · A5.3 — the tier's offer as the policy has it; a tier without an offer brings nothing."""
    offer = next((offer for offer in parameters.tier_offers if offer.tier == tier), None)
    if offer is None:
        return RenewalTerms(tier)
    return RenewalTerms(tier, points_back_bps=offer.points_back_bps, event_priority=offer.event_priority)
