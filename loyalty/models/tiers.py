from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.models import Approval, User
from members.models import Member


class MemberTier(models.Model):
    """The tier a member stands on (LOY-01, LOY-02): since when, and through which day it is promised.

    Who has no row stands on the lowest tier. The row repeats her newest `TierChange`, for look-ups: its number, its day,
    and the day on which the tier is to be looked at next though nothing happens.
    """

    member = models.OneToOneField(
        Member, on_delete=models.PROTECT, primary_key=True, related_name="standing", verbose_name=_("member")
    )
    tier = models.CharField(_("tier"), max_length=20)
    since_on = models.DateField(_("since"))
    promised_through = models.DateField(_("promised through"), null=True)
    sequence = models.PositiveIntegerField(_("number of the last change"), default=1)
    decided_on = models.DateField(_("decided on"))
    review_on = models.DateField(_("to be looked at on"), null=True)

    class Meta:
        verbose_name = _("tier of a member")
        verbose_name_plural = _("tiers of members")
        indexes = [
            models.Index(fields=["review_on", "member"], condition=Q(review_on__isnull=False), name="tier_to_look_at"),
            models.Index(fields=["tier", "member"], name="tier_members"),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.tier}"


class TierChange(models.Model):
    """A decision about a tier with the figures that caused it (LOY-03 · B8.2). Append-only, gap-free per member."""

    class Why(models.TextChoices):
        REACHED = "reached", _("standard reached")
        KEPT = "kept", _("standard kept")
        FELL_SHORT = "fell-short", _("standard missed")
        HELD = "held", _("held by decision")
        RETURNED = "returned", _("undone by a return")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="tier_changes", verbose_name=_("member"))
    sequence = models.PositiveIntegerField(_("number"))
    from_tier = models.CharField(pgettext_lazy("tier", "from"), max_length=20)
    to_tier = models.CharField(_("to"), max_length=20)
    why = models.CharField(_("why"), max_length=12, choices=Why.choices)
    effective_on = models.DateField(_("from the day"))
    promised_through = models.DateField(_("promised through"), null=True)
    spend_minor = models.BigIntegerField(_("spend"))
    visits = models.PositiveIntegerField(_("visits"))
    activity = models.PositiveIntegerField(_("activity score"))
    at = models.DateTimeField(_("decided at"), default=clock.now)

    class Meta:
        verbose_name = _("change of tier")
        verbose_name_plural = _("changes of tier")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "sequence"], name="tier_change_sequence_once"),
            models.CheckConstraint(
                condition=Q(why__in=["kept", "held"]) | ~Q(from_tier=F("to_tier")), name="tier_change_changes_something"
            ),
        ]

        indexes = [models.Index(fields=["effective_on", "to_tier"], name="tier_change_by_day")]

    def __str__(self) -> str:
        return f"{self.member} #{self.sequence}: {self.from_tier} → {self.to_tier}"


class TierHold(models.Model):
    """A tier that two people guarantee a member through a day, with their reason (LOY-02 · B8.1): a floor, no ceiling."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="tier_holds", verbose_name=_("member"))
    tier = models.CharField(_("tier"), max_length=20)
    starts_on = models.DateField(_("from the day"))
    ends_on = models.DateField(_("through"))
    reason = models.CharField(_("reason"), max_length=500)
    approval = models.OneToOneField(Approval, on_delete=models.PROTECT, related_name="+", verbose_name=_("approval"))
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    approver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("approver"))
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("guaranteed tier")
        verbose_name_plural = _("guaranteed tiers")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(ended_at__isnull=True), name="tier_guaranteed_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="tier_hold_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(author=F("approver")), name="tier_hold_needs_a_second_person"),
        ]
        indexes = [models.Index(fields=["ends_on"], condition=Q(ended_at__isnull=True), name="tier_hold_to_end")]

    def __str__(self) -> str:
        return f"{self.member} · {self.tier}"


class Activity(models.Model):
    """How often a member did something on a day that is over (LOY-01 · C6.1). Append-only, so that a score can be replayed."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    day = models.DateField(_("day"))
    signal = models.CharField(_("activity"), max_length=20)
    times = models.PositiveIntegerField(_("times"))

    class Meta:
        verbose_name = _("activity of a day")
        verbose_name_plural = _("activities of days")
        constraints = [
            models.UniqueConstraint(fields=["member", "day", "signal"], name="activity_counted_once_a_day"),
            models.CheckConstraint(condition=Q(times__gt=0), name="activity_happened"),
        ]
        indexes = [models.Index(fields=["day", "member"], name="activity_by_day")]

    def __str__(self) -> str:
        return f"{self.member} · {self.day} · {self.signal}"


class CountedDay(models.Model):
    """A day whose activity has been counted: it is never counted again."""

    day = models.DateField(_("day"), primary_key=True)
    counted_at = models.DateTimeField(_("counted at"), default=clock.now)

    class Meta:
        verbose_name = _("day whose activity is counted")
        verbose_name_plural = _("days whose activity is counted")

    def __str__(self) -> str:
        return str(self.day)
