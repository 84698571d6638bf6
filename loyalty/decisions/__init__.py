"""What in loyalty needs a second person: a module for each part."""

from loyalty.decisions import adjustments, benefits, rules, simulations, tiers

__all__ = ["adjustments", "benefits", "rules", "simulations", "tiers"]
