"""What monitoring found, the measure against it, and whether it helped (SVC-12 · D9)."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.fields import SealedField
from core.models import Department, User
from service_desk.quality.models.coordination import Task
from service_desk.quality.models.reviews import CaseReview
from service_desk.quality.policy import verifying
from service_desk.quality.policy.verifying import Standing

UNDONE = Q(task__state__in=["open", "begun"])
VERIFIED = Q(task__state="done", verified_at__gte=F("task__ended_at"))


class FindingQuerySet(models.QuerySet["QualityFinding"]):
    """The same conditions as `policy.verifying.standing`, for lists and counts."""

    def standing(self, word: str) -> Self:
        rows = self.filter(withdrawn_at__isnull=True)
        match word:
            case Standing.WITHDRAWN:
                return self.filter(withdrawn_at__isnull=False)
            case Standing.OPEN:
                return rows.filter(task__isnull=True)
            case Standing.WORK:
                return rows.filter(UNDONE)
            case Standing.DROPPED:
                return rows.filter(task__state="dropped")
            case Standing.VERIFIED:
                return rows.filter(VERIFIED)
            case Standing.CHECK:
                unverified = Q(verified_at__isnull=True) | Q(verified_at__lt=F("task__ended_at"))
                return rows.filter(unverified, task__state="done")
        return rows

    def late(self, today: dt.date) -> Self:
        return self.standing(Standing.WORK).filter(task__due_on__lt=today)


class QualityFinding(models.Model):
    """Something that is not as it should be: the criterion, how severe, which department, the evidence.

    Its rectification is a `Task` of that department: whose, until when, done with proof. A verification ends it.
    """

    class Severity(models.TextChoices):
        MINOR = "minor", pgettext_lazy("severity of a finding", "minor")
        MAJOR = "major", pgettext_lazy("severity of a finding", "major")
        CRITICAL = "critical", pgettext_lazy("severity of a finding", "critical")

    class State(models.TextChoices):
        OPEN = Standing.OPEN.value, _("no measure yet")
        WORK = Standing.WORK.value, _("measure in work")
        CHECK = Standing.CHECK.value, _("to be verified")
        VERIFIED = Standing.VERIFIED.value, pgettext_lazy("finding", "verified")
        DROPPED = Standing.DROPPED.value, _("measure given up")
        WITHDRAWN = Standing.WITHDRAWN.value, pgettext_lazy("finding", "withdrawn")

    title = models.CharField(_("finding"), max_length=120)
    text = SealedField(_("what was found"), blank=True, default="")
    code = models.SlugField(_("criterion"), max_length=20, blank=True, default="")
    severity = models.CharField(_("severity"), max_length=8, choices=Severity.choices, default=Severity.MINOR)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("department concerned")
    )
    review = models.ForeignKey(
        CaseReview, on_delete=models.PROTECT, null=True, related_name="findings", verbose_name=_("from the review")
    )
    evidence = models.CharField(_("evidence"), max_length=300, blank=True, default="")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("found by"))
    made_at = models.DateTimeField(_("found at"), default=clock.now)
    made_on = models.DateField(_("found on"), default=clock.today)
    task = models.OneToOneField(
        Task, on_delete=models.PROTECT, null=True, related_name="finding", verbose_name=_("measure")
    )
    verified_at = models.DateTimeField(_("verified at"), null=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawn_because = models.CharField(_("why it was withdrawn"), max_length=300, blank=True, default="")

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("quality finding")
        verbose_name_plural = _("quality findings")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "code"], condition=~Q(code=""), name="criterion_is_found_once_a_review"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(task__isnull=True), name="finding_with_a_measure_stays"
            ),
        ]
        indexes = [
            models.Index(fields=["department", "-id"], name="finding_of_department"),
            models.Index(fields=["made_on"], name="finding_by_day"),
            models.Index(fields=["code", "-id"], name="finding_by_criterion"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def standing(self) -> Standing:
        """Where it stands; needs `task` selected."""
        task = self.task
        return verifying.standing(
            task.state if task else None,
            ended_at=task.ended_at if task else None,
            verified_at=self.verified_at,
            is_withdrawn=self.withdrawn_at is not None,
        )

    @property
    def state_word(self) -> str:
        return str(self.State(self.standing.value).label)

    @property
    def tone(self) -> str:
        return {"open": "bad", "work": "info", "check": "warn", "verified": "ok"}.get(self.standing.value, "quiet")


class FindingVerification(models.Model):
    """Somebody else than whoever did it looked whether the measure helped. Append-only.

    The counts are how often the criterion failed in reviews before the finding, and since the measure was done.
    """

    finding = models.ForeignKey(
        QualityFinding, on_delete=models.PROTECT, related_name="verifications", verbose_name=_("finding")
    )
    is_effective = models.BooleanField(_("effective"))
    said = SealedField(_("what was seen"))
    proof = models.TextField(_("proof that was looked at"), max_length=4_000)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("owner"))
    due_on = models.DateField(_("new deadline"), null=True)
    before_failed = models.PositiveIntegerField(_("failed before"), default=0)
    before_of = models.PositiveIntegerField(_("reviews before"), default=0)
    after_failed = models.PositiveIntegerField(_("failed since"), default=0)
    after_of = models.PositiveIntegerField(_("reviews since"), default=0)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("verified by"))
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("owner")), name="verified_by_somebody_else_than_the_owner"),
            models.CheckConstraint(
                condition=Q(is_effective=True, due_on__isnull=True) | Q(is_effective=False, due_on__isnull=False),
                name="measure_that_did_not_help_has_a_new_deadline",
            ),
            models.CheckConstraint(
                condition=Q(before_failed__lte=F("before_of"), after_failed__lte=F("after_of")),
                name="no_more_failed_than_were_reviewed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.finding)
