from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.models import Department, Worded
from service_desk.models.agents import Skill
from service_desk.models.choices import Complexity, Kind, Severity


class CaseCategory(Worded):
    """What a case is about (SVC-02 · A6.2.2): how it is recognised, who handles it and how it is classified at first.

    `keywords` are words or phrases in any language, one per line; they make the suggestion while a case is opened.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    keywords = models.TextField(_("keywords"), blank=True, help_text=_("One word or phrase per line, in any language."))
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    skill = models.ForeignKey(
        Skill, on_delete=models.PROTECT, null=True, blank=True, related_name="categories", verbose_name=_("skill")
    )
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, default=Severity.NORMAL)
    complexity = models.CharField(_("complexity"), max_length=8, choices=Complexity.choices, default=Complexity.SIMPLE)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("category of cases")
        verbose_name_plural = _("categories of cases")
        ordering: ClassVar[list[str]] = ["position", "code"]

    def __str__(self) -> str:
        return self.localized_name


class CannedAnswer(models.Model):
    """An answer written beforehand (SVC-01), by category; `{member}`, `{case}` and `{agent}` are filled in."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    category = models.ForeignKey(
        CaseCategory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("category"),
    )
    name = models.CharField(_("name (English)"), max_length=80)
    name_zh_hans = models.CharField(_("name (Simplified Chinese)"), max_length=80, blank=True)
    name_zh_hant = models.CharField(_("name (Traditional Chinese)"), max_length=80, blank=True)
    body = models.TextField(_("text (English)"))
    body_zh_hans = models.TextField(_("text (Simplified Chinese)"), blank=True)
    body_zh_hant = models.TextField(_("text (Traditional Chinese)"), blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("prepared answer")
        verbose_name_plural = _("prepared answers")
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.worded("name")

    def worded(self, field: str, language: str | None = None) -> str:
        """The text of `field` ("name" or "body") in a language, by default the active one."""
        suffix = (language or get_language() or "en").replace("-", "_").lower()
        return getattr(self, f"{field}_{suffix}", "") or getattr(self, field)
