from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import SealedField
from core.models import Store, User
from service_desk.people.models.courses import CourseStep, QuizQuestion, QuizQuestionVersion
from service_desk.people.models.training import Enrolment


class QuizAttempt(models.Model):
    """SVC-09 · D7.2 — one try at a quiz: begun, answered, graded for good when it is handed in or its time is over."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="attempts", verbose_name=_("enrolment")
    )
    step = models.ForeignKey(CourseStep, on_delete=models.PROTECT, related_name="attempts", verbose_name=_("quiz"))
    number = models.PositiveSmallIntegerField(_("try"))
    started_at = models.DateTimeField(_("begun at"), default=clock.now)
    ends_at = models.DateTimeField(_("time is over at"), null=True)
    pass_percent = models.PositiveSmallIntegerField(_("right answers that pass (%)"))
    closed_at = models.DateTimeField(_("handed in at"), null=True)
    score_bps = models.PositiveSmallIntegerField(_("score"), null=True)
    passed = models.BooleanField(_("passed"), null=True)

    class Meta:
        verbose_name = _("quiz attempt")
        verbose_name_plural = _("quiz attempts")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [models.Index(fields=["ends_at", "id"], condition=Q(closed_at__isnull=True), name="attempt_running")]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step", "number"], name="attempt_is_numbered_once"),
            models.UniqueConstraint(
                fields=["enrolment", "step"], condition=Q(closed_at__isnull=True), name="one_attempt_runs_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, passed__isnull=True, score_bps__isnull=True)
                | Q(closed_at__isnull=False, passed__isnull=False, score_bps__lte=10_000),
                name="attempt_is_graded_when_it_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.number}"


class QuizAnswer(models.Model):
    """SVC-09 · D7.2 — a question that an attempt drew, the order of its choices on the screen, and what was answered:
    frozen once the attempt is closed."""

    attempt = models.ForeignKey(
        QuizAttempt, on_delete=models.PROTECT, related_name="answers", verbose_name=_("attempt")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    question = models.ForeignKey(QuizQuestion, on_delete=models.PROTECT, related_name="+", verbose_name=_("question"))
    version = models.ForeignKey(
        QuizQuestionVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version")
    )
    order = models.JSONField(_("order of the choices"), default=list)
    answer = models.JSONField(_("answer"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    is_right = models.BooleanField(_("right"), null=True)

    class Meta:
        verbose_name = _("quiz answer")
        verbose_name_plural = _("quiz answers")
        ordering: ClassVar[list[str]] = ["attempt", "position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="answer_has_a_place_of_its_own"),
            models.UniqueConstraint(fields=["attempt", "question"], name="question_is_drawn_once_in_an_attempt"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt} · {self.position}"


class PracticalCheck(models.Model):
    """SVC-09 · D7.2 — what an assessor saw somebody do, line by line; never the work of the person himself."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="checks", verbose_name=_("enrolment")
    )
    step = models.ForeignKey(CourseStep, on_delete=models.PROTECT, related_name="+", verbose_name=_("step"))
    trainee = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("colleague"))
    assessor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("assessor"))
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    at = models.DateTimeField(_("at"), default=clock.now)
    marks = models.JSONField(_("marks"), default=list)
    comment = SealedField(_("comment"), blank=True)
    passed = models.BooleanField(_("passed"))

    class Meta:
        verbose_name = _("practical check")
        verbose_name_plural = _("practical checks")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(trainee=F("assessor")), name="practical_check_is_by_somebody_else")
        ]

    def __str__(self) -> str:
        return f"{self.trainee} · {self.step}"
