from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cards.models import Card, Limited, Term
from core import clock
from core.models import Approval, Store, User
from members.models import Household, Member


class Benefit(models.Model):
    """A benefit that belongs to no card product (LOY-09 · C3.1). What it gives stands in its versions."""

    class Kind(models.TextChoices):
        BASIC = "basic", pgettext_lazy("kind of benefit", "Basic")
        TIER = "tier", pgettext_lazy("kind of benefit", "Tier")
        EVENT = "event", pgettext_lazy("kind of benefit", "Event")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    made_at = models.DateTimeField(_("made at"), default=clock.now)
    retired_on = models.DateField(_("retired from"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("catalogue", "benefit")
        verbose_name_plural = pgettext_lazy("catalogue", "benefits")
        ordering: ClassVar[list[str]] = ["position", "code"]

    def __str__(self) -> str:
        return self.code


class BenefitVersion(Limited):
    """What a benefit gives, as two people agreed; frozen once submitted. What was granted or reserved keeps its version."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in-review", _("in review")
        APPROVED = "approved", _("approved")

    benefit = models.ForeignKey(Benefit, on_delete=models.PROTECT, related_name="versions", verbose_name=_("benefit"))
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    from_tier = models.CharField(_("from which tier on"), max_length=20, blank=True)
    products = models.JSONField(_("only with these cards"), default=list, blank=True)
    per_household = models.PositiveIntegerField(_("limit per household and year"), null=True, blank=True)
    starts_on = models.DateField(_("can be used from"), default=clock.today)
    last_valid_on = models.DateField(_("can be used through"), null=True, blank=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("author"))
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)

    class Meta:
        verbose_name = _("version of a benefit")
        verbose_name_plural = _("versions of benefits")
        ordering: ClassVar[list[str]] = ["benefit", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["benefit", "number"], name="benefit_version_numbered_once"),
            models.UniqueConstraint(
                fields=["benefit"], condition=Q(state__in=["draft", "in-review"]), name="benefit_has_one_open_draft"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approval__isnull=False), name="approved_benefit_has_an_approval"
            ),
            models.CheckConstraint(
                condition=Q(last_valid_on__isnull=True) | Q(last_valid_on__gte=F("starts_on")),
                name="benefit_ends_after_it_starts",
            ),
        ]

    @property
    def code(self) -> str:
        return self.benefit.code


class BenefitGrant(models.Model):
    """An event benefit in one member's hands (LOY-09): so many uses, of the version that was promised to her."""

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="benefit_grants", verbose_name=_("member")
    )
    version = models.ForeignKey(
        BenefitVersion, on_delete=models.PROTECT, related_name="grants", verbose_name=_("benefit")
    )
    uses = models.PositiveIntegerField(_("uses"), default=1)
    starts_on = models.DateField(_("can be used from"))
    last_valid_on = models.DateField(_("can be used through"))
    source = models.CharField(_("source"), max_length=20)
    external_id = models.CharField(_("reference at the source"), max_length=80)
    reason = models.CharField(_("reason"), max_length=200)
    granted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("granted by")
    )
    granted_at = models.DateTimeField(_("granted at"), default=clock.now)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )

    class Meta:
        verbose_name = _("granted benefit")
        verbose_name_plural = _("granted benefits")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="benefit_granted_once_per_source_key"),
            models.CheckConstraint(condition=Q(uses__gt=0), name="granted_benefit_can_be_used"),
            models.CheckConstraint(
                condition=Q(last_valid_on__gte=F("starts_on")), name="granted_benefit_ends_after_it_starts"
            ),
        ]
        indexes = [models.Index(fields=["member", "last_valid_on"], name="benefit_grant_by_member")]

    def __str__(self) -> str:
        return f"{self.version} × {self.uses}"


class BenefitCounter(models.Model):
    """How often a member, or her household, used a benefit within one period, over all of its versions."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="+")
    benefit = models.ForeignKey(Benefit, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=48)
    used = models.PositiveIntegerField(default=0)
    limit = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "benefit", "period"], name="benefit_counted_once_per_period"),
            models.UniqueConstraint(
                fields=["household", "benefit", "period"], name="benefit_counted_once_per_household_and_period"
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=True, household__isnull=False)
                | Q(member__isnull=False, household__isnull=True),
                name="benefit_counted_for_a_member_or_a_household",
            ),
            models.CheckConstraint(condition=Q(used__lte=F("limit")), name="benefit_uses_never_exceed_the_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.benefit} · {self.period}: {self.used}"


class BenefitRedemption(models.Model):
    """A benefit of the catalogue enjoyed at a store (CARD-24 · E4.4): counted in the periods named, and for the household
    where it asks; returned to the same when taken back."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="redemptions", verbose_name=_("member"))
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="redemptions", verbose_name=_("card"))
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="+", verbose_name=_("term"))
    version = models.ForeignKey(
        BenefitVersion, on_delete=models.PROTECT, related_name="redemptions", verbose_name=_("benefit")
    )
    grant = models.ForeignKey(BenefitGrant, on_delete=models.PROTECT, null=True, related_name="redemptions")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="+")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", verbose_name=_("store"))
    clerk = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("clerk"))
    quantity = models.PositiveSmallIntegerField(pgettext_lazy("how many", "number"), default=1)
    periods = models.JSONField(_("counted in"), default=list)
    value_minor = models.PositiveBigIntegerField(_("worth"), default=0)
    cost_minor = models.PositiveBigIntegerField(_("cost"), default=0)
    key = models.CharField(max_length=80, unique=True, editable=False)
    at = models.DateTimeField(_("at"), default=clock.now)
    used_on = models.DateField(_("on"))
    reversed_at = models.DateTimeField(_("reversed at"), null=True)
    reversed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("reversed by")
    )
    reversal_reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("redeemed benefit")
        verbose_name_plural = _("redeemed benefits")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [
            models.Index(fields=["member", "-id"], name="benefit_redeemed_by_member"),
            models.Index(fields=["store", "-id"], name="benefit_redeemed_at_store"),
            models.Index(fields=["used_on", "version"], name="benefit_redeemed_by_day"),
            models.Index(fields=["at"], name="benefit_redeemed_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.used_on}"

    @property
    def entitlement(self) -> BenefitVersion:
        """What a use of a card calls so."""
        return self.version


class Adviser(models.Model):
    """Whom a member of the highest tiers may turn to (LOY-15 · B8.3)."""

    member = models.OneToOneField(
        Member, on_delete=models.PROTECT, primary_key=True, related_name="adviser", verbose_name=_("member")
    )
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="advised", verbose_name=_("adviser"))
    since_on = models.DateField(_("since"))

    class Meta:
        verbose_name = _("adviser of a member")
        verbose_name_plural = _("advisers of members")
        indexes = [models.Index(fields=["person", "member"], name="adviser_members")]

    def __str__(self) -> str:
        return f"{self.member} · {self.person}"
