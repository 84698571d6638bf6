"""What must always hold of loyalty, checked by `manage.py verify`: a module for each part."""

from loyalty.invariants import benefits, points, rewards, tiers

__all__ = ["benefits", "points", "rewards", "tiers"]
