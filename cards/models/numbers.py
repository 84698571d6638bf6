from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import SealedField
from core.models import Store, User


class NumberSeries(models.Model):
    """A range of card numbers: prefix, running number, Luhn check digit."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    prefix = models.CharField(_("prefix"), max_length=8, validators=[RegexValidator(r"^\d{2,8}$")])
    digits = models.PositiveSmallIntegerField(
        _("digits in all"), default=16, validators=[MinValueValidator(10), MaxValueValidator(19)]
    )
    next_sequence = models.PositiveBigIntegerField(_("next running number"), default=1, editable=False)
    low_stock = models.PositiveIntegerField(_("warn below"), default=50)
    low_told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [models.UniqueConstraint(fields=["prefix", "digits"], name="number_series_do_not_overlap")]

    def __str__(self) -> str:
        return f"{self.code} ({self.prefix}…)"


class NumberBatch(models.Model):
    """Numbers made in one go. Its activation codes leave the house once, in the file for the printer."""

    series = models.ForeignKey(
        NumberSeries, on_delete=models.PROTECT, related_name="batches", verbose_name=_("number series")
    )
    first_sequence = models.PositiveBigIntegerField(_("first running number"))
    count = models.PositiveIntegerField(_("numbers"))
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"), default=clock.now)
    exported_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("sent to the printer by")
    )
    exported_at = models.DateTimeField(_("sent to the printer at"), null=True)

    class Meta:
        verbose_name = _("batch of numbers")
        verbose_name_plural = _("batches of numbers")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["series", "first_sequence"], name="number_batches_do_not_overlap"),
            models.CheckConstraint(
                condition=Q(exported_at__isnull=True, exported_by__isnull=True)
                | Q(exported_at__isnull=False, exported_by__isnull=False),
                name="number_export_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series.code} · {self.first_sequence}–{self.first_sequence + self.count - 1}"


class CardNumber(models.Model):
    """A number in stock (CARD-01). It lies centrally for sale online or as a printed card in a store; assigned once.

    Its activation code is made with it, compared by digest, kept sealed for delivery or printing until it is used.
    """

    class State(models.TextChoices):
        IN_STOCK = "in-stock", _("in stock")
        ASSIGNED = "assigned", _("assigned")
        VOID = "void", _("void")

    series = models.ForeignKey(
        NumberSeries, on_delete=models.PROTECT, related_name="numbers", verbose_name=_("number series")
    )
    batch = models.ForeignKey(
        NumberBatch, on_delete=models.PROTECT, null=True, related_name="numbers", verbose_name=_("batch")
    )
    number = models.CharField(_("number"), max_length=19, unique=True)
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lies at")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.IN_STOCK)
    activation_digest = models.CharField(max_length=64, editable=False)
    activation_code = SealedField(blank=True, default="", editable=False)
    void_reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("card number")
        verbose_name_plural = _("card numbers")
        indexes = [
            models.Index(fields=["series", "store", "id"], condition=Q(state="in-stock"), name="card_number_stock")
        ]

    def __str__(self) -> str:
        return self.number
