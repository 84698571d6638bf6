"""Points back for a renewal, as the tier's offer promised when it was ordered (CARD-18 · A5.3)."""

from collections.abc import Sequence

from django.db import transaction

from cards.models import OrderLine
from core import clock, money, parameters
from loyalty.operations import points
from loyalty.operations.ledger import Cause
from loyalty.policy.parameters import PointsParameters
from loyalty.queries import renewals


@transaction.atomic
def give(orders: Sequence[int]) -> int:
    """The holder of each renewed card gets the share of the price in points that her tier's offer said.

    The order is the key: a repeat gives nothing. What a share of is too little for a whole point gives none.
    """
    rows = OrderLine.objects.filter(order__in=orders, card__holder__isnull=False).select_related(
        "order", "card__holder"
    )
    return sum(_give(line) for line in rows.order_by("card__holder_id", "pk"))


def _give(line: OrderLine) -> int:
    order, bps = line.order, int(line.offers.get("points_back_bps", 0))
    day = clock.day_of(order.paid_at or clock.now())
    policy = parameters.in_force(PointsParameters, on=day)
    # Rounded down once, as every accrual is.
    worth = line.total_minor * policy.base_points * bps // (policy.base_per_minor * money.BASIS_POINTS)
    if worth <= 0 or line.card is None or line.card.holder is None:
        return 0
    why = {"parts": [{"rule": "renewal-back", "version": 0, "points": worth, "bps": bps, "cut": 0}], "cut": 0}
    cause = Cause(renewals.SOURCE, str(order.pk), order.paid_at, why=why, store=order.store)
    points.accrue(line.card.holder, worth, cause=cause, waits=False, earned_on=clock.today())
    return 1
