import datetime as dt
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cards.models import BenefitUse, Card, Entitlement, Term
from core import clock
from core.models import Store, User
from loyalty.models.benefits import BenefitGrant, BenefitRedemption, BenefitVersion
from members.models import Household, Member


class ServicePoint(models.Model):
    """A benefit in kind that a store serves by reservation (CARD-24 · E4.4): when, in slots how long, for how many at once.

    It serves every benefit of its code, whoever grants it: the seats at breakfast are the same for card and tier.
    """

    code = models.SlugField(_("code of the benefit"), max_length=40)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="service_points", verbose_name=_("store"))
    opens_at = models.TimeField(_("opens"), default=dt.time(9))
    closes_at = models.TimeField(_("closes"), default=dt.time(21))
    slot_minutes = models.PositiveSmallIntegerField(
        _("minutes per slot (0: the whole day)"), default=60, validators=[MaxValueValidator(720)]
    )
    capacity = models.PositiveIntegerField(
        _("reservations per slot"), default=10, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    is_open = models.BooleanField(_("takes reservations"), default=True)

    class Meta:
        verbose_name = _("service point")
        verbose_name_plural = _("service points")
        ordering: ClassVar[list[str]] = ["store", "code"]
        constraints = [
            models.UniqueConstraint(fields=["code", "store"], name="service_point_once_per_store"),
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")), name="service_point_closes_after_it_opens"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.store}"


class BookedSlot(models.Model):
    """A slot that somebody reserved: the row for which concurrent reservations queue."""

    point = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, related_name="booked")
    starts_at = models.DateTimeField()
    taken = models.PositiveIntegerField(default=0)
    capacity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["point", "starts_at"], name="slot_counted_once"),
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity")), name="slot_never_holds_more_than_its_capacity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.point} · {self.starts_at}: {self.taken}"


class BenefitReservation(models.Model):
    """A benefit in kind set aside for a member at a store and slot (CARD-24 · E4.4): counted at once, ended once.

    It is of a card's benefit (`entitlement`) or of the catalogue's (`version`), in the version that was promised.
    """

    class State(models.TextChoices):
        BOOKED = "booked", _("reserved")
        REDEEMED = "redeemed", _("redeemed")
        CANCELLED = "cancelled", _("cancelled")
        MISSED = "missed", _("missed")

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="benefit_reservations", verbose_name=_("member")
    )
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="reservations", verbose_name=_("card"))
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+", verbose_name=_("term"))
    entitlement = models.ForeignKey(
        Entitlement, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("benefit of the card")
    )
    version = models.ForeignKey(
        BenefitVersion, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("benefit")
    )
    grant = models.ForeignKey(BenefitGrant, on_delete=models.PROTECT, null=True, related_name="+")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="+")
    point = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, related_name="+", verbose_name=_("service point"))
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", verbose_name=_("store"))
    starts_at = models.DateTimeField(pgettext_lazy("moment", "from"))
    ends_at = models.DateTimeField(_("to"))
    day_on = models.DateField(_("day"))
    periods = models.JSONField(_("counted in"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.BOOKED)
    key = models.CharField(max_length=80, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"), default=clock.now)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )
    card_use = models.OneToOneField(BenefitUse, on_delete=models.PROTECT, null=True, related_name="reservation")
    redemption = models.OneToOneField(
        BenefitRedemption, on_delete=models.PROTECT, null=True, related_name="reservation"
    )

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(entitlement__isnull=True, version__isnull=False)
                | Q(entitlement__isnull=False, version__isnull=True),
                name="reservation_is_of_one_benefit",
            ),
            models.CheckConstraint(
                condition=(Q(state="redeemed") & (Q(card_use__isnull=False) | Q(redemption__isnull=False)))
                | (~Q(state="redeemed") & Q(card_use__isnull=True, redemption__isnull=True)),
                name="redeemed_reservation_has_its_use",
            ),
            models.UniqueConstraint(
                fields=["member", "point", "starts_at"],
                condition=Q(state="booked"),
                name="slot_reserved_once_per_member",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-starts_at"], name="reservation_by_member"),
            models.Index(fields=["store", "day_on", "starts_at"], name="reservation_by_store_and_day"),
            models.Index(fields=["ends_at", "id"], condition=Q(state="booked"), name="reservation_to_come"),
            models.Index(fields=["card"], condition=Q(state="booked"), name="reservation_by_card"),
        ]

    def __str__(self) -> str:
        return f"{self.benefit} · {self.day_on}"

    @property
    def benefit(self) -> Entitlement | BenefitVersion:
        """What was reserved, whoever grants it."""
        found = self.entitlement or self.version
        if found is None:
            raise LookupError("a reservation is of one benefit")
        return found
