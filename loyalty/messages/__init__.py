"""What loyalty tells members: a module for each part."""

from loyalty.messages import benefits, points, rewards, tiers

__all__ = ["benefits", "points", "rewards", "tiers"]
