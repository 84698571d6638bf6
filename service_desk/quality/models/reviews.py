"""Reviews of cases (SVC-12 · D9): what was drawn, who looks at it, what it scored, and whether the colleague objected."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import SealedField
from core.models import Department, User
from service_desk.models.cases import Case
from service_desk.quality.models.sheets import ScoreSheet, SheetCriterion
from service_desk.quality.policy.sampling import BY_CHANCE
from service_desk.quality.policy.sampling import Reason as Why


class Reviewer(models.Model):
    """Whether somebody who may review is given cases by the draw. Without a row he is; whoever is away says so."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("reviewer"))
    is_on_duty = models.BooleanField(_("on duty"), default=True)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("changed by"))
    changed_at = models.DateTimeField(_("changed at"), default=clock.now)

    class Meta:
        verbose_name = _("reviewer")
        verbose_name_plural = _("reviewers")

    def __str__(self) -> str:
        return str(self.user)


class ReviewSample(models.Model):
    """A draw. It holds all that is needed to draw again: the seed, the rule in force, every case that could have been drawn.

    `frame` is a list of [case, colleague, critical, deadline missed, rated low]. A week is drawn once; a fresh sample for the
    verification of a finding names that finding instead. Append-only.
    """

    week_starts_on = models.DateField(_("week from"), null=True, unique=True)
    finding = models.ForeignKey(
        "QualityFinding", on_delete=models.PROTECT, null=True, related_name="samples", verbose_name=_("finding")
    )
    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="+", verbose_name=_("score sheet"))
    seed = models.CharField(_("seed"), max_length=64)
    rule = models.JSONField(_("rule in force"), default=dict)
    frame = models.JSONField(_("cases that could be drawn"), default=list)
    population = models.PositiveIntegerField(_("cases in all"))
    drawn = models.PositiveIntegerField(_("cases drawn"))
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("drawn by"))
    at = models.DateTimeField(_("drawn at"), default=clock.now)

    class Meta:
        verbose_name = _("sample")
        verbose_name_plural = _("samples")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(week_starts_on__isnull=False, finding__isnull=True)
                | Q(week_starts_on__isnull=True, finding__isnull=False),
                name="sample_is_of_a_week_or_of_a_finding",
            ),
            models.CheckConstraint(condition=Q(drawn__lte=F("population")), name="sample_is_within_its_population"),
        ]

    def __str__(self) -> str:
        return f"{self.week_starts_on:%Y-%m-%d}" if self.week_starts_on else str(self.finding)


class ReviewQuerySet(models.QuerySet["CaseReview"]):
    def open(self) -> Self:
        return self.filter(state=CaseReview.State.OPEN)

    def done(self) -> Self:
        return self.filter(state=CaseReview.State.DONE)

    def by_chance(self) -> Self:
        return self.filter(reason__in=[str(one) for one in BY_CHANCE])


class CaseReview(models.Model):
    """A closed case that is looked at against the sheet. `score` and `passed` are those in force: the reviewer's, or what an
    objection was decided to; each stands in its `ReviewScore`."""

    class State(models.TextChoices):
        OPEN = "open", _("to be reviewed")
        DONE = "done", _("reviewed")

    class Reason(models.TextChoices):
        SHARE = Why.SHARE.value, _("drawn by lot")
        AGENT = Why.AGENT.value, _("drawn by lot, so that every colleague is seen")
        SEVERE = Why.SEVERE.value, _("critical case")
        BREACHED = Why.BREACHED.value, _("a deadline was missed")
        UNHAPPY = Why.UNHAPPY.value, _("rated low")
        BY_HAND = Why.BY_HAND.value, _("chosen by a colleague")
        AGAIN = Why.AGAIN.value, _("fresh sample of a verification")

    sample = models.ForeignKey(
        ReviewSample, on_delete=models.PROTECT, null=True, related_name="reviews", verbose_name=_("sample")
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("case"))
    agent = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("colleague"))
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("department")
    )
    sheet = models.ForeignKey(
        ScoreSheet, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("score sheet")
    )
    reason = models.CharField(_("why it is reviewed"), max_length=8, choices=Reason.choices)
    note = models.CharField(_("reason given"), max_length=300, blank=True)
    reviewer = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("reviewer")
    )
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("added by"))
    made_at = models.DateTimeField(_("added at"), default=clock.now)
    due_on = models.DateField(_("to be reviewed by"))
    state = models.CharField(_("state"), max_length=4, choices=State.choices, default=State.OPEN)
    draft = SealedField(_("draft"), blank=True, default="")
    drafted_at = models.DateTimeField(_("draft kept at"), null=True)
    handed_in_at = models.DateTimeField(_("handed in at"), null=True)
    handed_in_on = models.DateField(_("handed in on"), null=True)
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    passed = models.BooleanField(_("passed"), null=True)
    rounds = models.PositiveSmallIntegerField(_("times scored"), default=0)
    seen_at = models.DateTimeField(_("seen by the colleague"), null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of a case")
        verbose_name_plural = _("reviews of cases")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state="open"), name="case_has_one_open_review"),
            models.UniqueConstraint(fields=["sample", "case"], name="case_is_drawn_once_a_sample"),
            models.CheckConstraint(condition=~Q(agent=F("reviewer")), name="review_is_by_somebody_else"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__lte=100), name="review_scores_at_most_a_hundred"
            ),
            models.CheckConstraint(
                condition=Q(state="open", score__isnull=True, passed__isnull=True, handed_in_at__isnull=True, rounds=0)
                | Q(
                    state="done", score__isnull=False, passed__isnull=False, handed_in_at__isnull=False,
                    handed_in_on__isnull=False, reviewer__isnull=False, rounds__gte=1,
                ),
                name="handed_in_review_has_its_score",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["reviewer", "due_on"], condition=Q(state="open"), name="review_to_do"),
            models.Index(fields=["agent", "-handed_in_on"], name="review_of_agent"),
            models.Index(fields=["handed_in_on", "id"], condition=Q(state="done"), name="review_by_day"),
            models.Index(fields=["state", "due_on", "id"], name="review_by_due"),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.agent}"

    def is_late(self, today: dt.date) -> bool:
        return self.state == self.State.OPEN and self.due_on < today


