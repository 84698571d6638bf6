"""What must always hold of loyalty, checked by `manage.py verify`: a module for each part."""

from loyalty.invariants import benefits, earning, points, rewards, tiers

__all__ = ["benefits", "earning", "points", "rewards", "tiers"]
