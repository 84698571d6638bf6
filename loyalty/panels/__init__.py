"""What the page of a member in the back office shows of loyalty: a module for each part."""

from loyalty.panels import points, tiers

__all__ = ["points", "tiers"]