class ReviewScore(models.Model):
    """What a review scored: the reviewer's (1), and what was decided after an objection (2). Append-only."""

    review = models.ForeignKey(CaseReview, on_delete=models.PROTECT, related_name="scores", verbose_name=_("review"))
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    percent = models.PositiveSmallIntegerField(_("score"))
    pass_mark = models.PositiveSmallIntegerField(_("passes from"))
    passed = models.BooleanField(_("passed"))
    comment = SealedField(_("comment"), blank=True, default="")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("score of a review")
        verbose_name_plural = _("scores of reviews")
        ordering: ClassVar[list[str]] = ["review", "round"]
        constraints = [
            models.UniqueConstraint(fields=["review", "round"], name="review_is_scored_once_a_round"),
            models.CheckConstraint(condition=Q(round__in=[1, 2]), name="review_is_scored_twice_at_most"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="score_is_at_most_a_hundred"),
        ]

    def __str__(self) -> str:
        return f"{self.percent} %"


class ReviewMark(models.Model):
    """The mark of one criterion, with what the reviewer saw. Append-only."""

    score = models.ForeignKey(ReviewScore, on_delete=models.PROTECT, related_name="marks", verbose_name=_("score"))
    criterion = models.ForeignKey(
        SheetCriterion, on_delete=models.PROTECT, related_name="+", verbose_name=_("criterion")
    )
    code = models.SlugField(_("code"), max_length=20)
    mark = models.CharField(_("mark"), max_length=3)
    is_failed = models.BooleanField(_("failed"))
    remark = SealedField(_("remark"), blank=True, default="")

    class Meta:
        verbose_name = _("mark of a review")
        verbose_name_plural = _("marks of reviews")
        ordering: ClassVar[list[str]] = ["score", "id"]
        constraints = [
            models.UniqueConstraint(fields=["score", "criterion"], name="criterion_is_marked_once_a_score"),
            models.CheckConstraint(
                condition=Q(mark__in=["yes", "no", "0", "1", "2", "3", "na"]), name="mark_is_one_of_the_scale"
            ),
        ]
        indexes = [models.Index(fields=["code", "is_failed"], name="mark_by_criterion")]

    def __str__(self) -> str:
        return f"{self.code}: {self.mark}"


class ReviewObjection(models.Model):
    """The colleague says that a review is wrong, once; somebody who did not review it decides."""

    review = models.OneToOneField(
        CaseReview, on_delete=models.PROTECT, related_name="objection", verbose_name=_("review")
    )
    words = SealedField(_("objection"))
    raised_at = models.DateTimeField(_("raised at"), default=clock.now)
    upheld = models.BooleanField(_("upheld"), null=True)
    answer = SealedField(_("answer"), blank=True, default="")
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)

    class Meta:
        verbose_name = _("objection to a review")
        verbose_name_plural = _("objections to reviews")
        constraints = [
            models.CheckConstraint(
                condition=Q(upheld__isnull=True, decided_at__isnull=True, decided_by__isnull=True)
                | Q(upheld__isnull=False, decided_at__isnull=False, decided_by__isnull=False),
                name="objection_to_a_review_is_decided_once",
            )
        ]
        indexes = [models.Index(fields=["id"], condition=Q(decided_at__isnull=True), name="review_objection_open")]

    def __str__(self) -> str:
        return str(self.review)
