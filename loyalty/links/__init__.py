"""Where loyalty reaches down into cards: what cards leaves open, filled in."""

from loyalty.links import benefits, tiers

__all__ = ["benefits", "tiers"]
