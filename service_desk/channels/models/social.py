from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.fields import BlindIndexField, SealedField
from core.models import User
from service_desk.models.cases import Case
from service_desk.models.thread import CaseEntry


class SocialThread(models.Model):
    """A conversation on a social network (SVC-01 · A6.2.1): its number there, who it is with, and the case it runs in."""

    network = models.SlugField(_("network"), max_length=20)
    thread = models.CharField(_("number at the network"), max_length=120)
    handle = SealedField(_("name at the network"))
    handle_index = BlindIndexField(of="handle", purpose="handle", normal="core.fields.caseless")
    link = models.CharField(_("link"), max_length=500, blank=True, default="")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="social", verbose_name=_("case"))
    opened_at = models.DateTimeField(_("first seen"), default=clock.now)

    class Meta:
        verbose_name = _("conversation on a social network")
        verbose_name_plural = _("conversations on social networks")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["network", "thread"], name="conversation_of_a_network_is_known_once")
        ]
        indexes = [models.Index(fields=["handle_index"], name="conversation_of_handle")]

    def __str__(self) -> str:
        return f"{self.network} · {self.thread}"


class SocialAnswer(models.Model):
    """An answer to a conversation (SVC-01 · A6.2.1): handed to the network by us, or given there by a colleague himself.

    `external_id` is its number at the network, by which its echo is recognised.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("social answer", "waiting")
        SENDING = "sending", pgettext_lazy("social answer", "being sent")
        SENT = "sent", pgettext_lazy("social answer", "sent")
        THERE = "there", pgettext_lazy("social answer", "answered at the network")
        FAILED = "failed", pgettext_lazy("social answer", "given up")

    thread = models.ForeignKey(
        SocialThread, on_delete=models.PROTECT, related_name="answers", verbose_name=_("conversation")
    )
    entry = models.OneToOneField(
        CaseEntry, on_delete=models.PROTECT, related_name="social_answer", verbose_name=_("entry")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices)
    external_id = models.CharField(_("number at the network"), max_length=120, blank=True, default="")
    link = models.CharField(_("link"), max_length=500, blank=True, default="")
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    error = models.CharField(_("last error"), max_length=300, blank=True, default="")
    due_at = models.DateTimeField(_("due at"), default=clock.now)
    claimed_at = models.DateTimeField(null=True, editable=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("answered by"))
    at = models.DateTimeField(_("at"), default=clock.now)
    sent_at = models.DateTimeField(_("sent at"), null=True)

    class Meta:
        verbose_name = _("answer on a social network")
        verbose_name_plural = _("answers on social networks")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(claimed_at__isnull=False), name="answer_being_sent_has_a_claim"
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="answer_sent_has_its_moment"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state__in=["waiting", "sending"]), name="answer_to_send"),
            models.Index(fields=["thread", "external_id"], condition=~Q(external_id=""), name="answer_by_number"),
        ]

    def __str__(self) -> str:
        return f"{self.thread} · {self.get_state_display()}"
