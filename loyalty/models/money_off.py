from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cards.models import Order
from loyalty.models.coupons import Coupon
from loyalty.models.ledger import PointHold, PointTransaction
from loyalty.models.purchases import Purchase


class PurchaseDiscount(models.Model):
    """What points or a coupon took off a purchase at the counter (LOY-06, LOY-13); at most one row of each.

    A return gives points back by its share; a coupon, and the whole, with the last of the goods (`given_back_at`).
    """

    class Means(models.TextChoices):
        POINTS = "points", _("points")
        COUPON = "coupon", _("coupon")

    purchase = models.ForeignKey(
        Purchase, on_delete=models.PROTECT, related_name="discounts", verbose_name=_("purchase")
    )
    means = models.CharField(pgettext_lazy("means", "by"), max_length=8, choices=Means.choices)
    amount_minor = models.PositiveBigIntegerField(_("amount"))
    points = models.PositiveBigIntegerField(_("points"), default=0)
    spent = models.OneToOneField(
        PointTransaction, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("points redeemed")
    )
    coupon = models.ForeignKey(
        Coupon, on_delete=models.PROTECT, null=True, related_name="uses", verbose_name=_("coupon code")
    )
    given_back_at = models.DateTimeField(_("given back at"), null=True)

    class Meta:
        verbose_name = _("discount on a purchase")
        verbose_name_plural = _("discounts on purchases")
        ordering: ClassVar[list[str]] = ["purchase", "id"]
        constraints = [
            models.UniqueConstraint(fields=["purchase", "means"], name="purchase_discount_once_per_means"),
            models.UniqueConstraint(
                fields=["coupon"],
                condition=Q(coupon__isnull=False, given_back_at__isnull=True),
                name="coupon_used_at_most_once",
            ),
            models.CheckConstraint(
                condition=Q(means="points", spent__isnull=False, coupon__isnull=True, points__gt=0)
                | Q(means="coupon", spent__isnull=True, coupon__isnull=False, points=0),
                name="discount_is_of_points_or_of_a_coupon",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purchase} · {self.means}"


class OrderPoints(models.Model):
    """Points that pay part of an order of a card or a renewal (LOY-06 · B7.2): reserved, and captured when it is paid.

    The order's discount holds their worth. A late payment of an expired order reserves them anew.
    """

    order = models.OneToOneField(
        Order, on_delete=models.PROTECT, primary_key=True, related_name="points_used", verbose_name=_("order")
    )
    points = models.PositiveBigIntegerField(_("points"))
    amount_minor = models.PositiveBigIntegerField(_("amount"))
    hold = models.OneToOneField(
        PointHold, on_delete=models.PROTECT, related_name="order_points", verbose_name=_("reservation of points")
    )

    class Meta:
        verbose_name = _("points of an order")
        verbose_name_plural = _("points of orders")
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gt=0, amount_minor__gt=0), name="order_points_take_something_off"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.points}"
