from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.models import Competence, Spoken, User, Worded


class Course(Worded):
    """SVC-08 · A6.1, D7.1 — what somebody learns in steps, and the competence that it certifies. Taken once it is open."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", pgettext_lazy("course", "open")
        RETIRED = "retired", _("retired")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    competence = models.ForeignKey(
        Competence,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="courses",
        verbose_name=_("leads to the certificate"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    due_days = models.PositiveSmallIntegerField(_("days to finish it"), default=14)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("made at"), default=clock.now)

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering: ClassVar[list[str]] = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(due_days__range=(1, 366)), name="course_is_done_within_a_year")
        ]


class CourseStep(Worded):
    """SVC-08, SVC-09 · D7.1, D7.2 — one thing to do: read, come to a class, pass a quiz, show it in practice.

    `questions` to `wait_minutes` are the terms of a quiz: how many are drawn, the share that passes, the time for them,
    the tries (empty: any number) and the waiting time after a failure.
    """

    class Kind(models.TextChoices):
        READ = "read", _("reading")
        CLASS = "class", _("class")
        QUIZ = "quiz", _("quiz")
        CHECK = "check", _("practical check")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="steps", verbose_name=_("course"))
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    questions = models.PositiveSmallIntegerField(_("questions drawn"), null=True, blank=True)
    pass_percent = models.PositiveSmallIntegerField(_("right answers that pass (%)"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes to answer"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries at most"), null=True, blank=True)
    wait_minutes = models.PositiveIntegerField(_("minutes to wait after a failure"), default=0)
    retired_at = models.DateTimeField(_("no longer since"), null=True)

    class Meta:
        verbose_name = _("step of a course")
        verbose_name_plural = _("steps of a course")
        ordering: ClassVar[list[str]] = ["course", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "position"],
                condition=Q(retired_at__isnull=True),
                name="course_step_has_a_place_of_its_own",
            ),
            models.CheckConstraint(
                condition=~Q(kind="quiz") | Q(questions__range=(1, 100), pass_percent__range=(1, 100)),
                name="quiz_step_says_how_many_and_what_passes",
            ),
            models.CheckConstraint(condition=Q(minutes__isnull=True) | Q(minutes__gt=0), name="quiz_time_is_some_time"),
            models.CheckConstraint(condition=Q(tries__isnull=True) | Q(tries__gt=0), name="quiz_has_a_try_at_least"),
        ]


class CourseMaterial(Spoken, models.Model):
    """SVC-08 · D7.1 — what there is to read in a step: plain paragraphs, and a file kept beside them. A change is a new
    version; the newest is read, none is ever altered."""

    step = models.ForeignKey(CourseStep, on_delete=models.PROTECT, related_name="materials", verbose_name=_("step"))
    number = models.PositiveIntegerField(_("version"))
    body = models.TextField(_("text (English)"))
    body_zh_hans = models.TextField(_("text (Simplified Chinese)"), blank=True)
    body_zh_hant = models.TextField(_("text (Traditional Chinese)"), blank=True)
    file = models.CharField(_("file"), max_length=80, blank=True)
    file_name = models.CharField(_("name of the file"), max_length=120, blank=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    created_at = models.DateTimeField(_("written at"), default=clock.now)

    class Meta:
        verbose_name = _("course material")
        verbose_name_plural = _("course material")
        ordering: ClassVar[list[str]] = ["step", "-number"]
        constraints = [models.UniqueConstraint(fields=["step", "number"], name="course_material_is_numbered_once")]

    def __str__(self) -> str:
        return f"{self.step} v{self.number}"


class QuizQuestion(models.Model):
    """SVC-09 · D7.2 — a place in the bank of questions of a course; what it asks stands in its versions."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="questions", verbose_name=_("course"))
    version = models.ForeignKey(
        "service_desk.QuizQuestionVersion",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("newest version"),
    )
    is_active = models.BooleanField(_("is asked"), default=True)
    created_at = models.DateTimeField(_("made at"), default=clock.now)

    class Meta:
        verbose_name = _("quiz question")
        verbose_name_plural = _("quiz questions")
        ordering: ClassVar[list[str]] = ["course", "id"]

    def __str__(self) -> str:
        return self.version.worded("text") if self.version else f"#{self.pk}"


class QuizQuestionVersion(Spoken, models.Model):
    """SVC-09 · D7.2 — a question as it is asked from a moment on. Attempts keep the version that they asked.

    `choices` are texts by language with whether each is right (of yes or no: none, `answer` is `true` or `false`);
    `answer` of a number is its decimal text, `tolerance` how far off it may be.
    """

    class Kind(models.TextChoices):
        SINGLE = "single", _("one choice")
        MULTIPLE = "multiple", _("several choices")
        TRUTH = "truth", _("true or false")
        NUMBER = "number", _("a number")

    question = models.ForeignKey(
        QuizQuestion, on_delete=models.PROTECT, related_name="versions", verbose_name=_("question")
    )
    number = models.PositiveIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    text = models.TextField(_("question (English)"))
    text_zh_hans = models.TextField(_("question (Simplified Chinese)"), blank=True)
    text_zh_hant = models.TextField(_("question (Traditional Chinese)"), blank=True)
    explanation = models.TextField(_("explanation (English)"), blank=True)
    explanation_zh_hans = models.TextField(_("explanation (Simplified Chinese)"), blank=True)
    explanation_zh_hant = models.TextField(_("explanation (Traditional Chinese)"), blank=True)
    choices = models.JSONField(_("choices"), default=list)
    answer = models.CharField(_("right answer"), max_length=20, blank=True)
    tolerance = models.CharField(_("may be off by"), max_length=20, blank=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    created_at = models.DateTimeField(_("written at"), default=clock.now)

    class Meta:
        verbose_name = _("version of a question")
        verbose_name_plural = _("versions of a question")
        ordering: ClassVar[list[str]] = ["question", "-number"]
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="question_version_numbered_once")]

    def __str__(self) -> str:
        return self.worded("text")


class PracticalItem(Worded):
    """SVC-09 · D7.2 — a line of the check sheet of a practical check. What is critical fails the whole."""

    step = models.ForeignKey(CourseStep, on_delete=models.PROTECT, related_name="items", verbose_name=_("step"))
    position = models.PositiveSmallIntegerField(_("position"))
    is_critical = models.BooleanField(_("must be right"), default=False)
    retired_at = models.DateTimeField(_("no longer since"), null=True)

    class Meta:
        verbose_name = _("line of a check sheet")
        verbose_name_plural = _("lines of a check sheet")
        ordering: ClassVar[list[str]] = ["step", "position", "id"]
