"""Which goods are told apart: by earn rules in force and by coupons (LOY-04, LOY-13)."""

from core import clock
from loyalty.models import CouponOffer
from loyalty.queries import earning


def categories() -> list[str]:
    """The categories that any rule or coupon names, in alphabetical order; two statements."""
    found = {one for named in CouponOffer.objects.values_list("categories", flat=True) for one in named}
    for rule in earning.rules_at(clock.now()):
        found |= rule.which.categories | rule.which.not_categories
    return sorted(found)
