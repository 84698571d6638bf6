"""What is asked (SVC-07 · D5.1): a survey, its versions, and their questions, options and skips."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.models import Approval, User
from service_desk.surveys.policy import questions as policy
from service_desk.surveys.policy import routing


class Survey(models.Model):
    """A survey by its code and what it measures. What it asks stands in its versions; the newest published one is asked."""

    class Kind(models.TextChoices):
        CSAT = policy.SurveyKind.CSAT, _("satisfaction (CSAT)")
        NPS = policy.SurveyKind.NPS, _("recommendation (NPS)")
        CES = policy.SurveyKind.CES, _("effort (CES)")
        OTHER = policy.SurveyKind.OTHER, pgettext_lazy("survey", "other")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    made_at = models.DateTimeField(_("made at"), default=clock.now)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        app_label = "service_desk"
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.code


class SurveyVersion(models.Model):
    """What a survey asks, as two people agreed; frozen once submitted. Who was asked answers the version she was asked.

    `title`, `intro` and `thanks` are worded by language.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in-review", _("in review")
        PUBLISHED = "published", pgettext_lazy("survey", "published")

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="versions", verbose_name=_("survey"))
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    title = models.JSONField(_("title"), default=dict)
    intro = models.JSONField(_("introduction"), default=dict)
    thanks = models.JSONField(_("thanks"), default=dict)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)

    class Meta:
        app_label = "service_desk"
        verbose_name = _("version of a survey")
        verbose_name_plural = _("versions of surveys")
        ordering: ClassVar[list[str]] = ["survey", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="survey_version_numbered_once"),
            models.UniqueConstraint(
                fields=["survey"], condition=Q(state__in=["draft", "in-review"]), name="survey_has_one_open_draft"
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(approval__isnull=False, published_at__isnull=False),
                name="published_survey_has_an_approval",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey} v{self.number}"


class SurveyQuestion(models.Model):
    """A question of a version. Its code is kept from version to version, so that answers can be told together.

    `low` and `high` word the ends of a scale. `is_measure`: its answer is the survey's score.
    """

    class Kind(models.TextChoices):
        SCALE_10 = policy.QuestionKind.SCALE_10, _("scale from 0 to 10")
        SCALE_5 = policy.QuestionKind.SCALE_5, _("scale from 1 to 5")
        SCALE_7 = policy.QuestionKind.SCALE_7, _("scale from 1 to 7")
        CHOICE = policy.QuestionKind.CHOICE, _("one of several")
        CHOICES = policy.QuestionKind.CHOICES, _("any of several")
        TEXT = policy.QuestionKind.TEXT, _("own words")

    version = models.ForeignKey(
        SurveyVersion, on_delete=models.CASCADE, related_name="questions", verbose_name=_("version")
    )
    code = models.SlugField(_("code"), max_length=20)
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    required = models.BooleanField(_("must be answered"), default=True)
    is_measure = models.BooleanField(_("is the score"), default=False)
    text = models.JSONField(pgettext_lazy("survey", "question"), default=dict)
    low = models.JSONField(_("lowest score in words"), default=dict, blank=True)
    high = models.JSONField(_("highest score in words"), default=dict, blank=True)

    class Meta:
        app_label = "service_desk"
        verbose_name = pgettext_lazy("survey", "question")
        verbose_name_plural = pgettext_lazy("survey", "questions")
        ordering: ClassVar[list[str]] = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="survey_question_code_once"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(is_measure=True), name="survey_measures_by_one_question"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.code}"


class SurveyOption(models.Model):
    """Something that can be chosen as the answer to a question."""

    question = models.ForeignKey(
        SurveyQuestion,
        on_delete=models.CASCADE,
        related_name="options",
        verbose_name=pgettext_lazy("survey", "question"),
    )
    code = models.SlugField(_("code"), max_length=20)
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.JSONField(pgettext_lazy("survey", "text"), default=dict)

    class Meta:
        app_label = "service_desk"
        verbose_name = pgettext_lazy("survey", "option")
        verbose_name_plural = pgettext_lazy("survey", "options")
        ordering: ClassVar[list[str]] = ["question", "position"]
        constraints = [models.UniqueConstraint(fields=["question", "code"], name="survey_option_code_once")]

    def __str__(self) -> str:
        return f"{self.question} · {self.code}"


class SurveySkip(models.Model):
    """At a question: hide it, or after it go on with a later one, when an earlier answer is so. Without `to` it ends."""

    class Verb(models.TextChoices):
        HIDE = routing.Verb.HIDE, _("hide this question")
        JUMP = routing.Verb.JUMP, _("after this question, go on with another")

    class Compare(models.TextChoices):
        AT_MOST = routing.Compare.AT_MOST, pgettext_lazy("survey", "at most")
        AT_LEAST = routing.Compare.AT_LEAST, pgettext_lazy("survey", "at least")
        ANY_OF = routing.Compare.ANY_OF, _("one of")

    question = models.ForeignKey(
        SurveyQuestion, on_delete=models.CASCADE, related_name="skips", verbose_name=pgettext_lazy("survey", "question")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    verb = models.CharField(_("what happens"), max_length=4, choices=Verb.choices)
    on = models.ForeignKey(
        SurveyQuestion, on_delete=models.CASCADE, related_name="+", verbose_name=_("answer to the question")
    )
    compare = models.CharField(_("is"), max_length=8, choices=Compare.choices)
    number = models.PositiveSmallIntegerField(_("score"), default=0)
    options = models.JSONField(pgettext_lazy("survey", "options"), default=list, blank=True)
    to = models.ForeignKey(
        SurveyQuestion, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("go on with")
    )

    class Meta:
        app_label = "service_desk"
        verbose_name = pgettext_lazy("survey", "skip")
        verbose_name_plural = pgettext_lazy("survey", "skips")
        ordering: ClassVar[list[str]] = ["question", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to__isnull=True) | ~Q(to=F("question")), name="survey_skip_leads_elsewhere"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question} #{self.position}"
