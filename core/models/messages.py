from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.fields import SealedField


class Channel(models.TextChoices):
    INBOX = "inbox", _("inbox")
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")


class Message(models.Model):
    """A row of the outbox (MEM-08): what is to be told to whom, once per dedup key, and how far it got."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        SUPPRESSED = "suppressed", _("not sent")
        DEAD = "dead", _("given up")

    dedup_key = models.CharField(_("key"), max_length=160, unique=True)
    event = models.CharField(_("event"), max_length=80)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    purpose = models.CharField(_("purpose"), max_length=40)
    language = models.CharField(_("language"), max_length=10)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("recipient")
    )
    member_id = models.BigIntegerField(_("member"), null=True)
    address = SealedField(_("address"), blank=True)
    context = SealedField(_("content"), blank=True)
    subject = SealedField(_("subject"), blank=True)
    body = SealedField(_("text"), blank=True)
    link = models.CharField(_("link"), max_length=300, blank=True)
    about = models.CharField(_("what it is about"), max_length=80, blank=True)
    lane = models.PositiveSmallIntegerField(_("lane"), default=1)
    secret = models.BooleanField(_("secret"), default=False)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.QUEUED)
    suppressed_because = models.CharField(_("reason"), max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(_("due at"), default=clock.now)
    created_at = models.DateTimeField(_("written at"), default=clock.now)
    claim = models.CharField(_("taken by"), max_length=32, blank=True)
    claimed_at = models.DateTimeField(_("taken at"), null=True)
    consent_checked_at = models.DateTimeField(_("consent checked at"), null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    read_at = models.DateTimeField(_("read at"), null=True)
    provider = models.CharField(_("provider"), max_length=80, blank=True)
    provider_reference = models.CharField(_("provider reference"), max_length=120, blank=True)
    error = models.CharField(_("last error"), max_length=300, blank=True)
    wiped_at = models.DateTimeField(_("text wiped at"), null=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [
            models.Index(fields=["channel", "lane", "due_at", "id"], condition=Q(state="queued"), name="message_due"),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="message_claimed"),
            models.Index(
                fields=["created_at"], condition=Q(secret=True, wiped_at__isnull=True), name="message_to_wipe"
            ),
            models.Index(fields=["state", "-id"], name="message_by_state"),
            models.Index(fields=["event", "-id"], name="message_by_event"),
            models.Index(fields=["member_id", "-id"], name="message_by_member"),
            models.Index(fields=["recipient", "-id"], condition=Q(channel="inbox"), name="message_inbox"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(claimed_at__isnull=False), name="message_being_sent_has_a_claim"
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="message_sent_has_its_moment"
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(purpose="service") | Q(consent_checked_at__isnull=False),
                name="message_sent_after_consent_was_checked",
            ),
            models.CheckConstraint(
                condition=~Q(state="suppressed") | ~Q(suppressed_because=""), name="message_not_sent_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} · {self.get_channel_display()}"


class MessageTemplate(models.Model):
    """Staff wording of an event for a channel and language, one row per version; the newest speaks.

    Without a row, or where the newest is `uses_shipped`, the shipped wording is used.
    """

    event = models.CharField(_("event"), max_length=80)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    uses_shipped = models.BooleanField(_("shipped wording"), default=False)
    version = models.PositiveIntegerField(_("version"), default=1)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("edited by")
    )
    edited_at = models.DateTimeField(_("edited at"), default=clock.now)

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        constraints = [
            models.UniqueConstraint(fields=["event", "channel", "language", "version"], name="template_version_once"),
            models.CheckConstraint(condition=Q(uses_shipped=True) | ~Q(body=""), name="template_has_a_text"),
        ]

    def __str__(self) -> str:
        return f"{self.event} · {self.channel} · {self.language} v{self.version}"
