from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cards.models.products import ProductVersion
from core import clock
from core.fields import SealedField
from core.models import Store, User
from members.models import Acceptance, IdentityDocument, Member


class Channel(models.TextChoices):
    """Where an order was made (CARD-06 · A3.1)."""

    WEB = "web", _("own website")
    STORE = "store", _("store")
    MARKETPLACE = "marketplace", _("e-commerce platform")
    SOCIAL = "social", _("social media")
    PARTNER = "partner", _("partner")


def new_token() -> str:
    """An unguessable name for addresses that are seen from outside."""
    return get_random_string(20, "abcdefghjkmnpqrstuvwxyz23456789")


class Order(models.Model):
    """A purchase or renewal (CARD-08, CARD-10 · A3.3): price and terms are frozen the moment it is placed."""

    class Kind(models.TextChoices):
        PURCHASE = "purchase", _("purchase")
        RENEWAL = "renewal", _("renewal")

    class State(models.TextChoices):
        PLACED = "placed", _("waiting for payment")
        PART_PAID = "part-paid", _("paid in part")
        PAID = "paid", _("paid")
        FULFILLED = "fulfilled", _("delivered")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("not paid in time")
        REFUNDED = "refunded", _("refunded")

    number = models.CharField(_("order number"), max_length=24, unique=True)
    token = models.CharField(max_length=20, unique=True, default=new_token, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PURCHASE)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.PLACED)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="orders", verbose_name=_("buyer"))
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("store")
    )
    seller = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("seller")
    )
    campaign = models.CharField(_("campaign"), max_length=60, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default=settings.CURRENCY)
    subtotal_minor = models.PositiveBigIntegerField(_("before discount"))
    discount_minor = models.PositiveBigIntegerField(_("discount"), default=0)
    total_minor = models.PositiveBigIntegerField(_("total"))
    paid_minor = models.PositiveBigIntegerField(_("paid"), default=0)
    refunded_minor = models.PositiveBigIntegerField(_("refunded"), default=0)
    is_gift = models.BooleanField(_("gift"), default=False)
    gift_name = SealedField(pgettext_lazy("gift", "for"), blank=True, default="")
    gift_phone = SealedField(_("phone of the person it is for"), blank=True, default="")
    gift_message = SealedField(pgettext_lazy("gift", "message"), blank=True, default="")
    invoice = SealedField(_("invoice details"), blank=True, default="")
    invoice_wanted_at = models.DateTimeField(_("invoice asked for at"), null=True)
    invoice_number = models.CharField(_("invoice number"), max_length=40, blank=True)
    document = models.ForeignKey(
        IdentityDocument, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("identity document")
    )
    acceptance = models.ForeignKey(
        Acceptance, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("acceptance")
    )
    placement_key = models.CharField(max_length=80, unique=True, editable=False)
    placed_at = models.DateTimeField(_("placed at"), default=clock.now)
    pay_before_at = models.DateTimeField(_("to be paid before"), null=True)
    paid_at = models.DateTimeField(_("paid at"), null=True)
    reconciled_at = models.DateTimeField(_("reconciled at"), null=True)
    reconciled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("reconciled by")
    )
    exception = models.CharField(_("exception"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_minor=F("subtotal_minor") - F("discount_minor")),
                name="order_total_is_lines_less_discounts",
            ),
            models.CheckConstraint(condition=Q(paid_minor__lte=F("total_minor")), name="order_never_paid_above_total"),
            models.CheckConstraint(
                condition=Q(refunded_minor__lte=F("paid_minor")), name="order_never_refunded_above_paid"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="order_by_member"),
            models.Index(fields=["state", "-id"], name="order_by_state"),
            models.Index(fields=["store", "-id"], name="order_by_store"),
            models.Index(fields=["pay_before_at"], condition=Q(state="placed"), name="order_to_be_paid"),
            models.Index(fields=["paid_at"], condition=Q(paid_at__isnull=False), name="order_by_payment"),
            models.Index(fields=["-id"], condition=~Q(exception=""), name="order_exceptions"),
            models.Index(
                fields=["invoice_wanted_at"],
                condition=Q(invoice_wanted_at__isnull=False, invoice_number=""),
                name="order_invoice_wanted",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One card bought or one term renewed, with the exact price, offers and term promised."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("position"))
    version = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("product"))
    card = models.ForeignKey(
        "cards.Card", on_delete=models.PROTECT, null=True, related_name="renewal_lines", verbose_name=_("card")
    )
    years = models.PositiveSmallIntegerField(_("years"), default=1)
    unit_price_minor = models.PositiveBigIntegerField(_("price"))
    discount_minor = models.PositiveBigIntegerField(_("discount"), default=0)
    total_minor = models.PositiveBigIntegerField(_("total"))
    offers = models.JSONField(_("offers"), default=dict)
    term_starts_on = models.DateField(_("valid from"), null=True)
    term_last_valid_on = models.DateField(_("valid through"), null=True)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_position_once"),
            models.CheckConstraint(
                condition=Q(total_minor=F("unit_price_minor") - F("discount_minor")),
                name="order_line_total_is_price_less_discount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} #{self.position}"


class OrderEvent(models.Model):
    """A change of state of an order, kept for ever and told to the buyer (CARD-10)."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events")
    from_state = models.CharField(_("state before"), max_length=12, choices=Order.State.choices, blank=True)
    to_state = models.CharField(_("state"), max_length=12, choices=Order.State.choices)
    at = models.DateTimeField(_("at"), default=clock.now)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("order event")
        verbose_name_plural = _("order events")
        ordering: ClassVar[list[str]] = ["id"]


class InstalmentPlan(models.Model):
    """An order paid in monthly parts (A5.2). The parts sum to the total; the first is paid before activation."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="plan", verbose_name=_("order"))
    parts = models.PositiveSmallIntegerField(_("parts"))
    first_due_on = models.DateField(_("first part due on"))

    class Meta:
        verbose_name = _("instalment plan")
        verbose_name_plural = _("instalment plans")

    def __str__(self) -> str:
        return f"{self.order} / {self.parts}"


class Instalment(models.Model):
    """One part of a plan, and how far its reminders went."""

    plan = models.ForeignKey(InstalmentPlan, on_delete=models.CASCADE, related_name="instalments")
    sequence = models.PositiveSmallIntegerField(_("part"))
    due_on = models.DateField(pgettext_lazy("instalment", "due on"))
    amount_minor = models.PositiveBigIntegerField(_("amount"))
    paid_at = models.DateTimeField(_("paid at"), null=True)
    reminded_step = models.PositiveSmallIntegerField(_("days late at the last reminder"), null=True)
    suspended_at = models.DateTimeField(_("card suspended at"), null=True)

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering: ClassVar[list[str]] = ["plan", "sequence"]
        constraints = [models.UniqueConstraint(fields=["plan", "sequence"], name="instalment_part_once")]
        indexes = [models.Index(fields=["due_on", "id"], condition=Q(paid_at__isnull=True), name="instalment_due")]

    def __str__(self) -> str:
        return f"{self.plan} · {self.sequence}"
