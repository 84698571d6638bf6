"""The back office of loyalty: a module for each part."""

from loyalty.admin import (
    adjusting,
    benefit_rows,
    benefits,
    coupons,
    earn_rules,
    imports,
    ledger,
    liability,
    occasions,
    rewards,
    simulations,
    tiers,
)

__all__ = [
    "adjusting",
    "benefit_rows",
    "benefits",
    "coupons",
    "earn_rules",
    "imports",
    "ledger",
    "liability",
    "occasions",
    "rewards",
    "simulations",
    "tiers",
]
