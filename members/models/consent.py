from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Channel, User
from members.models.person import Member
from members.policy import consent as policy


class LegalText(models.Model):
    """A version of a text that people accept: privacy policy, terms of membership, card agreement."""

    class Kind(models.TextChoices):
        PRIVACY = "privacy", _("privacy policy")
        TERMS = "terms", _("terms of membership")
        CARD_AGREEMENT = "card-agreement", _("card agreement")
        AUTO_RENEWAL = "auto-renewal", _("agreement on automatic renewal")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    version = models.PositiveIntegerField(_("version"))
    effective_on = models.DateField(_("in force from"))
    bodies = models.JSONField(_("texts by language"), default=dict)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("published by")
    )

    class Meta:
        verbose_name = _("legal text")
        verbose_name_plural = _("legal texts")
        ordering: ClassVar[list[str]] = ["kind", "-version"]
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="legal_text_version_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} v{self.version}"


class Purpose(models.TextChoices):
    """What a member is asked a yes or no for; `members.policy.consent` says what each answer allows."""

    MARKETING = policy.Purpose.MARKETING, _("offers and news")
    REMINDER = policy.Purpose.REMINDER, _("reminders about my membership")
    SURVEY = policy.Purpose.SURVEY, _("questions about our service")
    PROFILING = policy.Purpose.PROFILING, _("offers chosen from my use")
    PARTNER = policy.Purpose.PARTNER, _("sharing with partners")
    IDENTITY = policy.Purpose.IDENTITY, _("keeping my identity number")


class Consent(models.Model):
    """One decision of a member about one purpose on one channel (MEM-05). Append-only: the latest row is in force."""

    class Via(models.TextChoices):
        SIGN_UP = "sign-up", _("sign-up")
        PORTAL = "portal", _("portal")
        COUNTER = "counter", _("counter")
        PURCHASE = "purchase", _("purchase")
        UNSUBSCRIBE = "unsubscribe", _("unsubscribe link")
        STAFF = "staff", _("staff on request")

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="consents", verbose_name=_("member"))
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, blank=True)
    granted = models.BooleanField(_("granted"))
    text = models.ForeignKey(LegalText, on_delete=models.PROTECT, related_name="+", verbose_name=_("text"))
    via = models.CharField(_("where"), max_length=12, choices=Via.choices)
    at = models.DateTimeField(_("at"), default=clock.now)
    address = models.CharField(_("IP address"), max_length=45, blank=True)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["member", "purpose", "channel", "-id"], name="consent_in_force")]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.get_channel_display()} {'✓' if self.granted else '✗'}"


class Acceptance(models.Model):
    """A legal text accepted by a person: which version, when, from where (CARD-08)."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="acceptances", verbose_name=_("member"))
    text = models.ForeignKey(LegalText, on_delete=models.PROTECT, related_name="+", verbose_name=_("text"))
    language = models.CharField(_("language"), max_length=10)
    at = models.DateTimeField(_("at"), default=clock.now)
    address = models.CharField(_("IP address"), max_length=45, blank=True)

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")

    def __str__(self) -> str:
        return f"{self.text} · {self.at:%Y-%m-%d}"
