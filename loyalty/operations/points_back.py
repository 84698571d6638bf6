"""Points back for a renewal, as the tier's offer promised when it was ordered (CARD-18 · A5.3)."""

from collections.abc import Sequence

from django.db import transaction

from cards.models import OrderLine
from core import audit, clock, money, parameters
from loyalty.models import EarnOccasion, PointTransaction
from loyalty.operations import ledger, points
from loyalty.operations.ledger import Cause
from loyalty.policy.parameters import PointsParameters
from loyalty.queries import renewals
from members.models import Member

KIND = EarnOccasion.Kind.RENEWAL_BACK


@transaction.atomic
def give(orders: Sequence[int]) -> int:
    """The holder of each renewed card gets the share of the price in points that her tier's offer said.

    Each order is an occasion of its own, so that it is judged once and a refund takes back its part
    (`occasions.take_back`). A repeat gives nothing. What a share of is too little for a whole point gives none.
    """
    rows = OrderLine.objects.filter(order__in=orders, card__holder__isnull=False)
    lines = list(rows.select_related("order__store", "card__holder").order_by("card__holder_id", "pk"))
    ledger.accounts_of(line.card.holder_id for line in lines if line.card and line.card.holder_id)
    known = set(EarnOccasion.objects.filter(kind=KIND, order__in=orders).values_list("order_id", flat=True))
    return sum(_give(line) for line in lines if line.order_id not in known)


def _give(line: OrderLine) -> int:
    if line.card is None or line.card.holder is None:
        raise ValueError("points come back for a card in somebody's hands")
    holder, earned = line.card.holder, _earn(line, line.card.holder)
    row = EarnOccasion.objects.create(
        member=holder,
        kind=KIND,
        key=line.order.number,
        net_minor=line.total_minor,
        occurred_at=line.order.paid_at or clock.now(),
        order=line.order,
        earned=earned,
    )
    audit.record(
        "loyalty.occasion.judge",
        subject=row,
        member_id=holder.pk,
        store_id=line.order.store_id,
        details={"kind": KIND.value, "points": earned.points if earned else 0},
    )
    return 1


def _earn(line: OrderLine, holder: Member) -> PointTransaction | None:
    order, bps = line.order, int(line.offers.get("points_back_bps", 0))
    policy = parameters.in_force(PointsParameters, on=clock.day_of(order.paid_at or clock.now()))
    # Rounded down once, as every accrual is.
    worth = line.total_minor * policy.base_points * bps // (policy.base_per_minor * money.BASIS_POINTS)
    if worth <= 0:
        return None
    why = {"parts": [{"rule": "renewal-back", "version": 0, "points": worth, "bps": bps, "cut": 0}], "cut": 0}
    cause = Cause(renewals.SOURCE, str(order.pk), order.paid_at, why=why, store=order.store)
    return points.accrue(holder, worth, cause=cause, waits=False, earned_on=clock.today())
