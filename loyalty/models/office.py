from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.models import Approval, User
from loyalty.models.ledger import Book, PointTransaction
from members.models import Member


class LapseReminder(models.Model):
    """That a member was reminded, so many days before, of the points that lapse after a day (LOY-07): once each."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    last_valid_on = models.DateField(_("valid through"))
    step = models.SmallIntegerField(_("days from the last day"))
    written_at = models.DateTimeField(_("written at"), default=clock.now)

    class Meta:
        verbose_name = _("reminder of points that lapse")
        verbose_name_plural = _("reminders of points that lapse")
        constraints = [
            models.UniqueConstraint(fields=["member", "last_valid_on", "step"], name="lapse_reminded_once_per_step")
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.last_valid_on} · {self.step}"


class PointAdjustment(models.Model):
    """Points that a colleague grants or takes by hand, with his reason (LOY-04); above a limit two people decide."""

    class Category(models.TextChoices):
        GOODWILL = "goodwill", _("goodwill")
        MISSING = "missing", _("points that were missing")
        MISTAKE = "mistake", _("points given by mistake")
        ABUSE = "abuse", _("abuse")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for a second person")
        POSTED = "posted", _("posted")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", _("withdrawn")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    points = models.BigIntegerField(_("points"))
    may_owe = models.BooleanField(_("the rest may be owed"), default=False)
    category = models.CharField(_("reason"), max_length=10, choices=Category.choices)
    explanation = models.CharField(_("explanation"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    key = models.CharField(max_length=40, unique=True, editable=False)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    asked_on = models.DateField(_("asked on"))
    approval = models.OneToOneField(
        Approval, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approval")
    )
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    transaction = models.OneToOneField(
        PointTransaction,
        on_delete=models.PROTECT,
        null=True,
        related_name="adjustment",
        verbose_name=_("points transaction"),
    )

    class Meta:
        verbose_name = _("adjustment of points")
        verbose_name_plural = _("adjustments of points")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(points=0), name="adjustment_changes_something"),
            models.CheckConstraint(
                condition=Q(state="posted", transaction__isnull=False)
                | (~Q(state="posted") & Q(transaction__isnull=True)),
                name="adjustment_is_posted_with_its_transaction",
            ),
            models.CheckConstraint(
                condition=~Q(state="posted") | Q(decided_by__isnull=True) | ~Q(asked_by=F("decided_by")),
                name="adjustment_needs_a_second_person",
            ),
        ]
        indexes = [models.Index(fields=["member", "asked_by", "asked_on"], name="adjustment_by_member_and_day")]

    def __str__(self) -> str:
        return f"{self.points:+} · {self.get_category_display()}"


class PointMonth(models.Model):
    """What moved in a month between members and one book of the programme (LOY-18): a sum of entries, kept.

    `read_at` is when the entries were summed; a month read after its end does not change any more.
    """

    month = models.DateField(_("month"))
    from_book = models.CharField(pgettext_lazy("book", "from"), max_length=12, choices=Book.choices)
    to_book = models.CharField(_("to"), max_length=12, choices=Book.choices)
    points = models.PositiveBigIntegerField(_("points"))
    read_at = models.DateTimeField(_("read at"))

    class Meta:
        verbose_name = _("points of a month")
        verbose_name_plural = _("points of months")
        ordering: ClassVar[list[str]] = ["month", "id"]
        constraints = [
            models.UniqueConstraint(fields=["month", "from_book", "to_book"], name="month_summed_once_per_pair")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.from_book} → {self.to_book}: {self.points}"


class PointCohort(models.Model):
    """Points of all lots that lapse after one day: how many came in, are left, have lapsed (LOY-18)."""

    last_valid_on = models.DateField(_("valid through"), primary_key=True)
    points = models.PositiveBigIntegerField(_("points"))
    remaining = models.PositiveBigIntegerField(_("remaining"))
    lapsed = models.PositiveBigIntegerField(_("lapsed"), default=0)
    read_at = models.DateTimeField(_("read at"))

    class Meta:
        verbose_name = _("points by last day")
        verbose_name_plural = _("points by last day")
        ordering: ClassVar[list[str]] = ["last_valid_on"]

    def __str__(self) -> str:
        return f"{self.last_valid_on}: {self.remaining}/{self.points}"
