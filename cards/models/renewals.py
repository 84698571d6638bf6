from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cards.models.card import Card
from cards.models.orders import Order
from core import clock
from core.fields import SealedField
from core.models import User
from members.models import Acceptance, Member


class CardReminder(models.Model):
    """A reminder that was written: one per card, occasion and step, so that a second run writes nothing (CARD-15)."""

    class Occasion(models.TextChoices):
        RENEWAL = "renewal", _("renewal")
        ACTIVATION = "activation", _("activation")

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="reminders", verbose_name=_("card"))
    occasion = models.CharField(_("occasion"), max_length=12, choices=Occasion.choices)
    ends_on = models.DateField(_("last day"))
    step = models.SmallIntegerField(_("days from the last day"))
    written_at = models.DateTimeField(_("written at"), default=clock.now)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            # In this order, because the sweep asks which cards of a range of days lack a step.
            models.UniqueConstraint(
                fields=["occasion", "ends_on", "step", "card"], name="reminder_written_once_per_step"
            )
        ]

    def __str__(self) -> str:
        return f"{self.card} · {self.ends_on} · {self.step}"


class ActivationFollowUp(models.Model):
    """A sold card that nobody activated in time: member service calls. The money is never forfeited (CARD-11)."""

    card = models.OneToOneField(
        Card, on_delete=models.CASCADE, related_name="follow_up", verbose_name=_("card"), primary_key=True
    )
    opened_at = models.DateTimeField(_("opened at"), default=clock.now)
    done_at = models.DateTimeField(_("done at"), null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("done by"))
    note = models.CharField(_("what was agreed"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("card to be followed up")
        verbose_name_plural = _("cards to be followed up")
        ordering: ClassVar[list[str]] = ["opened_at", "card"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="follow_up_is_done_by_somebody",
            )
        ]
        indexes = [models.Index(fields=["opened_at"], condition=Q(done_at__isnull=True), name="follow_up_open")]

    def __str__(self) -> str:
        return str(self.card)


class RenewalMandate(models.Model):
    """The member's standing order to renew a card (auto-renewal): opt-in, notice before each charge, one-step end."""

    class Ended(models.TextChoices):
        MEMBER = "member", _("switched off")
        UNPAID = "unpaid", _("could not be charged")
        NOT_RENEWABLE = "not-renewable", _("card can no longer be renewed")

    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="mandates", verbose_name=_("card"))
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    gateway = models.CharField(_("gateway"), max_length=20)
    instrument = SealedField(editable=False)
    acceptance = models.ForeignKey(Acceptance, on_delete=models.PROTECT, related_name="+", verbose_name=_("acceptance"))
    agreed_at = models.DateTimeField(_("agreed at"), default=clock.now)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_because = models.CharField(_("ended because"), max_length=14, choices=Ended.choices, blank=True)

    class Meta:
        verbose_name = _("auto-renewal")
        verbose_name_plural = _("auto-renewals")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["card"], condition=Q(ended_at__isnull=True), name="auto_renewal_once_per_card"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_because="")
                | (Q(ended_at__isnull=False) & ~Q(ended_because="")),
                name="auto_renewal_ended_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.card}"


class RenewalCharge(models.Model):
    """A charge that was announced to the member: for which term, how much, on which day; and what came of it.

    Nothing is charged that does not stand here, and never earlier than the notice allows.
    """

    class State(models.TextChoices):
        ANNOUNCED = "announced", _("announced")
        CHARGED = "charged", _("charged")
        FAILED = "failed", _("failed")
        VOID = "void", _("void")

    mandate = models.ForeignKey(
        RenewalMandate, on_delete=models.PROTECT, related_name="charges", verbose_name=_("auto-renewal")
    )
    ends_on = models.DateField(_("for the term ending"))
    total_minor = models.PositiveBigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    last_valid_on = models.DateField(_("valid through afterwards"))
    notified_at = models.DateTimeField(_("announced at"), default=clock.now)
    notified_on = models.DateField(_("announced on"))
    notice_days = models.PositiveSmallIntegerField(_("days of notice"))
    charge_on = models.DateField(_("to be charged on"))
    order = models.OneToOneField(
        Order, on_delete=models.PROTECT, null=True, related_name="renewal_charge", verbose_name=_("order")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ANNOUNCED)

    class Meta:
        verbose_name = _("announced charge")
        verbose_name_plural = _("announced charges")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["mandate", "ends_on"], condition=~Q(state="void"), name="charge_announced_once_per_term"
            ),
            models.CheckConstraint(condition=Q(notice_days__gte=5), name="charge_announced_five_days_before"),
            models.CheckConstraint(condition=Q(charge_on__gt=F("notified_on")), name="charge_after_its_notice"),
            models.CheckConstraint(
                condition=~Q(state="charged") | Q(order__isnull=False), name="charge_made_has_its_order"
            ),
        ]
        indexes = [models.Index(fields=["charge_on", "id"], condition=Q(state="announced"), name="charge_due")]

    def __str__(self) -> str:
        return f"{self.mandate} · {self.charge_on}"
