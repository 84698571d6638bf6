from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import SealedField
from core.models import Department, User, Worded
from service_desk.models.cases import Case
from service_desk.models.complaint_choices import Finding, StepKind
from service_desk.models.thread import CaseEntry, new_token

DEEPEST = 3


class RootCause(Worded):
    """Why complaints come about (SVC-05 · D6.3): a tree, changed by staff. A complaint names one that has nothing below it."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("root cause")
        verbose_name_plural = _("root causes")
        ordering: ClassVar[list[str]] = ["position", "code"]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="cause_does_not_belong_to_itself"),
        ]

    def __str__(self) -> str:
        return self.localized_name

    def clean(self) -> None:
        """A tree of at most `DEEPEST` levels without a circle; what complaints name keeps nothing below it."""
        above, seen = self.parent, {self.pk}
        while above is not None:
            if above.pk in seen:
                raise ValidationError({"parent": _("A cause cannot belong to one of its own.")})
            seen.add(above.pk)
            above = above.parent
        depth = len(seen)
        if depth + self._levels_below() > DEEPEST:
            raise ValidationError({"parent": _("Causes go three levels deep, no further.")})
        if self.parent is not None and self.parent.complaints.exists():
            raise ValidationError({"parent": _("Complaints name this cause; divide it under a new one instead.")})

    def _levels_below(self) -> int:
        if self._state.adding:
            return 0
        children = list(self.children.all())
        return 1 + max(child._levels_below() for child in children) if children else 0


class Complaint(models.Model):
    """What a case of kind complaint has besides (SVC-04 · D6): the colleague it is about, what was found, and why it came about.

    The words of the investigation are entries of the case's thread; state and solution are the case's own. A case that is
    classified otherwise keeps its row, which then counts nowhere.
    """

    case = models.OneToOneField(
        Case, on_delete=models.PROTECT, primary_key=True, related_name="complaint", verbose_name=_("case")
    )
    began_at = models.DateTimeField(_("taken as a complaint at"), default=clock.now)
    against = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("colleague complained about")
    )
    finding = models.CharField(_("finding"), max_length=10, choices=Finding.choices, blank=True, default="")
    explanation = SealedField(_("what was found"), blank=True, default="")
    found_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("found by")
    )
    found_at = models.DateTimeField(_("found at"), null=True)
    cause = models.ForeignKey(
        RootCause, on_delete=models.PROTECT, null=True, related_name="complaints", verbose_name=_("root cause")
    )
    cause_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("root cause named by")
    )
    cause_at = models.DateTimeField(_("root cause named at"), null=True)
    follow_up_due_at = models.DateTimeField(_("satisfaction asked from"), null=True)

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering: ClassVar[list[str]] = ["-case_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(finding="", found_by__isnull=True, found_at__isnull=True)
                | (~Q(finding="") & Q(found_by__isnull=False, found_at__isnull=False)),
                name="finding_names_who_found_it",
            ),
            models.CheckConstraint(
                condition=Q(cause__isnull=True, cause_by__isnull=True, cause_at__isnull=True)
                | Q(cause__isnull=False, cause_by__isnull=False, cause_at__isnull=False),
                name="cause_names_who_named_it",
            ),
        ]
        indexes = [
            models.Index(
                fields=["follow_up_due_at"], condition=Q(follow_up_due_at__isnull=False), name="complaint_to_follow_up"
            ),
            models.Index(fields=["against"], condition=Q(against__isnull=False), name="complaint_about_colleague"),
        ]

    def __str__(self) -> str:
        return str(self.case)


class ComplaintStep(models.Model):
    """A step of the investigation (SVC-04 · D6.2.3): an entry of the thread with its files, and by what it was found out."""

    entry = models.OneToOneField(
        CaseEntry, on_delete=models.PROTECT, primary_key=True, related_name="step", verbose_name=_("entry")
    )
    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, related_name="steps", verbose_name=_("complaint")
    )
    kind = models.CharField(_("kind of step"), max_length=10, choices=StepKind.choices)

    class Meta:
        verbose_name = _("step of an investigation")
        verbose_name_plural = _("steps of investigations")
        ordering: ClassVar[list[str]] = ["entry_id"]

    def __str__(self) -> str:
        return f"{self.complaint} · {self.get_kind_display()}"


class ComplaintFollowUp(models.Model):
    """Whether the member is satisfied some days after her complaint was closed (SVC-04 · D6.2.4): asked once a closing.

    `token` is the address that the message carries; whoever has it may answer once, until `open_until`.
    """

    complaint = models.ForeignKey(
        Complaint, on_delete=models.PROTECT, related_name="follow_ups", verbose_name=_("complaint")
    )
    round = models.PositiveSmallIntegerField(_("round"))
    token = models.CharField(max_length=24, unique=True, default=new_token, editable=False)
    was_told = models.BooleanField(_("asked by message"), default=False)
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    open_until = models.DateTimeField(_("can be answered until"))
    satisfied = models.BooleanField(_("satisfied"), null=True)
    comment = SealedField(_("comment"), blank=True, default="")
    answered_at = models.DateTimeField(_("answered at"), null=True)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("follow-up of a complaint")
        verbose_name_plural = _("follow-ups of complaints")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "round"], name="satisfaction_asked_once_a_closing"),
            models.CheckConstraint(
                condition=Q(satisfied__isnull=True, answered_at__isnull=True)
                | Q(satisfied__isnull=False, answered_at__isnull=False),
                name="satisfaction_is_answered_at_a_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["open_until"],
                condition=Q(was_told=False, satisfied__isnull=True),
                name="follow_up_to_telephone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint} · {self.round}"
