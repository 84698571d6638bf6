from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cards.models.numbers import NumberSeries
from core import clock
from core.models import Approval, Store, User, Worded
from members.models import LegalText

MONTH_DAY = RegexValidator(r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$", _("Write month and day as MM-DD."))


class Tier(models.TextChoices):
    """A member's tiers, from the lowest, as far as a card asks for one (CARD-01). What a tier is belongs to loyalty."""

    NORMAL = "normal", pgettext_lazy("tier", "Normal")
    SILVER = "silver", pgettext_lazy("tier", "Silver")
    GOLD = "gold", pgettext_lazy("tier", "Gold")
    PLATINUM = "platinum", pgettext_lazy("tier", "Platinum")


class Product(models.Model):
    """A kind of annual card the company sells (CARD-01, CARD-04 · A2). What it is worth stands in its versions."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in-review", _("in review")
        PILOT = "pilot", _("pilot")
        APPROVED = "approved", _("approved")
        ON_SALE = "on-sale", _("on sale")
        SUSPENDED = "suspended", _("suspended")
        RETIRED = "retired", _("retired")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    series = models.ForeignKey(
        NumberSeries, on_delete=models.PROTECT, related_name="products", verbose_name=_("number series")
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    version = models.ForeignKey(
        "cards.ProductVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("version on sale"),
    )
    position = models.PositiveSmallIntegerField(_("position on the site"), default=100)
    state_reason = models.CharField(_("why"), max_length=300, blank=True, editable=False)
    state_changed_at = models.DateTimeField(_("since"), default=clock.now, editable=False)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("made at"), default=clock.now)

    class Meta:
        verbose_name = _("card product")
        verbose_name_plural = _("card products")
        ordering: ClassVar[list[str]] = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["pilot", "on-sale", "suspended"]) | Q(version__isnull=False),
                name="product_on_sale_has_an_approved_version",
            )
        ]

    def __str__(self) -> str:
        return self.version.localized_name if self.version else self.code


class ProductVersion(Worded):
    """What a product was worth at a time (CARD-05 · A2.2.2). Frozen once submitted; sold cards keep theirs for ever."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in-review", _("in review")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    class Validity(models.TextChoices):
        ROLLING = "rolling", _("months from activation")
        SEASON = "season", _("fixed season")

    class UseRule(models.TextChoices):
        PERSONAL = "personal", _("personal use only")
        LENDABLE = "lendable", _("may be lent")
        TRANSFERABLE = "transferable", _("may be transferred")

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="versions", verbose_name=_("card product")
    )
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    face = models.JSONField(_("card face"), default=dict)
    face_image = models.CharField(max_length=120, blank=True, editable=False)
    material = models.CharField(_("material"), max_length=60, blank=True)
    validity = models.CharField(_("validity"), max_length=10, choices=Validity.choices, default=Validity.ROLLING)
    months = models.PositiveSmallIntegerField(
        _("months"), default=12, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    season_starts = models.CharField(_("season starts (MM-DD)"), max_length=5, blank=True, validators=[MONTH_DAY])
    season_rolls_over = models.CharField(
        _("sold from this day for the next season too (MM-DD)"), max_length=5, blank=True, validators=[MONTH_DAY]
    )
    first_day_counts = models.BooleanField(_("the first day counts"), default=False)
    min_age = models.PositiveSmallIntegerField(_("minimum age"), null=True, blank=True)
    min_spend_minor = models.PositiveBigIntegerField(_("minimum spend in the last 12 months"), null=True, blank=True)
    min_visits = models.PositiveIntegerField(_("minimum visits in the last 12 months"), null=True, blank=True)
    min_tier = models.CharField(_("minimum tier"), max_length=20, blank=True)
    by_invitation = models.BooleanField(_("by invitation only"), default=False)
    currency = models.CharField(_("currency"), max_length=3, default=settings.CURRENCY)
    price_minor = models.PositiveBigIntegerField(_("price"), default=0)
    cost_minor = models.PositiveBigIntegerField(_("cost"), default=0)
    market_price_minor = models.PositiveBigIntegerField(_("market price"), null=True, blank=True)
    use_rule = models.CharField(_("use"), max_length=14, choices=UseRule.choices, default=UseRule.PERSONAL)
    is_registered = models.BooleanField(_("registered to a person"), default=True)
    household_seats = models.PositiveSmallIntegerField(_("household seats"), default=1)
    max_per_member = models.PositiveSmallIntegerField(_("active cards per person at most"), default=1)
    agreement = models.ForeignKey(
        LegalText, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agreement")
    )
    author = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("author")
    )
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    approved_at = models.DateTimeField(_("approved at"), null=True, editable=False)
    on_sale_at = models.DateTimeField(_("on sale since"), null=True, editable=False)
    edits = models.PositiveIntegerField(default=0, editable=False)
    terms_digest = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("product version")
        verbose_name_plural = _("product versions")
        ordering: ClassVar[list[str]] = ["product", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="product_version_numbered_once"),
            models.UniqueConstraint(
                fields=["product"], condition=Q(state__in=["draft", "in-review"]), name="product_has_one_open_draft"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(validity="rolling") | ~Q(season_starts=""),
                name="season_has_a_first_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approval__isnull=False), name="approved_version_has_an_approval"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "rejected"]) | ~Q(terms_digest=""),
                name="submitted_version_has_a_digest_of_its_terms",
            ),
        ]


