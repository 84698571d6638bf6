"""Telling the members whom an incident concerns: whom, what, decided by whom, and each of them once (SVC-16 · D12)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Approval, User
from members.models import Member
from service_desk.incidents.models.incidents import Incident


class IncidentTelling(models.Model):
    """A message to the members concerned. What it says and to whom never changes once it is asked for."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for approval")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        DROPPED = "dropped", _("not sent")

    class Rule(models.TextChoices):
        CASES = "cases", _("members with a case that belongs to it")
        HOLDERS = "holders", _("holders of a card product")
        VISITORS = "visitors", _("members who used a card or bought something at stores in a period")
        LISTED = "listed", _("members on a list of numbers")

    incident = models.ForeignKey(
        Incident, on_delete=models.PROTECT, related_name="tellings", verbose_name=_("incident")
    )
    rule = models.CharField(_("whom"), max_length=10, choices=Rule.choices)
    chosen = models.JSONField(_("chosen"), default=dict)
    texts = models.JSONField(_("words for members"))
    expected = models.PositiveIntegerField(_("members concerned"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    approval = models.ForeignKey(
        Approval, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approval")
    )
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by"))
    made_at = models.DateTimeField(_("made at"), default=clock.now)
    told_through = models.PositiveBigIntegerField(_("written to, as far as number"), default=0)
    told = models.PositiveIntegerField(_("members written to"), default=0)
    finished_at = models.DateTimeField(_("everybody written to at"), null=True)
    key = models.CharField(max_length=80, unique=True, editable=False)

    class Meta:
        verbose_name = _("message to members concerned")
        verbose_name_plural = _("messages to members concerned")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(finished_at__isnull=False), name="sent_telling_has_its_moment"
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(state="sending"), name="telling_to_send")]

    def __str__(self) -> str:
        return f"{self.incident} · {self.pk}"


class MemberTold(models.Model):
    """That a member was written to. Append-only."""

    telling = models.ForeignKey(
        IncidentTelling, on_delete=models.PROTECT, related_name="members", verbose_name=_("message")
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("member told")
        verbose_name_plural = _("members told")
        constraints = [models.UniqueConstraint(fields=["telling", "member"], name="member_told_once_a_message")]

    def __str__(self) -> str:
        return f"{self.telling} · {self.member_id}"
