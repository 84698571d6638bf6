from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.models import User
from members.models import Member


class RiskEvent(models.Model):
    """Something worth remembering about a subject: a failed try, a refused price change, a lock-out."""

    kind = models.CharField(_("kind"), max_length=60)
    subject = models.CharField(pgettext_lazy("what it is about", "subject"), max_length=120)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("member"))
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    address = models.CharField(_("IP address"), max_length=45, blank=True)
    facts = models.JSONField(_("facts"), default=dict)
    is_alert = models.BooleanField(_("alert"), default=False)
    at = models.DateTimeField(_("at"), default=clock.now)
    acknowledged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("acknowledged by")
    )
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True)

    class Meta:
        verbose_name = _("risk event")
        verbose_name_plural = _("risk events")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [
            models.Index(fields=["subject", "kind", "-at"], name="risk_event_by_subject"),
            models.Index(fields=["at"], condition=Q(is_alert=True), name="risk_alert_by_moment"),
            models.Index(
                fields=["-id"], condition=Q(is_alert=True, acknowledged_at__isnull=True), name="risk_alert_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Hold(models.Model):
    """A stop that cards and loyalty consult before they serve: placed and lifted by people or by a score."""

    class Scope(models.TextChoices):
        USE = "use", _("use of benefits")
        ACTIVATE = "activate", _("activation")
        PURCHASE = "purchase", _("purchase")
        INSTALMENTS = "instalments", _("instalments")
        REDEEM = "redeem", _("redemption of points")

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="holds", verbose_name=_("member")
    )
    subject = models.CharField(pgettext_lazy("what it is about", "subject"), max_length=120)
    scope = models.CharField(_("what is stopped"), max_length=12, choices=Scope.choices)
    reason = models.CharField(_("reason"), max_length=300)
    placed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("placed by")
    )
    placed_at = models.DateTimeField(_("placed at"), default=clock.now)
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("lifted by")
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "scope"], condition=Q(lifted_at__isnull=True), name="hold_placed_once_per_subject"
            )
        ]
        indexes = [models.Index(fields=["subject", "scope"], condition=Q(lifted_at__isnull=True), name="hold_in_force")]

    def __str__(self) -> str:
        return f"{self.get_scope_display()}: {self.subject}"
