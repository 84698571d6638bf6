from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models.worded import Worded


class Competence(Worded):
    """SVC-08 · A6.1 — something that people who work here can be certified for: selling a card, activating one."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    valid_months = models.PositiveSmallIntegerField(
        _("a certificate lasts (months)"), null=True, blank=True, help_text=_("Empty: for ever.")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("competence")
        verbose_name_plural = _("competences")
        ordering: ClassVar[list[str]] = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_months__isnull=True) | Q(valid_months__gt=0), name="competence_lasts_a_month_at_least"
            )
        ]


class Certificate(models.Model):
    """SVC-08 · A6.1, D7.1 — what somebody was certified for, from when through when, and on what grounds.

    One row of a person and competence is current; a newer one replaces it. `source` says what it was awarded for, as a
    code with its reference: `course:12`, or `by hand`.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("colleague")
    )
    competence = models.ForeignKey(
        Competence, on_delete=models.PROTECT, related_name="certificates", verbose_name=_("competence")
    )
    awarded_on = models.DateField(_("awarded on"), default=clock.today)
    last_valid_on = models.DateField(_("valid through"), null=True, blank=True)
    source = models.CharField(_("awarded for"), max_length=60)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    awarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("awarded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now)
    replaced_at = models.DateTimeField(_("replaced at"), null=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("revoked by")
    )
    revoked_because = models.CharField(_("revoked because"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [
            models.Index(
                fields=["last_valid_on", "id"],
                condition=Q(revoked_at__isnull=True, replaced_at__isnull=True),
                name="certificate_ending",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "competence"],
                condition=Q(revoked_at__isnull=True, replaced_at__isnull=True),
                name="certificate_is_current_once",
            ),
            models.CheckConstraint(
                condition=Q(last_valid_on__isnull=True) | Q(last_valid_on__gte=F("awarded_on")),
                name="certificate_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True, revoked_because="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_because="")),
                name="certificate_is_revoked_by_somebody_who_says_why",
            ),
            models.CheckConstraint(
                condition=Q(awarded_by__isnull=True) | ~Q(awarded_by=F("user")),
                name="certificate_is_awarded_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.competence}"

    @property
    def state(self) -> str:
        """One word: revoked, replaced, expired or valid."""
        if self.revoked_at is not None:
            return "revoked"
        if self.replaced_at is not None:
            return "replaced"
        return "expired" if self.last_valid_on is not None and self.last_valid_on < clock.today() else "valid"


class CompetenceRequirement(models.Model):
    """CARD-26 · A3.2.1, CARD-04 · A2.2.1 — a right that asks for a competence from a day on: everywhere, or for one
    subject (a product code) alone. A fresh house has none."""

    competence = models.ForeignKey(
        Competence, on_delete=models.PROTECT, related_name="requirements", verbose_name=_("competence")
    )
    right = models.CharField(_("what it is needed for"), max_length=80)
    subject = models.CharField(_("only for"), max_length=60, blank=True)
    starts_on = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=300)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("set by")
    )
    set_at = models.DateTimeField(_("set at"), default=clock.now)
    ended_on = models.DateField(_("no longer from"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )
    ended_because = models.CharField(_("ended because"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("required competence")
        verbose_name_plural = _("required competences")
        ordering: ClassVar[list[str]] = ["right", "subject", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["competence", "right", "subject"],
                condition=Q(ended_on__isnull=True),
                name="competence_is_required_once_for_the_same",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_by__isnull=True)
                | Q(ended_on__isnull=False, ended_by__isnull=False),
                name="requirement_is_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.right}{' · ' + self.subject if self.subject else ''}: {self.competence}"
