from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.fields import BlindIndexField, SealedField
from core.models import User
from service_desk.channels.policy.mail_kinds import Kind
from service_desk.channels.policy.mail_threads import Way
from service_desk.models.cases import Case
from service_desk.models.thread import CaseEntry


class InboundMail(models.Model):
    """A mail that arrived (SVC-01 · A6.2.1), once however often it is delivered: what it was, and what became of it.

    `text` is the whole of it, as long as it is kept: the thread has what was newly written. `key` is a digest of what its
    sender sent, whatever the way here added. What was set aside waits for a colleague until `settled_at`.
    """

    class Via(models.TextChoices):
        HOOK = "hook", _("mail service")
        MAILBOX = "mailbox", _("mailbox")
        DEMO = "demo", _("outbox of the demo")

    class Kind(models.TextChoices):
        PERSON = Kind.PERSON, pgettext_lazy("mail", "written by a person")
        AUTOMATIC = Kind.AUTOMATIC, pgettext_lazy("mail", "automatic answer")
        LIST = Kind.LIST, pgettext_lazy("mail", "mailing list")
        BOUNCE = Kind.BOUNCE, pgettext_lazy("mail", "not delivered")
        OURS = Kind.OURS, pgettext_lazy("mail", "from ourselves")

    class Outcome(models.TextChoices):
        OPENED = Way.OPENED, pgettext_lazy("mail", "opened a case")
        THREADED = Way.THREADED, pgettext_lazy("mail", "belongs to a case")
        STRANGER = Way.STRANGER, pgettext_lazy("mail", "of somebody else, about a case")
        NOTED = Way.NOTED, pgettext_lazy("mail", "noted in a case")
        UNDELIVERED = Way.UNDELIVERED, pgettext_lazy("mail", "tells that ours did not arrive")
        SET_ASIDE = Way.SET_ASIDE, pgettext_lazy("mail", "set aside")
        DROPPED = Way.DROPPED, pgettext_lazy("mail", "not taken")

    class Reason(models.TextChoices):
        NONE = "", "—"
        AUTOMATIC = "automatic", pgettext_lazy("mail", "a machine wrote it, about no case")
        NO_SENDER = "no-sender", pgettext_lazy("mail", "no sender can be made out")
        SENDER_OFTEN = "sender-often", pgettext_lazy("mail", "too many from this sender within an hour")
        CASE_OFTEN = "case-often", pgettext_lazy("mail", "too many in this case within an hour")
        LOOP = "loop", pgettext_lazy("mail", "our own mail came back")
        ARRIVED = "arrived", pgettext_lazy("mail", "only says that ours arrives later, or has arrived")

    key = models.CharField(max_length=64, unique=True, editable=False)
    via = models.CharField(_("arrived by"), max_length=8, choices=Via.choices)
    message_id = models.CharField(_("Message-ID"), max_length=200, blank=True, default="")
    sender = SealedField(_("sender"), blank=True, default="")
    sender_index = BlindIndexField(of="sender", purpose="email", normal="core.fields.caseless")
    sender_name = SealedField(_("name"), blank=True, default="")
    subject = SealedField(_("subject"), blank=True, default="")
    text = SealedField(_("whole text"), blank=True, default="")
    files = models.PositiveSmallIntegerField(_("files"), default=0)
    size = models.PositiveIntegerField(_("bytes"), default=0)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    outcome = models.CharField(_("what became of it"), max_length=12, choices=Outcome.choices)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices, blank=True, default=Reason.NONE)
    is_acknowledged = models.BooleanField(_("receipt acknowledged"), default=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="mails", verbose_name=_("case"))
    entry = models.OneToOneField(
        CaseEntry, on_delete=models.PROTECT, null=True, related_name="mail", verbose_name=_("entry")
    )
    sent_at = models.DateTimeField(_("sent at"), null=True)
    received_at = models.DateTimeField(_("received at"), default=clock.now)
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("settled by")
    )
    forgotten_at = models.DateTimeField(_("text forgotten at"), null=True)

    class Meta:
        verbose_name = _("e-mail received")
        verbose_name_plural = _("e-mails received")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["set-aside", "dropped"]) | Q(case__isnull=False), name="mail_taken_has_a_case"
            )
        ]
        indexes = [
            models.Index(fields=["sender_index", "-received_at"], name="mail_of_sender"),
            models.Index(fields=["case", "-received_at"], name="mail_of_case"),
            models.Index(
                fields=["-id"], condition=Q(outcome="set-aside", settled_at__isnull=True), name="mail_set_aside"
            ),
            models.Index(fields=["outcome", "-id"], name="mail_by_outcome"),
            models.Index(fields=["received_at"], condition=Q(forgotten_at__isnull=True), name="mail_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.received_at:%Y-%m-%d %H:%M}"


class FetchedMail(models.Model):
    """A mail in the mailbox (SVC-01 · A6.2.1) by the number that the mailbox gave it: fetched, or tried and failed.

    A mailbox that was laid anew has another validity; its numbers begin again.
    """

    mailbox = models.CharField(_("mailbox"), max_length=160)
    validity = models.BigIntegerField(_("UIDVALIDITY"))
    uid = models.BigIntegerField(_("UID"))
    mail = models.ForeignKey(
        InboundMail, on_delete=models.PROTECT, null=True, related_name="fetched", verbose_name=_("e-mail")
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=1)
    error = models.CharField(_("last error"), max_length=300, blank=True, default="")
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("e-mail of the mailbox")
        verbose_name_plural = _("e-mails of the mailbox")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "validity", "uid"], name="mail_of_a_mailbox_is_fetched_once"),
            models.CheckConstraint(condition=Q(mail__isnull=False) | ~Q(error=""), name="mail_not_fetched_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox} · {self.uid}"
