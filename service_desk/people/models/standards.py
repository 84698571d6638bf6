from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import SealedField
from core.models import Post, Store, User, Worded


class PostStandard(models.Model):
    """SVC-09 · D7.2.1 — what good work at a post is, from a day on; the newest that has begun holds. It never changes:
    another standard takes its place."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="standards", verbose_name=_("post"))
    starts_on = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=300)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    created_at = models.DateTimeField(_("written at"), default=clock.now)

    class Meta:
        verbose_name = _("standard of a post")
        verbose_name_plural = _("standards of posts")
        ordering: ClassVar[list[str]] = ["post", "-starts_on"]
        constraints = [models.UniqueConstraint(fields=["post", "starts_on"], name="post_has_one_standard_from_a_day")]

    def __str__(self) -> str:
        return f"{self.post} · {self.starts_on}"


class StandardCriterion(Worded):
    """SVC-09 · D7.2.1 — one thing that is looked at, with its weight among the others."""

    standard = models.ForeignKey(
        PostStandard, on_delete=models.PROTECT, related_name="criteria", verbose_name=_("standard")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering: ClassVar[list[str]] = ["standard", "position"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "position"], name="criterion_has_a_place_of_its_own"),
            models.CheckConstraint(condition=Q(weight__range=(1, 100)), name="criterion_has_a_weight"),
        ]


class SpotCheck(models.Model):
    """SVC-09 · D7.2.2 — a colleague seen at work, marked by the standard of his post. He sees it, and may object; one whose
    objection was upheld is void and counts nowhere."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="spot_checks", verbose_name=_("colleague"))
    assessor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("assessor"))
    standard = models.ForeignKey(PostStandard, on_delete=models.PROTECT, related_name="+", verbose_name=_("standard"))
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    checked_at = models.DateTimeField(_("checked at"), default=clock.now)
    checked_on = models.DateField(_("checked on"), default=clock.today)
    score_bps = models.PositiveSmallIntegerField(_("score"))
    comment = SealedField(_("comment"), blank=True)
    seen_at = models.DateTimeField(_("seen at"), null=True)
    void_at = models.DateTimeField(_("void since"), null=True)

    class Meta:
        verbose_name = _("spot check")
        verbose_name_plural = _("spot checks")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [
            models.Index(fields=["checked_on"], condition=Q(void_at__isnull=True), name="spot_check_counts"),
            models.Index(fields=["person", "-id"], name="spot_check_of_person"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "assessor", "checked_on"], name="spot_checked_once_a_day_by_one_assessor"
            ),
            models.CheckConstraint(condition=~Q(person=F("assessor")), name="spot_check_is_by_somebody_else"),
            models.CheckConstraint(condition=Q(score_bps__lte=10_000), name="spot_check_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.checked_at:%Y-%m-%d}"


class SpotCheckMark(models.Model):
    """SVC-09 · D7.2.2 — the mark of one criterion, from 1 to 5."""

    check_of = models.ForeignKey(
        SpotCheck, on_delete=models.PROTECT, related_name="marks", verbose_name=_("spot check")
    )
    criterion = models.ForeignKey(
        StandardCriterion, on_delete=models.PROTECT, related_name="+", verbose_name=_("criterion")
    )
    mark = models.PositiveSmallIntegerField(_("mark"))

    class Meta:
        verbose_name = _("mark of a spot check")
        verbose_name_plural = _("marks of a spot check")
        ordering: ClassVar[list[str]] = ["check_of", "id"]
        constraints = [
            models.UniqueConstraint(fields=["check_of", "criterion"], name="criterion_is_marked_once"),
            models.CheckConstraint(condition=Q(mark__range=(1, 5)), name="mark_is_from_one_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.mark}"
