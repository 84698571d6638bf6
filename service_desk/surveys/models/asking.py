"""When a survey is asked, and who was asked (SVC-06, SVC-07 · D5.1)."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.models import Store, User
from members.models import Member
from service_desk.surveys.models.surveys import Survey, SurveyVersion


class TouchPoint(models.TextChoices):
    """Where a member met us."""

    REGISTRATION = "registration", _("joining")
    CARD_PURCHASE = "card-purchase", _("card bought")
    ACTIVATION = "activation", _("card activated")
    BENEFIT_USE = "benefit-use", _("benefit used")
    PURCHASE = "purchase", pgettext_lazy("survey", "purchase")
    RENEWAL = "renewal", _("card renewed")
    AFTER_SALE = "after-sale", _("return or refund")
    CASE_CLOSED = "case-closed", _("case closed")
    PERIODIC = "periodic", _("at regular times")


class SurveyTrigger(models.Model):
    """When a survey is asked: at which touch-point, how long after it, what share of whom; from a day to another.

    `share_bps` in basis points. Empty filters let everybody through. `every_months` belongs to surveys at regular times.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="triggers", verbose_name=_("survey"))
    touch_point = models.CharField(_("touch-point"), max_length=14, choices=TouchPoint.choices)
    delay_hours = models.PositiveSmallIntegerField(_("hours after it"), default=24)
    every_months = models.PositiveSmallIntegerField(_("every so many months"), null=True, blank=True)
    share_bps = models.PositiveIntegerField(_("share that is asked"), default=10_000)
    stores = models.ManyToManyField(Store, blank=True, related_name="+", verbose_name=_("only of these stores"))
    tiers = models.JSONField(_("only of these tiers"), default=list, blank=True)
    products = models.JSONField(_("only of these cards"), default=list, blank=True)
    starts_on = models.DateField(_("from"), default=clock.today)
    last_valid_on = models.DateField(_("through"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    made_at = models.DateTimeField(_("made at"), default=clock.now)

    class Meta:
        app_label = "service_desk"
        verbose_name = _("occasion of a survey")
        verbose_name_plural = _("occasions of surveys")
        ordering: ClassVar[list[str]] = ["survey", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(share_bps__gt=0, share_bps__lte=10_000), name="survey_asks_some_share"),
            models.CheckConstraint(
                condition=Q(touch_point="periodic", every_months__gt=0)
                | (~Q(touch_point="periodic") & Q(every_months__isnull=True)),
                name="survey_recurs_only_at_regular_times",
            ),
            models.CheckConstraint(
                condition=Q(last_valid_on__isnull=True) | Q(last_valid_on__gte=F("starts_on")),
                name="survey_trigger_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey} · {self.get_touch_point_display()}"


class SurveyInvitation(models.Model):
    """That a member was asked, about what, and by which version; one for each occasion.

    Store, colleague, product, tier and channel are those of the occasion, as they were. `public_id` opens nothing: the link's
    token is made from it with a key, and only a digest of the token is kept here. Invitations of a member are numbered without
    gaps and each begins where the rest after the one before ends, so that two sweeps at once cannot ask her twice.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="invitations", verbose_name=_("survey"))
    version = models.ForeignKey(SurveyVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version"))
    trigger = models.ForeignKey(
        SurveyTrigger, on_delete=models.PROTECT, related_name="+", verbose_name=pgettext_lazy("survey", "occasion")
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="survey_invitations", verbose_name=_("member")
    )
    touch_point = models.CharField(_("touch-point"), max_length=14, choices=TouchPoint.choices)
    source = models.CharField(_("kind of occasion"), max_length=40)
    fact = models.BigIntegerField(_("number of the occasion"))
    occurred_at = models.DateTimeField(_("happened at"))
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    agent = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("colleague"))
    product = models.CharField(_("card product"), max_length=40, blank=True)
    tier = models.CharField(_("tier"), max_length=20, blank=True)
    channel = models.CharField(_("channel"), max_length=20, blank=True)
    sequence = models.PositiveIntegerField(pgettext_lazy("survey", "number"))
    asked_at = models.DateTimeField(pgettext_lazy("survey", "asked at"), default=clock.now)
    asked_on = models.DateField(pgettext_lazy("survey", "asked on"))
    allowed_from_on = models.DateField(_("could be asked from"), null=True)
    rests_until_on = models.DateField(_("rests until"))
    expires_at = models.DateTimeField(_("link valid until"))
    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    token_digest = models.CharField(max_length=40, unique=True, editable=False)
    begun_at = models.DateTimeField(_("begun at"), null=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        app_label = "service_desk"
        verbose_name = _("invitation to a survey")
        verbose_name_plural = _("invitations to surveys")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["trigger", "source", "fact"], name="survey_asked_once_per_occasion"),
            models.UniqueConstraint(fields=["member", "sequence"], name="survey_invitation_takes_its_own_turn"),
            models.CheckConstraint(
                condition=Q(sequence=1, allowed_from_on__isnull=True)
                | Q(sequence__gt=1, asked_on__gte=F("allowed_from_on")),
                name="survey_never_asked_before_the_rest_ends",
            ),
            models.CheckConstraint(condition=Q(rests_until_on__gt=F("asked_on")), name="survey_is_followed_by_rest"),
        ]
        indexes = [
            models.Index(fields=["survey", "asked_on"], name="survey_invitation_by_day"),
            models.Index(
                fields=["expires_at"],
                condition=Q(begun_at__isnull=False, closed_at__isnull=True),
                name="survey_left_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey} · {self.asked_on}"
