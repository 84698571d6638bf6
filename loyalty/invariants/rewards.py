"""Rewards, coupons and points that pay a part (invariants 9, 14, 30)."""

from collections.abc import Iterator

from django.db.models import (
    Count,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
)  # fmt: skip
from django.db.models.functions import Coalesce

from cards.models import Order
from core.verify import invariant
from loyalty.models import (
    Coupon,
    OrderPoints,
    PointHold,
    PurchaseDiscount,
    RewardOrder,
    RewardStock,
    RewardStockMove,
)  # fmt: skip
from loyalty.policy import rewards


@invariant(30, "a reward's stock is what was put into it less what is reserved or was handed over")
def reward_stock_adds_up() -> Iterator[str]:
    put = RewardStockMove.objects.filter(stock=OuterRef("pk")).order_by().values("stock")
    kept = RewardOrder.objects.filter(stock=OuterRef("pk")).exclude(state__in=rewards.BACK_ON_THE_SHELF)
    out = kept.order_by().values("stock")
    rows = RewardStock.objects.annotate(
        put=Coalesce(Subquery(put.annotate(sum=Sum("change")).values("sum")), 0),
        out=Coalesce(Subquery(out.annotate(count=Count("pk")).values("count")), 0),
    )
    for row in rows.exclude(quantity=F("put") - F("out")):
        yield f"stock {row.pk} of reward {row.reward_id}: {row.quantity} is not what should be there"


HOLD_OF = {
    RewardOrder.State.RESERVED: PointHold.State.OPEN,
    RewardOrder.State.COLLECTED: PointHold.State.CAPTURED,
    RewardOrder.State.SENT: PointHold.State.CAPTURED,
    RewardOrder.State.GIVEN_BACK: PointHold.State.CAPTURED,
    RewardOrder.State.CANCELLED: PointHold.State.RELEASED,
    RewardOrder.State.EXPIRED: PointHold.State.EXPIRED,
}


@invariant("9a", "the reservation of a reward's points ended as its order did")
def reward_orders_agree() -> Iterator[str]:
    agree = Q()
    for state, hold in HOLD_OF.items():
        agree |= Q(state=state, hold__state=hold)
    exact = agree & Q(points=F("hold__points"), member=F("hold__member"))
    for row in RewardOrder.objects.exclude(exact).iterator(chunk_size=2000):
        yield f"reward order {row.pk} is {row.state}, its points are not"


@invariant("14a", "a coupon was used at most once, by the purchase that names it")
def coupons_used_once() -> Iterator[str]:
    uses = PurchaseDiscount.objects.filter(coupon=OuterRef("pk"), given_back_at__isnull=True).order_by()
    count = Coalesce(Subquery(uses.values("coupon").annotate(count=Count("pk")).values("count")), 0)
    rows = Coupon.objects.annotate(count=count)
    for row in rows.exclude(Q(state="used", count=1) | (~Q(state="used") & Q(count=0))).iterator(chunk_size=2000):
        yield f"coupon {row.pk} is {row.state} and serves {row.count} purchases"


@invariant("14b", "points took off a purchase what its redemption took from the member")
def purchase_points_agree() -> Iterator[str]:
    rows = PurchaseDiscount.objects.filter(means=PurchaseDiscount.Means.POINTS)
    for row in rows.exclude(points=-F("spent__points"), purchase__member=F("spent__member")).iterator(chunk_size=2000):
        yield f"purchase {row.purchase_id}: {row.points} points are not what was redeemed"


HOLD_OF_ORDER = {
    PointHold.State.OPEN: [Order.State.PLACED],
    PointHold.State.CAPTURED: [Order.State.PART_PAID, Order.State.PAID, Order.State.FULFILLED, Order.State.REFUNDED],
    PointHold.State.RELEASED: [Order.State.CANCELLED, Order.State.EXPIRED],
}


@invariant("14c", "points that pay part of an order are reserved, taken or released as it stands, and are its discount")
def order_points_agree() -> Iterator[str]:
    agree = Q()
    for hold, states in HOLD_OF_ORDER.items():
        agree |= Q(hold__state=hold, order__state__in=states)
    exact = agree & Q(points=F("hold__points"), order__member=F("hold__member"))
    exact &= Q(order__discount_minor__gte=F("amount_minor"))
    for row in OrderPoints.objects.exclude(exact).select_related("order").iterator(chunk_size=2000):
        yield f"order {row.order} is {row.order.state}, its points are not"
