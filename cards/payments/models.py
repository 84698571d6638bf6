"""Money that moved, or was asked to. Everything here is append-and-settle; nothing is deleted."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cards.models.orders import Instalment, Order
from core import clock
from core.fields import SealedField
from core.models import Approval, Store, User


class Payment(models.Model):
    """One attempt to collect money for an order through a gateway, or money taken at a counter.

    `amount_minor` is what was asked, `received_minor` what verifiably came in; refunds go out of the latter.
    """

    class State(models.TextChoices):
        CREATED = "created", _("started")
        SUCCEEDED = "succeeded", _("paid")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")
        QUARANTINED = "quarantined", _("set aside for finance")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments", verbose_name=_("order"))
    instalment = models.ForeignKey(
        Instalment, on_delete=models.PROTECT, null=True, related_name="payments", verbose_name=_("instalment")
    )
    gateway = models.CharField(_("gateway"), max_length=20)
    reference = models.CharField(_("our reference"), max_length=40, unique=True)
    gateway_reference = models.CharField(_("gateway reference"), max_length=120, null=True)
    amount_minor = models.PositiveBigIntegerField(_("amount"))
    received_minor = models.PositiveBigIntegerField(_("received"), default=0)
    refunded_minor = models.PositiveBigIntegerField(_("refunded"), default=0)
    tendered_minor = models.PositiveBigIntegerField(_("cash tendered"), null=True)
    currency = models.CharField(_("currency"), max_length=3)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.CREATED)
    keep_instrument = models.BooleanField(_("remember the means of payment"), default=False)
    instrument = SealedField(blank=True, default="", editable=False)
    failure = models.CharField(_("why it failed"), max_length=120, blank=True)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    received_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("received by")
    )
    created_at = models.DateTimeField(_("started at"), default=clock.now)
    settled_at = models.DateTimeField(pgettext_lazy("payment", "settled at"), null=True)
    checked_at = models.DateTimeField(_("checked at"), null=True)

    class Meta:
        app_label = "cards"
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "gateway_reference"], name="gateway_reference_is_one_payment"),
            models.CheckConstraint(
                condition=Q(refunded_minor__lte=F("received_minor")), name="payment_never_refunded_above_received"
            ),
            models.CheckConstraint(
                condition=~Q(state="succeeded") | Q(received_minor=F("amount_minor"), settled_at__isnull=False),
                name="payment_succeeds_with_the_exact_amount",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state="created"), name="payment_open"),
            models.Index(fields=["-id"], condition=Q(state="quarantined"), name="payment_set_aside"),
        ]

    def __str__(self) -> str:
        return self.reference


class Refund(models.Model):
    """Money sent back to the instrument it came from."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        SUCCEEDED = "succeeded", _("refunded")
        FAILED = "failed", _("failed")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("payment"))
    reference = models.CharField(_("our reference"), max_length=40, unique=True)
    gateway_reference = models.CharField(_("gateway reference"), max_length=120, blank=True)
    amount_minor = models.PositiveBigIntegerField(_("amount"))
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.REQUESTED)
    requested_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("requested by")
    )
    approval = models.ForeignKey(
        Approval, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approval")
    )
    created_at = models.DateTimeField(_("requested at"), default=clock.now)
    sent_at = models.DateTimeField(_("last sent at"), null=True)
    settled_at = models.DateTimeField(pgettext_lazy("payment", "settled at"), null=True)

    class Meta:
        app_label = "cards"
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="requested"), name="refund_to_be_sent"),
            models.Index(fields=["settled_at"], condition=Q(state="succeeded"), name="refund_by_moment"),
        ]

    def __str__(self) -> str:
        return self.reference


class GatewayEvent(models.Model):
    """A callback as it came in: kept before it is acted on, and acted on once."""

    gateway = models.CharField(_("gateway"), max_length=20)
    event_id = models.CharField(_("number"), max_length=120)
    kind = models.CharField(_("kind"), max_length=40)
    body = models.JSONField(_("content"))
    received_at = models.DateTimeField(_("received at"), default=clock.now)
    outcome = models.CharField(_("outcome"), max_length=60, blank=True)

    class Meta:
        app_label = "cards"
        verbose_name = _("callback of a gateway")
        verbose_name_plural = _("callbacks of gateways")
        constraints = [models.UniqueConstraint(fields=["gateway", "event_id"], name="gateway_event_taken_once")]


class SandboxCharge(models.Model):
    """The sandbox provider's own book: what it was asked to collect and what the payer did on its page."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("payment", "open")
        PAID = "paid", _("paid")
        DECLINED = "declined", _("declined")
        CANCELLED = "cancelled", _("cancelled")

    token = models.CharField(max_length=40, unique=True)
    merchant_reference = models.CharField(max_length=40, unique=True)
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=200)
    return_url = models.CharField(max_length=300)
    notify_url = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    refunded_minor = models.PositiveBigIntegerField(default=0)
    keep_instrument = models.BooleanField(default=False)
    stored_instrument = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    closes_at = models.DateTimeField()

    class Meta:
        app_label = "cards"


class SandboxCallback(models.Model):
    """A callback the sandbox still has to deliver, or has delivered."""

    charge = models.ForeignKey(SandboxCharge, on_delete=models.CASCADE, related_name="callbacks")
    event_id = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    body = models.TextField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "cards"
        indexes = [models.Index(fields=["due_at"], condition=Q(delivered_at__isnull=True), name="sandbox_callback_due")]
