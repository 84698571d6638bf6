from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.models import Store, User
from loyalty.models.ledger import PointTransaction
from members.models import Member


class Source(models.TextChoices):
    """By which way a purchase came to us."""

    COUNTER = "counter", _("counter")
    API = "api", _("cash register or shop")
    IMPORT = "import", _("file")


class PurchaseQuerySet(models.QuerySet["Purchase"]):
    def standing(self) -> "PurchaseQuerySet":
        """Those that were: what was undone never was, though it stays on record."""
        return self.filter(undone_at__isnull=True)


class Purchase(models.Model):
    """What a member bought in a store or shop (LOY-04), net of discounts; a purchase without a member earns nothing.

    (`source`, `external_id`) names it for ever: delivered twice it counts once. What is undone (`undone_at`) never was: all
    of it came back, no cap has counted it, it was nobody's first purchase, and where it was typed or came in a file, its
    name is free for a better one.
    """

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="purchases", verbose_name=_("member")
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    external_id = models.CharField(_("reference at the source"), max_length=80)
    body_hash = models.CharField(max_length=64, editable=False)
    receipt_number = models.CharField(_("receipt number"), max_length=40, blank=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    clerk = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("clerk"))
    currency = models.CharField(_("currency"), max_length=3)
    net_minor = models.PositiveBigIntegerField(_("amount"))
    returned_minor = models.PositiveBigIntegerField(_("returned"), default=0)
    tier = models.CharField(_("tier"), max_length=20, blank=True)
    occurred_at = models.DateTimeField(_("bought at"))
    occurred_on = models.DateField(_("bought on"))
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now)
    undone_at = models.DateTimeField(_("undone at"), null=True)
    earned = models.OneToOneField(
        PointTransaction, on_delete=models.PROTECT, null=True, related_name="purchase", verbose_name=_("points earned")
    )

    objects = PurchaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="purchase_recorded_once_per_source_key"),
            models.CheckConstraint(
                condition=Q(returned_minor__lte=F("net_minor")), name="purchase_returns_no_more_than_was_bought"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(returned_minor=F("net_minor")),
                name="purchase_undone_came_back_whole",
            ),
        ]
        indexes = [
            # All that a tier's figures need, so that they are read from the index alone.
            models.Index(
                fields=["member", "occurred_on", "store", "net_minor", "returned_minor"], name="purchase_for_figures"
            ),
            models.Index(
                fields=["receipt_number", "store"], condition=~Q(receipt_number=""), name="purchase_by_receipt"
            ),
            models.Index(
                fields=["member", "occurred_on"], condition=Q(undone_at__isnull=False), name="purchase_undone"
            ),
            models.Index(fields=["occurred_at"], name="purchase_by_moment"),
        ]

    def __str__(self) -> str:
        return self.receipt_number or f"{self.source}:{self.external_id}"


class PurchaseLine(models.Model):
    """A line of a purchase: what, how many, net of discount."""

    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="lines", verbose_name=_("purchase"))
    position = models.PositiveSmallIntegerField(_("line"))
    sku = models.CharField(pgettext_lazy("goods", "article"), max_length=40, blank=True)
    description = models.CharField(_("description"), max_length=120, blank=True)
    category = models.CharField(_("category"), max_length=40, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    net_minor = models.PositiveBigIntegerField(_("amount"))
    returned_quantity = models.PositiveIntegerField(_("returned quantity"), default=0)
    returned_minor = models.PositiveBigIntegerField(_("returned"), default=0)

    class Meta:
        verbose_name = _("line of a purchase")
        verbose_name_plural = _("lines of purchases")
        ordering: ClassVar[list[str]] = ["purchase", "position"]
        constraints = [
            models.UniqueConstraint(fields=["purchase", "position"], name="purchase_line_position_once"),
            models.CheckConstraint(
                condition=Q(returned_quantity__lte=F("quantity")) & Q(returned_minor__lte=F("net_minor")),
                name="line_returns_no_more_than_was_bought",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purchase} #{self.position}"


class PurchaseReturn(models.Model):
    """Goods of one purchase that came back, whole or in part (LOY-08), with what it took back in points.

    The last one of a purchase that was undone was recorded in the very moment of that (`Purchase.undone_at`).
    """

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="returns", verbose_name=_("purchase"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices)
    external_id = models.CharField(_("reference at the source"), max_length=80)
    body_hash = models.CharField(max_length=64, editable=False)
    net_minor = models.PositiveBigIntegerField(_("amount"))
    clerk = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("clerk"))
    occurred_at = models.DateTimeField(_("returned at"))
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now)
    taken = models.OneToOneField(
        PointTransaction,
        on_delete=models.PROTECT,
        null=True,
        related_name="purchase_return",
        verbose_name=_("points taken back"),
    )

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="return_recorded_once_per_source_key")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["occurred_at"], name="return_by_moment")]

    def __str__(self) -> str:
        return f"{self.purchase} · {self.net_minor}"


class PurchaseReturnLine(models.Model):
    """How much of which line came back."""

    of_return = models.ForeignKey(
        PurchaseReturn, on_delete=models.CASCADE, related_name="lines", verbose_name=_("return")
    )
    line = models.ForeignKey(PurchaseLine, on_delete=models.PROTECT, related_name="returns", verbose_name=_("line"))
    quantity = models.PositiveIntegerField(_("quantity"))
    net_minor = models.PositiveBigIntegerField(_("amount"))

    class Meta:
        verbose_name = _("line of a return")
        verbose_name_plural = _("lines of returns")
        constraints = [
            models.UniqueConstraint(fields=["of_return", "line"], name="return_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="return_line_brings_something"),
        ]

    def __str__(self) -> str:
        return f"{self.line} × {self.quantity}"
