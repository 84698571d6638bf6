"""Points and coupons that pay part of a purchase at the counter, and what a return gives back (LOY-06, LOY-13)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from core import audit, clock, parameters, show
from core.models import Store, User
from core.refusals import Refusal
from loyalty.models import Coupon, Purchase, PurchaseDiscount
from loyalty.operations import coupons, points, reversals
from loyalty.operations.earnings import Line
from loyalty.operations.ledger import Cause
from loyalty.policy import coupons as coupon_rule
from loyalty.policy import redeeming, returns
from loyalty.policy.parameters import PointsParameters
from loyalty.policy.redeeming import NOTHING, MoneyOff
from loyalty.queries import balances
from members.models import Member

Means = PurchaseDiscount.Means


@dataclass(frozen=True)
class Quote:
    """What is to be paid: the lines net of the coupon and of the points, and the most that points may pay."""

    lines: tuple[Line, ...]
    gross_minor: int
    coupon: Coupon | None = None
    coupon_minor: int = 0
    by_points: MoneyOff = NOTHING
    most: MoneyOff = NOTHING

    @property
    def pay_minor(self) -> int:
        return self.gross_minor - self.coupon_minor - self.by_points.minor


def quote(
    member: Member, lines: Sequence[Line], *, store: Store, currency: str, points: int = 0, coupon: Coupon | None = None
) -> Quote:
    """LOY-06, LOY-13 — the coupon first, then points on what it left; each line bears its exact share.

    Refuses what `policy.coupons.takes_off` and `policy.redeeming.money_off` refuse.
    """
    shown, off = list(lines), 0
    if coupon is not None:
        basket = coupon_rule.Basket(_pairs(shown), clock.today(), store.code, member.pk, currency)
        off = _takes_off(coupon, basket)
        shown = _less(shown, coupon_rule.spread(off, _pairs(shown), of=coupon.promise))
    left = sum(line.net_minor for line in shown)
    policy = parameters.in_force(PointsParameters)
    account = balances.account_of(member)
    available = account.available if account else 0
    most = redeeming.most(available, of_minor=left, parameters=policy)
    paid = NOTHING
    if points:
        paid = redeeming.money_off(points, available=available, of_minor=left, parameters=policy)
        shown = _less(shown, coupon_rule.spread(paid.minor, _pairs(shown)))
    return Quote(tuple(shown), sum(line.net_minor for line in lines), coupon, off, paid, most)


def paid_in_part(lines: Sequence[Line], purchase: Purchase) -> list[Line]:
    """What these lines come to by the discounts that a purchase had: its own lines, if they are what was bought."""
    shown = list(lines)
    for row in purchase.discounts.select_related("coupon__offer").order_by("means"):
        promise = row.coupon.promise if row.coupon is not None else None
        shown = _less(shown, coupon_rule.spread(row.amount_minor, _pairs(shown), of=promise))
    return shown


def _takes_off(coupon: Coupon, basket: coupon_rule.Basket) -> int:
    try:
        return coupon_rule.takes_off(coupon.promise, basket)
    except coupon_rule.CouponRefused as error:
        shown: dict[str, Any] = {
            name: show.money(value, basket.currency) if type(value) is int else value
            for name, value in error.params.items()
        }
        raise Refusal(error.code, **shown) from error


def take(quoted: Quote, purchase: Purchase, *, clerk: User) -> None:
    """LOY-06, LOY-13 — spend the points and use the coupon of a purchase, in its own transaction."""
    if quoted.by_points.points and purchase.member is not None:
        cause = Cause("purchase-points", str(purchase.pk), actor=clerk, store=purchase.store)
        spent = points.spend(purchase.member, quoted.by_points.points, cause=cause)
        PurchaseDiscount.objects.create(
            purchase=purchase,
            means=Means.POINTS,
            amount_minor=quoted.by_points.minor,
            points=quoted.by_points.points,
            spent=spent,
        )
    if quoted.coupon is not None:
        _use(quoted.coupon, purchase, quoted.coupon_minor, clerk=clerk)


def hold(coupon: Coupon | None) -> Coupon | None:
    """The coupon as it is now, held, so that it is used by one purchase at a time."""
    return coupons.locked(coupon) if coupon is not None else None


def _use(coupon: Coupon, purchase: Purchase, minor: int, *, clerk: User) -> None:
    coupon.state, coupon.used_at = Coupon.State.USED, clock.now()
    coupon.save(update_fields=["state", "used_at"])
    PurchaseDiscount.objects.create(purchase=purchase, means=Means.COUPON, amount_minor=minor, coupon=coupon)
    audit.record(
        "loyalty.coupon.use",
        subject=coupon,
        actor=clerk,
        member_id=purchase.member_id,
        store_id=purchase.store_id,
        details={"purchase": purchase.pk, "amount_minor": minor},
    )


def give_back(purchase: Purchase, minor: int, *, cause: Cause, whole: bool) -> None:
    """LOY-06, LOY-08 — a return of so much gives points back by its share; the coupon with the last of the goods.

    `purchase.returned_minor` is what came back before. A coupon keeps its last day.
    """
    for row in purchase.discounts.select_related("spent__member", "coupon").filter(given_back_at__isnull=True):
        if row.spent is not None and (back := _share(row, purchase, minor, whole=whole)):
            reversals.give_back(row.spent, points=back, cause=cause)
        if whole:
            row.given_back_at = clock.now()
            row.save(update_fields=["given_back_at"])
            if row.coupon is not None:
                _give_coupon_back(row.coupon, purchase, clerk=cause.actor)


def _share(row: PurchaseDiscount, purchase: Purchase, minor: int, *, whole: bool) -> int:
    gone = sum(row.spent.reversals.values_list("points", flat=True)) if row.spent else 0
    if whole:
        return row.points - gone
    return returns.share(
        row.points,
        of_minor=purchase.net_minor,
        returned_minor=minor,
        already_minor=purchase.returned_minor,
        already_points=gone,
    )


def _give_coupon_back(found: Coupon, purchase: Purchase, *, clerk: User | None) -> None:
    coupon = coupons.locked(found)
    coupon.state, coupon.used_at = Coupon.State.ISSUED, None
    coupon.save(update_fields=["state", "used_at"])
    audit.record(
        "loyalty.coupon.give_back",
        subject=coupon,
        actor=clerk,
        member_id=purchase.member_id,
        store_id=purchase.store_id,
        details={"purchase": purchase.pk},
    )


def _pairs(lines: Sequence[Line]) -> list[tuple[str, int]]:
    return [(line.category, line.net_minor) for line in lines]


def _less(lines: Sequence[Line], off: Sequence[int]) -> list[Line]:
    return [replace(line, net_minor=line.net_minor - part) for line, part in zip(lines, off, strict=True)]


def find(code: str) -> Coupon:
    """The coupon of this code. Refuses one that there is not (`coupon_unknown`)."""
    found = Coupon.objects.select_related("offer").filter(code=code).first() if code else None
    if found is None:
        raise Refusal("coupon_unknown", status=404)
    return found
