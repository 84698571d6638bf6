"""What is explained (SVC-15 · D6.4): an article is an address, what it says stands in its versions."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.models import Approval, User, Worded

TOPIC_ICONS: tuple[tuple[str, str | Promise], ...] = (
    ("badge-check", _("check mark")), ("wallet-cards", _("cards")), ("refresh-cw", _("arrows in a circle")),
    ("coins", _("coins")), ("gem", _("gem")), ("shield-check", _("shield")), ("circle-user-round", _("head and shoulders")),
    ("receipt-text", _("receipt")), ("store", _("shop")), ("headset", _("headset")), ("book-open", _("book")),
)  # fmt: skip


class ArticleCategory(Worded):
    """A topic of the help pages."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    icon = models.CharField(_("picture"), max_length=30, choices=TOPIC_ICONS, default="book-open")
    position = models.PositiveSmallIntegerField(_("position"), default=50)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering: ClassVar[list[str]] = ["position", "code"]


class Article(models.Model):
    """Something that is explained. `slug` is its address, `review_on` the day by which somebody looks it over again."""

    slug = models.SlugField(pgettext_lazy("article", "address"), max_length=60, unique=True)
    owner = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("looked after by")
    )
    review_on = models.DateField(_("to be reviewed by"), null=True, blank=True)
    reviewed_at = models.DateTimeField(_("last reviewed at"), null=True)
    made_at = models.DateTimeField(_("made at"), default=clock.now)

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering: ClassVar[list[str]] = ["slug"]
        indexes = [models.Index(fields=["review_on"], name="article_by_review")]

    def __str__(self) -> str:
        return self.slug


class VersionQuerySet(models.QuerySet["ArticleVersion"]):
    def in_force(self, on: dt.date) -> Self:
        """What readers find on a day: of each article one version at most."""
        return self.filter(
            Q(superseded_on__isnull=True) | Q(superseded_on__gt=on),
            Q(valid_until_on__isnull=True) | Q(valid_until_on__gte=on),
            state=ArticleVersion.State.PUBLISHED,
            valid_from_on__lte=on,
        )

    def to_index(self, on: dt.date) -> Self:
        """What readers find now or will find without another decision."""
        return self.filter(
            Q(superseded_on__isnull=True) | Q(superseded_on__gt=on), state=ArticleVersion.State.PUBLISHED
        )


class ArticleVersion(models.Model):
    """What an article says as decided once. Nothing of a published version changes but the day it is superseded."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        WAITING = "waiting", _("waiting for approval")
        PUBLISHED = "published", _("published")
        DROPPED = "dropped", _("dropped")

    class Audience(models.TextChoices):
        PUBLIC = "public", _("everybody")
        MEMBERS = "members", _("members")
        AGENTS = "agents", _("colleagues")

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions", verbose_name=_("article"))
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    audience = models.CharField(_("for"), max_length=8, choices=Audience.choices, default=Audience.PUBLIC)
    category = models.ForeignKey(
        ArticleCategory, on_delete=models.PROTECT, related_name="versions", verbose_name=_("topic")
    )
    is_question = models.BooleanField(_("stands among the questions"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=50)
    pins = models.JSONField(_("pages that lead here"), default=list, blank=True)
    related = models.ManyToManyField(Article, blank=True, related_name="+", verbose_name=_("see also"))
    valid_from_on = models.DateField(_("valid from"), null=True, blank=True)
    valid_until_on = models.DateField(_("valid through"), null=True, blank=True)
    superseded_on = models.DateField(_("superseded on"), null=True)
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    restores = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("restores version")
    )
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("author"))
    approval = models.ForeignKey(
        Approval, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approval")
    )
    made_at = models.DateTimeField(_("made at"), default=clock.now)
    published_at = models.DateTimeField(_("published at"), null=True)
    edition = models.PositiveSmallIntegerField(_("edition of the search index"), default=0)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of an article")
        verbose_name_plural = _("versions of articles")
        ordering: ClassVar[list[str]] = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="article_version_numbered_once"),
            models.UniqueConstraint(
                fields=["article"], condition=Q(state__in=["draft", "waiting"]), name="article_has_one_open_draft"
            ),
            models.UniqueConstraint(
                fields=["article"],
                condition=Q(state="published", superseded_on__isnull=True),
                name="article_has_one_last_word",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False, valid_from_on__isnull=False),
                name="article_published_since_a_day",
            ),
            models.CheckConstraint(
                condition=Q(valid_from_on__isnull=True)
                | Q(valid_until_on__isnull=True)
                | Q(valid_until_on__gte=F("valid_from_on")),
                name="article_ends_no_earlier_than_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(approval__isnull=False), name="article_waits_for_an_approval"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "valid_from_on"], name="article_in_force"),
            models.Index(fields=["category", "state"], name="article_by_topic"),
            models.Index(fields=["edition"], condition=Q(state="published"), name="article_to_index"),
        ]

    def __str__(self) -> str:
        return f"{self.article} · {self.number}"

    def text(self, language: str) -> "ArticleText":
        """The wording for a reader: in her language, else in the nearest that there is (`ArticleText.language` says which)."""
        found = {one.language: one for one in self.texts.all()}
        return next(found[one] for one in languages_for(language) if one in found)


class ArticleText(models.Model):
    """What a version says in one language."""

    version = models.ForeignKey(
        ArticleVersion, on_delete=models.CASCADE, related_name="texts", verbose_name=_("version")
    )
    language = models.CharField(_("language"), max_length=10)
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("summary"), max_length=240, blank=True)
    body = models.TextField(_("text"))
    keywords = models.CharField(_("other words for it"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("wording of an article")
        verbose_name_plural = _("wordings of articles")
        constraints = [models.UniqueConstraint(fields=["version", "language"], name="article_worded_once_a_language")]

    def __str__(self) -> str:
        return self.title


class ArticleTerm(models.Model):
    """A word by which a version is found, and how prominently it stands there (`policy/words.py`, `policy/ranking.py`)."""

    version = models.ForeignKey(
        ArticleVersion, on_delete=models.CASCADE, related_name="terms", verbose_name=_("version")
    )
    term = models.CharField(_("term"), max_length=40)
    weight = models.PositiveSmallIntegerField(_("weight"))

    class Meta:
        verbose_name = _("term of an article")
        verbose_name_plural = _("terms of articles")
        constraints = [models.UniqueConstraint(fields=["version", "term"], name="article_term_weighed_once")]
        indexes = [models.Index(fields=["term", "version"], name="article_by_term")]

    def __str__(self) -> str:
        return self.term


def languages_for(language: str) -> list[str]:
    """The languages in which to look for a wording: the reader's, the other script of hers, English, any other."""
    there = [code for code, _name in settings.LANGUAGES]
    kin = [code for code in there if code.partition("-")[0] == language.partition("-")[0]]
    return list(dict.fromkeys([language, *kin, "en", *there]))
