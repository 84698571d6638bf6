from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from core import clock, crypto
from core.fields import SealedField
from core.models import User
from members.models import Member
from service_desk.models.cases import Case
from service_desk.models.choices import CaseChannel


class CaseEntry(models.Model):
    """Something that was said, in the one thread of a case over all channels (SVC-01 · A6.2.1). Never changed, never lost.

    `source` and `external_id` recognise a repeat for ever; `message_id` is the Message-ID of a mail, by which an answer
    finds its thread. `digest` is a keyed digest of the text: an altered one shows. A merge moves an entry to the other case
    and notes in `merged_from` where it was said.
    """

    class Direction(models.TextChoices):
        INCOMING = "in", _("from the member")
        OUTGOING = "out", _("to the member")
        NOTE = "note", _("internal note")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries", verbose_name=_("case"))
    merged_from = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("merged from")
    )
    direction = models.CharField(_("direction"), max_length=4, choices=Direction.choices)
    channel = models.CharField(_("channel"), max_length=8, choices=CaseChannel.choices)
    body = SealedField(_("text"), blank=True)
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("written by")
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("member"))
    sender = SealedField(_("sender"), blank=True, default="")
    source = models.CharField(_("source"), max_length=20, blank=True, default="")
    external_id = models.CharField(_("number at the source"), max_length=200, blank=True, default="")
    message_id = models.CharField("Message-ID", max_length=200, blank=True, default="")
    in_reply_to = models.CharField("In-Reply-To", max_length=200, blank=True, default="")
    digest = models.CharField(max_length=32, blank=True, default="", editable=False)
    at = models.DateTimeField(_("said at"), default=clock.now)
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now)

    class Meta:
        verbose_name = _("entry of a case")
        verbose_name_plural = _("entries of cases")
        ordering: ClassVar[list[str]] = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"], condition=~Q(external_id=""), name="entry_of_a_source_arrives_once"
            ),
            models.CheckConstraint(
                condition=Q(external_id="") | ~Q(source=""), name="number_of_an_entry_names_its_source"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "at", "id"], name="entry_thread"),
            models.Index(fields=["message_id"], condition=~Q(message_id=""), name="entry_by_message_id"),
            models.Index(fields=["merged_from"], condition=Q(merged_from__isnull=False), name="entry_merged_from"),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.get_direction_display()}"

    @property
    def is_whole(self) -> bool:
        """Whether the text is the one that was written down, or was erased altogether."""
        return not self.body or crypto.same(self.digest, digest_of(self.body))


def digest_of(body: str) -> str:
    return crypto.keyed_digest(body, key=settings.INDEX_KEY, purpose="case-entry")[:32] if body else ""


def new_token() -> str:
    """An unguessable name for an address."""
    return get_random_string(24, "abcdefghjkmnpqrstuvwxyz23456789")


class CaseAttachment(models.Model):
    """A file that belongs to an entry (SVC-01): sniffed, measured, bare of EXIF; who asks for it is checked each time."""

    entry = models.ForeignKey(CaseEntry, on_delete=models.PROTECT, related_name="attachments", verbose_name=_("entry"))
    token = models.CharField(max_length=24, unique=True, default=new_token, editable=False)
    name = SealedField(_("file name"))
    content_type = models.CharField(_("type"), max_length=80)
    size = models.PositiveIntegerField(_("bytes"))
    digest = models.CharField("SHA-256", max_length=64, editable=False)
    path = models.CharField(max_length=120, editable=False)
    kept_at = models.DateTimeField(_("kept at"), default=clock.now)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.content_type} · {self.size}"
