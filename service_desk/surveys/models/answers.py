"""What was answered (SVC-07 · D5.1): question by question while somebody answers, and for ever once it is sent."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.fields import SealedField
from core.models import Channel
from service_desk.surveys.models.asking import SurveyInvitation
from service_desk.surveys.models.surveys import Survey, SurveyQuestion, SurveyVersion


class Given(models.Model):
    """An answer to one question. One that is empty says that the question was passed over; only drafts keep such."""

    question = models.ForeignKey(
        SurveyQuestion, on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("survey", "question")
    )
    number = models.PositiveSmallIntegerField(_("score"), null=True)
    chosen = models.JSONField(_("chosen"), default=list, blank=True)
    text = SealedField(_("own words"), blank=True, default="")
    at = models.DateTimeField(_("answered at"), default=clock.now)

    class Meta:
        abstract = True


class SurveyDraftAnswer(Given):
    """An answer that has not been sent yet; it may still be changed, and is gone once the survey is sent."""

    invitation = models.ForeignKey(
        SurveyInvitation, on_delete=models.CASCADE, related_name="drafts", verbose_name=_("invitation")
    )

    class Meta:
        app_label = "service_desk"
        verbose_name = _("answer not yet sent")
        verbose_name_plural = _("answers not yet sent")
        constraints = [models.UniqueConstraint(fields=["invitation", "question"], name="survey_draft_answers_once")]

    def __str__(self) -> str:
        return f"{self.invitation} · {self.question_id}"


class SurveyResponse(models.Model):
    """That a survey was answered, once for each invitation; never changed. `is_partial`: the link ended before the last question.

    `score` is the answer to the question that the survey measures by; `is_low` what the parameters of that day made of it.
    """

    invitation = models.OneToOneField(
        SurveyInvitation, on_delete=models.PROTECT, related_name="response", verbose_name=_("invitation")
    )
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="responses", verbose_name=_("survey"))
    version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version"))
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    is_low = models.BooleanField(_("low score"), default=False)
    is_partial = models.BooleanField(_("unfinished"), default=False)
    via = models.CharField(_("answered by way of"), max_length=10, choices=Channel.choices, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    answered_at = models.DateTimeField(_("answered at"), default=clock.now)

    class Meta:
        app_label = "service_desk"
        verbose_name = _("answer to a survey")
        verbose_name_plural = _("answers to surveys")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_low=False) | Q(score__isnull=False), name="survey_response_low_by_its_score"
            )
        ]
        indexes = [
            models.Index(fields=["survey", "-id"], name="survey_response_by_survey"),
            models.Index(fields=["answered_at"], condition=Q(is_low=True), name="survey_response_low"),
        ]

    def __str__(self) -> str:
        return f"{self.survey} #{self.pk}"


class SurveyAnswer(Given):
    """The answer to one question as it was sent. Only its own words may be sealed anew or, with the person, erased."""

    response = models.ForeignKey(
        SurveyResponse, on_delete=models.PROTECT, related_name="answers", verbose_name=_("answer to a survey")
    )

    class Meta:
        app_label = "service_desk"
        verbose_name = _("answer to a question")
        verbose_name_plural = _("answers to questions")
        ordering: ClassVar[list[str]] = ["response", "id"]
        constraints = [models.UniqueConstraint(fields=["response", "question"], name="survey_question_answered_once")]

    def __str__(self) -> str:
        return f"{self.response} · {self.question_id}"
