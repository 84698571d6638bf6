"""Where tiers reach down into cards: what a tier brings to a renewal, and what wallet and counter call it (CARD-16, CARD-18)."""

from cards.queries import holder_tier
from cards.queries import renewals as cards
from loyalty.queries import renewals, tiers

cards.terms_from(renewals.terms_of)
holder_tier.told_by(tiers.of_holder)
