"""What the page of a complaint offers to choose from, read once for the whole page (SVC-04 · D6.2)."""

from dataclasses import dataclass, field

from cards.models import Payment
from core.models import Department, User
from loyalty.models import CouponOffer
from service_desk.queries import compensation as given
from service_desk.queries.complaints import Whole

MOST_COLLEAGUES = 1_000


@dataclass(frozen=True)
class Choosing:
    """Causes by their path, colleagues, departments, coupons that can be given, payments of the member."""

    causes: list[tuple[int, str]] = field(default_factory=list)
    colleagues: list[User] = field(default_factory=list)
    departments: list[Department] = field(default_factory=list)
    offers: list[CouponOffer] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)


def choosing(whole: Whole) -> Choosing:
    """SVC-04 · D6.2 — four queries."""
    return Choosing(
        causes=whole.tree.choices(also=whole.row.cause_id),
        colleagues=colleagues(),
        departments=list(Department.objects.order_by("name")),
        offers=given.offers(),
        payments=given.payments_of(whole.case.member),
    )


def colleagues() -> list[User]:
    """Everybody at work, by name."""
    rows = User.objects.filter(is_staff=True, is_active=True).order_by("display_name", "pk")
    return list(rows[:MOST_COLLEAGUES])
