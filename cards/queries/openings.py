"""From when a card that is being launched is sold to whom: higher tiers come first (LOY-15 · B8.3)."""

import datetime as dt
from dataclasses import dataclass

from cards.models import LaunchPlan, Product, ProductVersion
from cards.policy.priority import Opening, opening
from cards.policy.states import ProductState
from cards.queries import holder_tier
from core.models import Store
from members.models import Member


@dataclass(frozen=True)
class Mine:
    """What an opening means for one member: her tier, and her day."""

    tier: str
    day: dt.date
    is_open: bool


NEW = (ProductState.APPROVED, ProductState.PILOT)


def of(product: Product, *, day: dt.date, store: Store | None = None) -> Opening | None:
    """LOY-15 · B8.3 — when a card on sale, whose launch day lies ahead, is sold to whom; None: to everybody now.

    At its pilot stores it goes on being sold to everybody.
    """
    plan: LaunchPlan | None = getattr(product.version, "launch_plan", None)
    if product.state != ProductState.ON_SALE or plan is None or plan.launch_on is None or plan.launch_on <= day:
        return None
    if store is not None and store in plan.pilot_stores.all():
        return None
    return opening(plan.launch_on, head_starts=holder_tier.head_starts(day))


def planned(version: ProductVersion, *, day: dt.date) -> Opening | None:
    """LOY-15 · B8.3 — when the next version goes on sale for whom. One that follows another of its product has no head
    start: the card itself is not new. None without a launch day."""
    plan: LaunchPlan | None = getattr(version, "launch_plan", None)
    if plan is None or plan.launch_on is None:
        return None
    is_new = version.product.state in NEW
    return opening(plan.launch_on, head_starts=holder_tier.head_starts(day) if is_new else ())


def mine(opening: Opening, member: Member, *, day: dt.date) -> Mine:
    """LOY-15 · B8.3 — from when it is sold to this member. One query."""
    tier = holder_tier.code_of(member)
    opens_on = opening.of_tier(tier)
    return Mine(tier, opens_on, opens_on <= day)
