"""What is done in an emergency of each kind, written while there is none (SVC-16 · D12)."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Approval, Post, User, Worded

SEVERITIES = ((1, _("1 · critical")), (2, _("2 · major")), (3, _("3 · moderate")), (4, _("4 · minor")))


class PlanQuerySet(models.QuerySet["EmergencyPlan"]):
    def due(self, today: dt.date, *, drilled_since: dt.date) -> Self:
        """Kinds in use without a plan in force, with one to be gone over by today, or not drilled for too long."""
        never = ~models.Exists(PlanVersion.objects.filter(plan=models.OuterRef("pk"), state="published"))
        undrilled = Q(drilled_on__isnull=True) | Q(drilled_on__lt=drilled_since)
        return self.filter(Q(never) | Q(review_on__lte=today) | undrilled, is_active=True)


class EmergencyPlan(Worded):
    """A kind of emergency, and whoever keeps the plan for it. What the plan says stands in its versions."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("keeps the plan")
    )
    concerns_data = models.BooleanField(
        _("personal data is concerned"), default=False, help_text=_("A report to the authority is owed, within a time.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)
    review_on = models.DateField(_("to be gone over by"), null=True, editable=False)
    drilled_on = models.DateField(_("last drilled on"), null=True, editable=False)
    reminded_on = models.DateField(_("last reminded on"), null=True, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("emergency plan")
        verbose_name_plural = _("emergency plans")
        ordering: ClassVar[list[str]] = ["position", "code"]

    def __str__(self) -> str:
        return self.localized_name


class PlanVersion(models.Model):
    """What a plan says: when an emergency is how grave, and the words for members. In force once two people agreed."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        WAITING = "waiting", _("waiting for approval")
        PUBLISHED = "published", _("in force")
        REPLACED = "replaced", _("replaced")

    plan = models.ForeignKey(
        EmergencyPlan, on_delete=models.PROTECT, related_name="versions", verbose_name=_("emergency plan")
    )
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    criteria = models.JSONField(_("when it is how grave"), default=dict)
    texts = models.JSONField(_("words for members"), default=dict)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    approval = models.ForeignKey(
        Approval, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approval")
    )
    made_at = models.DateTimeField(_("made at"), default=clock.now)
    published_at = models.DateTimeField(_("published at"), null=True)

    class Meta:
        verbose_name = _("version of an emergency plan")
        verbose_name_plural = _("versions of emergency plans")
        ordering: ClassVar[list[str]] = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_version_numbered_once"),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(state="published"), name="one_version_of_a_plan_in_force"
            ),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(state__in=["draft", "waiting"]), name="one_draft_of_a_plan"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "waiting"]) | Q(published_at__isnull=False, approval__isnull=False),
                name="emergency_plan_published_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.number}"

    def criterion(self, severity: int) -> str:
        """When an emergency of this kind is so grave, in words."""
        found: str = self.criteria.get(str(severity), "")
        return found


class PlanStep(models.Model):
    """Something that is done in every emergency of a kind: by which post, and within how many minutes."""

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="steps", verbose_name=_("version"))
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("what is done"), max_length=240)
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by which post")
    )
    minutes = models.PositiveIntegerField(_("within minutes"))

    class Meta:
        verbose_name = _("step of an emergency plan")
        verbose_name_plural = _("steps of emergency plans")
        ordering: ClassVar[list[str]] = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="plan_step_numbered_once"),
        ]

    def __str__(self) -> str:
        return self.text


class PlanCall(models.Model):
    """A level of the contact chain for a severity: posts and persons, and how long they have until the next is called."""

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="calls", verbose_name=_("version"))
    severity = models.PositiveSmallIntegerField(_("severity"), choices=SEVERITIES)
    level = models.PositiveSmallIntegerField(_("level"))
    minutes = models.PositiveSmallIntegerField(_("next level after minutes"))
    posts = models.ManyToManyField(Post, blank=True, related_name="+", verbose_name=_("posts"))
    people = models.ManyToManyField(User, blank=True, related_name="+", verbose_name=_("persons"))

    class Meta:
        verbose_name = _("level of a contact chain")
        verbose_name_plural = _("levels of contact chains")
        ordering: ClassVar[list[str]] = ["severity", "level"]
        constraints = [
            models.UniqueConstraint(fields=["version", "severity", "level"], name="chain_level_numbered_once"),
            models.CheckConstraint(condition=Q(severity__gte=1, severity__lte=4), name="chain_is_for_a_severity"),
        ]

    def __str__(self) -> str:
        return f"{self.severity}.{self.level}"
