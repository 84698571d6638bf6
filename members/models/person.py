import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.fields import BlindIndexField, SealedField, digest_in
from core.models import Store, User
from members.policy import identity, referrals


class Sex(models.TextChoices):
    FEMALE = "f", _("female")
    MALE = "m", _("male")
    UNSAID = "", _("not said")


class Source(models.TextChoices):
    """Through which door a person came to us (MEM-03)."""

    WEB = "web", _("own website")
    STORE = "store", _("store")
    PARTNER = "partner", _("partner")
    SOCIAL = "social", _("social media")
    MARKETPLACE = "marketplace", _("e-commerce platform")
    REFERRAL = "referral", _("friend")
    EVENT = "event", _("event")
    IMPORT = "import", _("import")


class MemberQuerySet(models.QuerySet["Member"]):
    """Members are found by what they know of themselves, through the blind indexes."""

    def by_phone(self, phone: str) -> "MemberQuerySet":
        return self.filter(phone_index=digest_in(Member, "phone_index", phone)) if phone else self.none()

    def by_email(self, email: str) -> "MemberQuerySet":
        return self.filter(email_index=digest_in(Member, "email_index", email)) if email else self.none()

    def by_name(self, name: str) -> "MemberQuerySet":
        return self.filter(name_index=digest_in(Member, "name_index", name)) if name else self.none()


class Household(models.Model):
    """People who live together and may share what a product allows to be shared."""

    name = SealedField(_("name"), blank=True)
    created_at = models.DateTimeField(_("made at"), default=clock.now)

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")

    def __str__(self) -> str:
        return f"#{self.pk}"


def fresh_invite_code() -> str:
    """A code that nobody can guess; that it is nobody else's is the column's to refuse."""
    return referrals.code_from(secrets.randbits(64))


class Member(models.Model):
    """A person we keep a record of (MEM-03 · C2.1), with or without a log-in of her own."""

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        CLOSED = "closed", _("closed")

    number = models.CharField(_("member number"), max_length=20, unique=True)
    user = models.OneToOneField(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="member", verbose_name=_("log-in")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ACTIVE)
    name = SealedField(_("name"))
    name_index = BlindIndexField(of="name", normal="members.policy.names.matching_key", db_index=True)
    phone = SealedField(_("phone"), null=True, blank=True)
    phone_index = BlindIndexField(of="phone", null=True)
    phone_verified_at = models.DateTimeField(_("phone verified at"), null=True, blank=True)
    email = SealedField(_("e-mail"), null=True, blank=True)
    email_index = BlindIndexField(of="email", normal="core.fields.caseless", null=True)
    email_verified_at = models.DateTimeField(_("e-mail verified at"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, blank=True, default="")
    birth_on = SealedField(_("date of birth"), null=True, blank=True)
    birth_month_day = models.CharField(max_length=5, blank=True, editable=False, db_index=True)
    address = SealedField(_("address"), blank=True, default="")
    language = models.CharField(_("language"), max_length=10, default="zh-hans", choices=settings.LANGUAGES)
    preferences = models.JSONField(_("preferences"), default=dict, blank=True)
    household = models.ForeignKey(
        Household, on_delete=models.SET_NULL, null=True, blank=True, related_name="members", verbose_name=_("household")
    )
    source = models.CharField(_("source"), max_length=12, choices=Source.choices, default=Source.WEB)
    source_campaign = models.CharField(_("campaign"), max_length=60, blank=True)
    source_store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recruiting store")
    )
    source_staff = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recruited by")
    )
    referred_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="referred", verbose_name=_("referred by")
    )
    invite_code = models.CharField(
        _("invitation code"), max_length=10, unique=True, null=True, editable=False, default=fresh_invite_code
    )
    joined_at = models.DateTimeField(_("joined at"), default=clock.now)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    phone_changed_at = models.DateTimeField(_("phone changed at"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["joined_at"], name="member_by_joining")]
        constraints = [
            models.UniqueConstraint(fields=["phone_index"], name="one_member_per_phone"),
            models.UniqueConstraint(fields=["email_index"], name="one_member_per_email"),
            models.CheckConstraint(
                condition=Q(referred_by__isnull=True) | ~Q(referred_by=F("id")), name="nobody_refers_herself"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DocumentType(models.TextChoices):
    """The documents whose numbers `members.policy.identity` can read."""

    RESIDENT_ID = identity.Kind.RESIDENT_ID, _("resident identity card")
    RESIDENCE_PERMIT = (
        identity.Kind.RESIDENCE_PERMIT,
        _("residence permit for Hong Kong, Macau and Taiwan residents"),
    )
    TRAVEL_PERMIT_HK_MACAU = (
        identity.Kind.TRAVEL_PERMIT_HK_MACAU,
        _("mainland travel permit for Hong Kong and Macau residents"),
    )
    TRAVEL_PERMIT_TAIWAN = identity.Kind.TRAVEL_PERMIT_TAIWAN, _("mainland travel permit for Taiwan residents")
    FOREIGN_PERMANENT_RESIDENT = identity.Kind.FOREIGN_PERMANENT_RESIDENT, _("foreign permanent resident card")
    PASSPORT = identity.Kind.PASSPORT, _("passport")
    HONG_KONG_ID = identity.Kind.HONG_KONG_ID, _("Hong Kong identity card")
    MACAU_ID = identity.Kind.MACAU_ID, _("Macau identity card")
    TAIWAN_ID = identity.Kind.TAIWAN_ID, _("Taiwan identity card")


class IdentityDocument(models.Model):
    """An identity document whose number was given or seen. No copy of the document is kept (GB/T 45574)."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="documents", verbose_name=_("member"))
    kind = models.CharField(_("kind"), max_length=30, choices=DocumentType.choices)
    number = SealedField(pgettext_lazy("document", "number"))
    number_index = BlindIndexField(of="number", purpose="document", db_index=True)
    last_digits = models.CharField(_("last digits"), max_length=4)
    given_at = models.DateTimeField(_("given at"), default=clock.now)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    checked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("checked by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("identity document")
        verbose_name_plural = _("identity documents")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "number_index"],
                condition=Q(withdrawn_at__isnull=True),
                name="identity_document_belongs_to_one_member",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} …{self.last_digits}"
