from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.fields import SealedField
from core.models import User
from members.models import Member
from service_desk.channels.policy import chats as policy
from service_desk.models.agents import Skill
from service_desk.models.cases import Case
from service_desk.models.thread import new_token

LINE = ("-tier_rank", "opened_at", "id")
"""LOY-15 · B8.3 — the order of the waiting line: the higher tier first, then who came first."""


class Chat(models.Model):
    """A live conversation with a member or a visitor (SVC-01 · A6.2.1). When it is over, or nobody takes it, it is a case.

    `said` counts its lines; the page asks for those behind the last one it has. A visitor is known by his session alone.
    """

    class State(models.TextChoices):
        WAITING = policy.State.WAITING, pgettext_lazy("chat", "waiting")
        TALKING = policy.State.TALKING, pgettext_lazy("chat", "going on")
        ENDED = policy.State.ENDED, pgettext_lazy("chat", "ended")
        MISSED = policy.State.MISSED, pgettext_lazy("chat", "not taken")

    class Ending(models.TextChoices):
        AGENT = policy.Ending.AGENT, pgettext_lazy("chat", "ended by the colleague")
        VISITOR = policy.Ending.VISITOR, pgettext_lazy("chat", "ended by the visitor")
        SILENCE = policy.Ending.SILENCE, pgettext_lazy("chat", "nobody said anything any more")
        PATIENCE = policy.Ending.PATIENCE, pgettext_lazy("chat", "nobody took it in time")
        NOBODY = policy.Ending.NOBODY, pgettext_lazy("chat", "nobody was there")

    token = models.CharField(max_length=24, unique=True, default=new_token, editable=False)
    key = models.CharField(max_length=120, unique=True, null=True, editable=False)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="chats", verbose_name=_("member")
    )
    name = SealedField(_("name"), blank=True, default="")
    phone = SealedField(_("phone"), blank=True, default="")
    email = SealedField(_("e-mail"), blank=True, default="")
    language = models.CharField(_("language"), max_length=10, blank=True, default="")
    tier = models.CharField(_("tier"), max_length=20, blank=True, default="")
    tier_rank = models.PositiveSmallIntegerField(_("rank of the tier"), default=0)
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("skill"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    agent = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("agent"))
    offered_to = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("offered to")
    )
    offered_at = models.DateTimeField(_("offered at"), null=True)
    passed = models.JSONField(_("let pass by"), default=list, editable=False)
    said = models.PositiveIntegerField(_("messages"), default=0)
    opened_at = models.DateTimeField(_("opened at"), default=clock.now)
    waits_since = models.DateTimeField(_("waits since"), default=clock.now)
    taken_at = models.DateTimeField(_("taken at"), null=True)
    last_said_at = models.DateTimeField(_("last message at"), default=clock.now)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ending = models.CharField(_("ending"), max_length=8, choices=Ending.choices, blank=True, default="")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, related_name="chat", verbose_name=_("case"))
    forgotten_at = models.DateTimeField(_("text forgotten at"), null=True)

    class Meta:
        verbose_name = _("chat")
        verbose_name_plural = _("chats")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "talking"], case__isnull=True, ended_at__isnull=True)
                | Q(state__in=["ended", "missed"], case__isnull=False, ended_at__isnull=False),
                name="chat_that_is_over_is_a_case",
            ),
            models.CheckConstraint(
                condition=~Q(state="talking") | Q(agent__isnull=False, taken_at__isnull=False),
                name="chat_that_goes_on_has_an_agent",
            ),
            models.UniqueConstraint(
                fields=["member"], condition=Q(state__in=["waiting", "talking"]), name="member_has_one_chat_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=[*LINE], condition=Q(state="waiting"), name="chat_line"),
            models.Index(fields=["agent", "id"], condition=Q(state="talking"), name="chat_of_agent"),
            models.Index(fields=["last_said_at"], condition=Q(state="talking"), name="chat_by_silence"),
            models.Index(fields=["member", "-id"], name="chat_of_member"),
            models.Index(fields=["ended_at"], condition=Q(forgotten_at__isnull=True), name="chat_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} · {self.opened_at:%Y-%m-%d %H:%M}"

    @property
    def is_live(self) -> bool:
        return policy.State(self.state) in policy.LIVE


class ChatLine(models.Model):
    """Something that was said in a chat: `position` has no gaps, `key` is what the sender's page calls it (SVC-01)."""

    chat = models.ForeignKey(Chat, on_delete=models.CASCADE, related_name="lines", verbose_name=_("chat"))
    position = models.PositiveIntegerField(_("position"))
    body = SealedField(_("text"), blank=True, default="")
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("written by")
    )
    key = models.CharField(max_length=64, blank=True, default="", editable=False)
    at = models.DateTimeField(_("said at"), default=clock.now)

    class Meta:
        verbose_name = _("message of a chat")
        verbose_name_plural = _("messages of chats")
        ordering: ClassVar[list[str]] = ["chat", "position"]
        constraints = [
            models.UniqueConstraint(fields=["chat", "position"], name="chat_line_has_a_place_of_its_own"),
            models.UniqueConstraint(fields=["chat", "key"], condition=~Q(key=""), name="chat_line_is_kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.chat_id} · {self.position}"


class ChatFile(models.Model):
    """A file that belongs to a message of a chat; the same that the case has later."""

    line = models.ForeignKey(ChatLine, on_delete=models.CASCADE, related_name="files", verbose_name=_("message"))
    token = models.CharField(max_length=24, unique=True, editable=False)
    name = SealedField(_("file name"))
    content_type = models.CharField(_("type"), max_length=80)
    size = models.PositiveIntegerField(_("bytes"))
    digest = models.CharField("SHA-256", max_length=64, editable=False)
    path = models.CharField(max_length=120, editable=False)

    class Meta:
        verbose_name = _("file of a chat")
        verbose_name_plural = _("files of chats")
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.content_type} · {self.size}"


class ChatSeat(models.Model):
    """A colleague who has his chat desk open (SVC-01): without one nobody would hear a visitor."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="chat_seat", verbose_name=_("agent"))
    seen_at = models.DateTimeField(_("last seen"), default=clock.now)

    class Meta:
        verbose_name = _("open chat desk")
        verbose_name_plural = _("open chat desks")
        indexes = [models.Index(fields=["seen_at"], name="seat_by_age")]

    def __str__(self) -> str:
        return str(self.user)
