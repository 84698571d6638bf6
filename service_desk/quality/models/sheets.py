"""The score sheet of case reviews (SVC-12 · D9): versions, of which the newest published one is in force."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.models import Approval, User, Worded
from service_desk.quality.policy.scoring import Line, Scale


class ScoreSheet(models.Model):
    """A version of the score sheet. It is written as a draft, published by somebody else, and never changes from then on."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ASKED = "asked", _("waits for a second person")
        PUBLISHED = "published", _("published")

    number = models.PositiveSmallIntegerField(_("version"), unique=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    note = models.CharField(_("what is new"), max_length=300, blank=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    made_at = models.DateTimeField(_("written at"), default=clock.now)
    approval = models.OneToOneField(
        Approval, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approval")
    )
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published at"), null=True)

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        ordering: ClassVar[list[str]] = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state__in=["draft"]), name="score_sheet_has_one_draft"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state__in=["asked"]), name="score_sheet_is_asked_for_once"
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False, published_by__isnull=False)
                | (~Q(state="published") & Q(published_at__isnull=True, published_by__isnull=True)),
                name="published_score_sheet_has_its_moment",
            ),
            models.CheckConstraint(condition=~Q(author=F("published_by")), name="score_sheet_needs_four_eyes"),
        ]

    def __str__(self) -> str:
        return str(_("Version %(number)s")) % {"number": self.number}


class SheetSection(Worded):
    """A part of a sheet: response, accuracy, manner."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="sections", verbose_name=_("sheet"))
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("section of a score sheet")
        verbose_name_plural = _("sections of score sheets")
        ordering: ClassVar[list[str]] = ["sheet", "position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "position"], name="sheet_section_has_a_place_of_its_own")
        ]


class SheetCriterion(Worded):
    """One thing that is looked at. Its `code` stays the same from version to version, so that years can be compared."""

    class Marking(models.TextChoices):
        YES_NO = Scale.YES_NO.value, _("yes or no")
        THREE = Scale.THREE.value, _("0 to 3")

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="criteria", verbose_name=_("sheet"))
    section = models.ForeignKey(
        SheetSection, on_delete=models.PROTECT, related_name="criteria", verbose_name=_("section")
    )
    code = models.SlugField(_("code"), max_length=20)
    position = models.PositiveSmallIntegerField(_("position"))
    weight = models.PositiveSmallIntegerField(pgettext_lazy("score", "points"), default=1)
    scale = models.CharField(_("marked"), max_length=8, choices=Marking.choices, default=Marking.YES_NO)
    may_be_left_out = models.BooleanField(_("may not apply"), default=False)
    is_critical = models.BooleanField(_("critical"), default=False)

    class Meta:
        verbose_name = _("criterion of a score sheet")
        verbose_name_plural = _("criteria of score sheets")
        ordering: ClassVar[list[str]] = ["sheet", "section__position", "position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "code"], name="criterion_code_stands_once_on_a_sheet"),
            models.UniqueConstraint(fields=["section", "position"], name="sheet_criterion_has_a_place_of_its_own"),
            models.CheckConstraint(condition=Q(weight__range=(1, 100)), name="sheet_criterion_has_points"),
        ]
        indexes = [models.Index(fields=["code", "-sheet"], name="criterion_by_code")]

    @property
    def line(self) -> Line:
        """What the rule of scoring needs of it."""
        return Line(self.code, self.weight, Scale(self.scale), self.section_id, self.is_critical, self.may_be_left_out)
