"""What is announced (MEM-11 · D9.4, D7): to whom, from when to when, how loudly, and who has read it."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cards.models import Product
from core import clock
from core.models import Approval, User
from members.models import LegalText
from service_desk.knowledge.models.articles import languages_for
from service_desk.knowledge.policy import announcing


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def begun(self, at: dt.datetime) -> Self:
        """What has been decided and has begun by a moment, ended or not."""
        return self.filter(state=Announcement.State.PUBLISHED, starts_at__lte=at)

    def live(self, at: dt.datetime) -> Self:
        """What is announced at a moment."""
        return self.begun(at).filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))


class Announcement(models.Model):
    """Something that members or colleagues shall know. Once two people agreed, nothing of it changes but its end."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        WAITING = "waiting", _("waiting for approval")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Kind(models.TextChoices):
        NOTICE = announcing.Kind.NOTICE.value, _("notice")
        POLICY = announcing.Kind.POLICY.value, _("change of policy")
        NEW = announcing.Kind.NEW.value, _("what is new")

    class Audience(models.TextChoices):
        MEMBERS = announcing.Audience.MEMBERS.value, _("all members")
        TIERS = announcing.Audience.TIERS.value, _("members of tiers")
        HOLDERS = announcing.Audience.HOLDERS.value, _("holders of cards")
        STORE_STAFF = announcing.Audience.STORE_STAFF.value, _("colleagues at stores")
        STAFF = announcing.Audience.STAFF.value, _("all colleagues")

    class Importance(models.TextChoices):
        NORMAL = "normal", _("normal")
        IMPORTANT = "important", _("important")
        URGENT = "urgent", _("urgent")

    class Purpose(models.TextChoices):
        SERVICE = announcing.SERVICE, _("what the contract needs")
        MARKETING = announcing.MARKETING, _("offers and news")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.NOTICE)
    importance = models.CharField(_("importance"), max_length=10, choices=Importance.choices, default=Importance.NORMAL)
    audience = models.CharField(_("for"), max_length=12, choices=Audience.choices, default=Audience.MEMBERS)
    tiers = models.JSONField(_("tiers"), default=list, blank=True)
    products = models.ManyToManyField(Product, blank=True, related_name="+", verbose_name=_("cards"))
    starts_at = models.DateTimeField(pgettext_lazy("moment", "from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    is_pinned = models.BooleanField(_("stands above every page until dismissed"), default=False)
    sends_message = models.BooleanField(_("is also sent as a message"), default=False)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices, default=Purpose.SERVICE)
    legal_text = models.ForeignKey(
        LegalText, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("legal text")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    approval = models.ForeignKey(
        Approval, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approval")
    )
    made_at = models.DateTimeField(_("made at"), default=clock.now)
    published_at = models.DateTimeField(_("published at"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    told_through = models.PositiveBigIntegerField(_("written to, as far as number"), default=0)
    told_at = models.DateTimeField(_("everybody written to at"), null=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering: ClassVar[list[str]] = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="announcement_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False, approval__isnull=False),
                name="announcement_published_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(withdrawn_at__isnull=False),
                name="announcement_withdrawn_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(kind="policy") | Q(legal_text__isnull=False), name="announced_policy_names_its_text"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-starts_at"], name="announcement_by_start"),
            models.Index(
                fields=["starts_at"],
                condition=Q(state="published", sends_message=True, told_at__isnull=True),
                name="announcement_to_tell",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    def text(self, language: str) -> "AnnouncementText":
        """The wording for a reader, as `ArticleVersion.text`."""
        found = {one.language: one for one in self.texts.all()}
        return next(found[one] for one in languages_for(language) if one in found)


class AnnouncementText(models.Model):
    """What an announcement says in one language; `summary` is its one line above the pages."""

    announcement = models.ForeignKey(
        Announcement, on_delete=models.CASCADE, related_name="texts", verbose_name=_("announcement")
    )
    language = models.CharField(_("language"), max_length=10)
    title = models.CharField(_("title"), max_length=120)
    summary = models.CharField(_("in one line"), max_length=240)
    body = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("wording of an announcement")
        verbose_name_plural = _("wordings of announcements")
        constraints = [
            models.UniqueConstraint(fields=["announcement", "language"], name="announcement_worded_once_a_language")
        ]

    def __str__(self) -> str:
        return self.title


class AnnouncementReading(models.Model):
    """That somebody has read an announcement, or has taken it from above his pages."""

    announcement = models.ForeignKey(
        Announcement, on_delete=models.PROTECT, related_name="readings", verbose_name=_("announcement")
    )
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("reader"))
    read_at = models.DateTimeField(_("read at"), null=True)
    dismissed_at = models.DateTimeField(_("dismissed at"), null=True)

    class Meta:
        verbose_name = _("reading of an announcement")
        verbose_name_plural = _("readings of announcements")
        constraints = [models.UniqueConstraint(fields=["user", "announcement"], name="announcement_read_once_a_reader")]

    def __str__(self) -> str:
        return f"{self.announcement} · {self.user}"
