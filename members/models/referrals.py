from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import User
from members.models.person import Member


class Referral(models.Model):
    """That a member came on another's invitation (MEM-10), and what becomes of it.

    An invitation goes from an older member to a newer one, so that nobody invites herself and no circle can close.
    `origin` is a keyed digest of the address she joined from: it is compared, never read.
    """

    class State(models.TextChoices):
        JOINED = "joined", _("joined")
        HELD = "held", _("held for review")
        REWARDED = "rewarded", _("rewarded")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("reward taken back")

    PAID = (State.REWARDED, State.WITHDRAWN)

    referrer = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="invited", verbose_name=_("inviting member")
    )
    friend = models.OneToOneField(
        Member, on_delete=models.PROTECT, related_name="invitation", verbose_name=_("invited member")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.JOINED)
    because = models.JSONField(_("why"), default=list)
    joined_at = models.DateTimeField(_("joined at"), default=clock.now)
    joined_on = models.DateField(_("joined on"))
    origin = models.CharField(max_length=40, blank=True, editable=False)
    same_device = models.BooleanField(_("joined in the inviting member’s browser"), default=False)
    looked_at = models.DateTimeField(_("looked at"), null=True)
    reviewed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True)
    review_reason = models.CharField(_("reason"), max_length=200, blank=True)
    rewarded_at = models.DateTimeField(_("rewarded at"), null=True)
    withdrawn_at = models.DateTimeField(_("reward taken back at"), null=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    place = models.PositiveSmallIntegerField(_("reward of the year"), null=True)
    referrer_points = models.PositiveIntegerField(_("points to the inviting member"), default=0)
    friend_points = models.PositiveIntegerField(_("points to the invited member"), default=0)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(friend__gt=F("referrer")), name="invitation_goes_from_older_to_newer"),
            models.CheckConstraint(
                condition=Q(state__in=["rewarded", "withdrawn"], rewarded_at__isnull=False)
                | (~Q(state__in=["rewarded", "withdrawn"]) & Q(rewarded_at__isnull=True)),
                name="rewarded_invitation_says_when",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at__isnull=True)),
                name="withdrawn_invitation_says_when",
            ),
            models.UniqueConstraint(
                fields=["referrer", "year", "place"], name="invitation_takes_its_own_place_in_the_year"
            ),
        ]
        indexes = [
            models.Index(fields=["referrer", "joined_on"], name="invitation_by_day"),
            models.Index(fields=["id"], condition=Q(state="joined"), name="invitation_open"),
            models.Index(fields=["-id"], condition=Q(state="held"), name="invitation_held"),
            models.Index(fields=["id"], condition=Q(state="rewarded"), name="invitation_rewarded"),
        ]

    def __str__(self) -> str:
        return f"{self.referrer} → {self.friend}"
