"""What a member said yes to at a counter."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Store, User
from members.models import Member


class CounterConfirmation(models.Model):
    """A member read out the code that was sent to her: so many points at most may be spent (LOY-06 · B7.2), once, by this
    clerk at this store. Whoever shows the rotating code of her card needs none.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    clerk = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("clerk"))
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", verbose_name=_("store"))
    points = models.PositiveBigIntegerField(_("points"))
    at = models.DateTimeField(_("at"), default=clock.now)
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("confirmation at the counter")
        verbose_name_plural = _("confirmations at the counter")
        indexes = [models.Index(fields=["member", "at"], name="confirmation_by_member")]

    def __str__(self) -> str:
        return f"{self.member} · {self.points}"
