"""What was learned from an incident, and what is done about it (SVC-16 · D12)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Approval, Department, User
from service_desk.incidents.models.incidents import Incident
from service_desk.quality.models import Task


class IncidentReview(models.Model):
    """The review after an incident; it counts once somebody else than whoever led has agreed."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        WAITING = "waiting", _("waiting for approval")
        AGREED = "agreed", _("agreed")

    incident = models.OneToOneField(
        Incident, on_delete=models.PROTECT, related_name="review", verbose_name=_("incident")
    )
    happened = models.TextField(_("what happened"), max_length=10_000)
    causes = models.TextField(_("causes"), max_length=10_000)
    went_well = models.TextField(_("what went well"), blank=True, max_length=10_000)
    went_badly = models.TextField(_("what did not"), blank=True, max_length=10_000)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    approval = models.ForeignKey(
        Approval, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approval")
    )
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written at"), default=clock.now)
    agreed_at = models.DateTimeField(_("agreed at"), null=True)

    class Meta:
        verbose_name = _("review of an incident")
        verbose_name_plural = _("reviews of incidents")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="agreed") | Q(agreed_at__isnull=False, approval__isnull=False),
                name="incident_review_agreed_by_two",
            ),
        ]

    def __str__(self) -> str:
        return str(self.incident)


class IncidentMeasure(models.Model):
    """What shall keep it from happening again; a task for a department once the review is agreed."""

    review = models.ForeignKey(
        IncidentReview, on_delete=models.CASCADE, related_name="measures", verbose_name=_("review")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("measure"), max_length=120)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("department that does it")
    )
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who does it")
    )
    due_on = models.DateField(_("to be done by"))
    task = models.OneToOneField(Task, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("task"))

    class Meta:
        verbose_name = _("measure after an incident")
        verbose_name_plural = _("measures after incidents")
        ordering: ClassVar[list[str]] = ["position"]
        constraints = [models.UniqueConstraint(fields=["review", "position"], name="measure_numbered_once_a_review")]

    def __str__(self) -> str:
        return self.title
