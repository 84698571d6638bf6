"""Clocks and sweeps of loyalty: a module for each part."""

from loyalty.jobs import benefits, coupons, imports, occasions, points, referrals, simulations, tiers

__all__ = ["benefits", "coupons", "imports", "occasions", "points", "referrals", "simulations", "tiers"]