class Limited(Worded):
    """A benefit, whoever grants it: how often and where it is to be had, what it is worth and costs (LOY-09)."""

    per_day = models.PositiveIntegerField(_("limit per day"), null=True, blank=True)
    per_month = models.PositiveIntegerField(_("limit per month"), null=True, blank=True)
    per_year = models.PositiveIntegerField(_("limit per year"), null=True, blank=True)
    per_card = models.PositiveIntegerField(_("limit per card term"), null=True, blank=True)
    value_minor = models.PositiveBigIntegerField(_("worth to the member per use"), default=0)
    cost_minor = models.PositiveBigIntegerField(_("cost to the company per use"), default=0)
    stores = models.ManyToManyField(Store, blank=True, related_name="+", verbose_name=_("only at these stores"))

    class Meta:
        abstract = True


class Entitlement(Limited):
    """A benefit that a product version grants, with its limits and where it holds (CARD-01, LOY-09)."""

    version = models.ForeignKey(
        ProductVersion, on_delete=models.CASCADE, related_name="entitlements", verbose_name=_("product version")
    )
    code = models.SlugField(_("code"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    expected_uses = models.PositiveIntegerField(_("expected uses a year"), default=0)

    class Meta:
        verbose_name = _("benefit of the card")
        verbose_name_plural = _("benefits of the card")
        ordering: ClassVar[list[str]] = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="entitlement_once_per_version")]


class Price(models.Model):
    """What a product costs from a day on (CARD-03 · A2.1.3). Comes into force only through an approval."""

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="prices", verbose_name=_("card product")
    )
    amount_minor = models.PositiveBigIntegerField(_("price"))
    starts_on = models.DateField(_("from"))
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="+", verbose_name=_("approval"))
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering: ClassVar[list[str]] = ["product", "-starts_on", "-id"]
        indexes = [models.Index(fields=["product", "-starts_on", "-id"], name="price_in_force")]

    def __str__(self) -> str:
        return f"{self.product.code} · {self.starts_on}"


class LaunchPlan(models.Model):
    """How a version goes on sale (CARD-04 · A2.2.1): when, where, how promoted, by whom, and when it is reviewed."""

    version = models.OneToOneField(
        ProductVersion, on_delete=models.CASCADE, related_name="launch_plan", verbose_name=_("product version")
    )
    launch_on = models.DateField(_("launch day"), null=True, blank=True)
    channels = models.JSONField(_("sales channels"), default=list)
    promotion = models.TextField(_("promotion"), blank=True)
    responsible = models.ManyToManyField(User, blank=True, related_name="+", verbose_name=_("responsible"))
    pilot_stores = models.ManyToManyField(Store, blank=True, related_name="+", verbose_name=_("pilot at these stores"))
    review_on = models.DateField(_("review day"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded of the review at"), null=True, editable=False)
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, editable=False)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    review_note = models.CharField(_("result of the review"), max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = _("launch plan")
        verbose_name_plural = _("launch plans")
        indexes = [models.Index(fields=["review_on"], condition=Q(reviewed_at__isnull=True), name="launch_review_due")]

    def __str__(self) -> str:
        return f"{self.version} · {self.launch_on}"
