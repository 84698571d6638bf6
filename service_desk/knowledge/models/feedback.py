"""What readers make of the articles: views, answers to “did this help?”, searches in vain (SVC-15 · D6.4)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import SealedField
from core.models import User
from members.models import Member
from service_desk.knowledge.models.articles import Article, ArticleVersion


class ArticleRating(models.Model):
    """One reader's answer to “did this help?” for one version. `rater` is a keyed digest of the account or the session."""

    version = models.ForeignKey(
        ArticleVersion, on_delete=models.PROTECT, related_name="ratings", verbose_name=_("version")
    )
    rater = models.CharField(max_length=64, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("member"))
    helped = models.BooleanField(_("helped"))
    comment = SealedField(_("comment"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10)
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("rating of an article")
        verbose_name_plural = _("ratings of articles")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [models.UniqueConstraint(fields=["version", "rater"], name="article_rated_once_a_reader")]

    def __str__(self) -> str:
        return f"{self.version} {'✓' if self.helped else '✗'}"


class ArticleDay(models.Model):
    """How often an article was opened on a day, and how often an agent put it into a reply."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="days", verbose_name=_("article"))
    day = models.DateField(_("day"))
    views = models.PositiveIntegerField(_("views"), default=0)
    replies = models.PositiveIntegerField(_("used in replies"), default=0)

    class Meta:
        verbose_name = _("day of an article")
        verbose_name_plural = _("days of articles")
        constraints = [models.UniqueConstraint(fields=["article", "day"], name="article_counted_once_a_day")]
        indexes = [models.Index(fields=["day", "article"], name="article_by_day")]

    def __str__(self) -> str:
        return f"{self.article} · {self.day}"


class VainSearch(models.Model):
    """What people looked for in vain, without what could name a person (`policy.words.in_vain`)."""

    text = models.CharField(_("what was looked for"), max_length=80, db_index=True)
    language = models.CharField(_("language"), max_length=10)
    times = models.PositiveIntegerField(_("how often"), default=0)
    first_at = models.DateTimeField(_("first at"), default=clock.now)
    last_at = models.DateTimeField(_("last at"), default=clock.now)
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("settled by")
    )
    outcome = models.CharField(_("what was done"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("search in vain")
        verbose_name_plural = _("searches in vain")
        ordering: ClassVar[list[str]] = ["-times", "-last_at"]
        constraints = [
            models.UniqueConstraint(fields=["text", "language"], name="vain_search_counted_once"),
            models.CheckConstraint(condition=Q(first_at__lte=F("last_at")), name="vain_search_ends_after_it_begins"),
        ]
        indexes = [
            models.Index(fields=["-times", "-last_at"], condition=Q(settled_at__isnull=True), name="vain_to_settle"),
            models.Index(fields=["-times", "-last_at", "-id"], name="vain_by_times"),
            models.Index(fields=["last_at"], name="vain_by_age"),
        ]

    def __str__(self) -> str:
        return self.text
