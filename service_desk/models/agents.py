from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import User, Worded


class Skill(Worded):
    """What an agent must know to handle a category (SVC-02 · A6.2.2): `refunds`, `privacy`, `points`."""

    code = models.SlugField(_("code"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.localized_name


class AgentProfile(models.Model):
    """How an agent takes part in the distribution of cases (SVC-02 · A6.2.2): skills, languages, how many at once.

    Whoever is not on duty is given nothing; without a row an agent only has what he takes.
    """

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="agent", verbose_name=_("agent"))
    skills = models.ManyToManyField(Skill, blank=True, related_name="agents", verbose_name=_("skills"))
    languages = models.JSONField(_("languages"), default=list, blank=True)
    capacity = models.PositiveSmallIntegerField(
        _("cases at once"), default=20, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    is_on_duty = models.BooleanField(_("on duty"), default=False)
    since = models.DateTimeField(_("on duty since"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        constraints = [models.CheckConstraint(condition=Q(capacity__gte=1), name="agent_has_room_for_a_case")]

    def __str__(self) -> str:
        return str(self.user)
