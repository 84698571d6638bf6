"""Where tiers reach down into cards: what a tier brings to a renewal and to a launch, and what wallet and counter call it
(CARD-16, CARD-18, LOY-15)."""

from cards.queries import holder_tier
from cards.queries import renewals as cards
from loyalty.queries import renewals
from loyalty.queries.standing import Standing

cards.terms_from(renewals.terms_of)
holder_tier.told_by(Standing())
