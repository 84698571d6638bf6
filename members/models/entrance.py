"""What guards the door: one-time codes and the PIN of the counter."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import User


class OneTimeCode(models.Model):
    """A code sent to a phone or an e-mail address to prove that its holder is here (MEM-01 · B3.2).

    Only a keyed digest is kept, bound to the purpose, the address and the browser (or journey) that asked.
    """

    purpose = models.CharField(_("purpose"), max_length=30)
    address_index = models.CharField(max_length=40, editable=False)
    binding = models.CharField(max_length=64, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    wrong_tries = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    tries_allowed = models.PositiveSmallIntegerField(_("tries allowed"))
    sent_at = models.DateTimeField(_("sent at"), default=clock.now)
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        indexes = [
            models.Index(fields=["address_index", "purpose", "-id"], name="code_by_address"),
            models.Index(fields=["sent_at"], name="code_by_age"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(wrong_tries__lte=F("tries_allowed")), name="code_tried_no_more_than_allowed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} · {self.sent_at:%Y-%m-%d %H:%M}"


class CounterPin(models.Model):
    """The PIN with which a clerk unlocks her own counter after a pause (SEC-01). It never logs anybody in."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="counter_pin", verbose_name=_("user"))
    secret = models.CharField(max_length=128, editable=False)
    wrong_tries = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    set_at = models.DateTimeField(_("set at"), default=clock.now)

    class Meta:
        verbose_name = _("counter PIN")
        verbose_name_plural = _("counter PINs")

    def __str__(self) -> str:
        return str(self.user)
