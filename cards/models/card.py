import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cards.models.numbers import CardNumber
from cards.models.orders import Channel, OrderLine
from cards.models.products import Entitlement, Product, ProductVersion
from core import clock
from core.models import Store, User
from members.models import Acceptance, DocumentType, Member


class Card(models.Model):
    """A card that was sold (CARD-11 to CARD-14). `valid_from_on` and `last_valid_on` repeat its terms for look-ups."""

    class State(models.TextChoices):
        ISSUED = "issued", _("not yet activated")
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        CLOSED = "closed", _("closed")

    class Suspension(models.TextChoices):
        NONE = "", _("none")
        ARREARS = "arrears", _("an instalment is overdue")
        LOST = "lost", _("reported lost")
        STAFF = "staff", _("by decision of staff")

    number = models.OneToOneField(
        CardNumber, on_delete=models.PROTECT, related_name="card", verbose_name=_("card number")
    )
    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="cards", verbose_name=_("product"))
    version = models.ForeignKey(
        ProductVersion, on_delete=models.PROTECT, related_name="cards", verbose_name=_("version")
    )
    order_line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="issued_card")
    purchaser = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="purchased_cards", verbose_name=_("purchaser")
    )
    holder = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="cards", verbose_name=_("holder")
    )
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ISSUED)
    suspension = models.CharField(
        _("suspended because"), max_length=10, choices=Suspension.choices, blank=True, default=""
    )
    expected_phone_index = models.CharField(max_length=40, blank=True, editable=False)
    expected_document_index = models.CharField(max_length=40, blank=True, editable=False)
    issued_at = models.DateTimeField(_("issued at"), default=clock.now)
    activate_before_on = models.DateField(_("to be activated by"))
    activated_at = models.DateTimeField(_("activated at"), null=True)
    valid_from_on = models.DateField(_("valid from"), null=True)
    last_valid_on = models.DateField(_("valid through"), null=True)
    renewals = models.PositiveSmallIntegerField(_("renewals"), default=0)

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="active")
                | Q(holder__isnull=False, activated_at__isnull=False, last_valid_on__isnull=False),
                name="active_card_has_holder_and_term",
            ),
            models.CheckConstraint(
                condition=(Q(state="suspended") & ~Q(suspension="")) | (~Q(state="suspended") & Q(suspension="")),
                name="suspended_card_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["holder", "-id"], name="card_by_holder"),
            models.Index(fields=["purchaser", "-id"], name="card_by_purchaser"),
            models.Index(fields=["last_valid_on", "id"], condition=Q(state="active"), name="card_by_last_day"),
            models.Index(fields=["activate_before_on", "id"], condition=Q(state="issued"), name="card_to_be_activated"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Term(models.Model):
    """One paid stretch of a card's life. Never overwritten: renewals append, without gap or overlap.

    Its version is what was promised for this stretch; `Card.version` repeats the one promised last.
    """

    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="terms", verbose_name=_("card"))
    sequence = models.PositiveSmallIntegerField(_("term"))
    order_line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="term")
    version = models.ForeignKey(
        ProductVersion, on_delete=models.PROTECT, related_name="terms", verbose_name=_("version")
    )
    starts_on = models.DateField(_("valid from"))
    last_valid_on = models.DateField(_("valid through"))
    price_minor = models.PositiveBigIntegerField(_("price"))
    added_at = models.DateTimeField(_("added at"), default=clock.now)

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering: ClassVar[list[str]] = ["card", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["card", "sequence"], name="term_sequence_once"),
            models.CheckConstraint(condition=Q(last_valid_on__gte=F("starts_on")), name="term_ends_after_it_starts"),
        ]
        indexes = [models.Index(fields=["last_valid_on"], name="term_by_last_day")]

    def __str__(self) -> str:
        return f"{self.card} #{self.sequence}"


class Activation(models.Model):
    """How a card came to life: who, where, what was checked (CARD-11, CARD-12). No copy of a document is kept."""

    card = models.OneToOneField(Card, on_delete=models.PROTECT, related_name="activation", verbose_name=_("card"))
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    clerk = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("clerk"))
    document_kind = models.CharField(_("document"), max_length=30, choices=DocumentType.choices)
    document_last_digits = models.CharField(_("last digits"), max_length=4)
    proof = models.CharField(_("proof of purchase"), max_length=60)
    phone_verified_at = models.DateTimeField(_("phone verified at"))
    acceptance = models.ForeignKey(Acceptance, on_delete=models.PROTECT, related_name="+", verbose_name=_("acceptance"))
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("activation")
        verbose_name_plural = _("activations")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["at"], name="activation_by_moment")]

    def __str__(self) -> str:
        return f"{self.card} · {self.at:%Y-%m-%d}"


class UseCounter(models.Model):
    """How often a benefit was used within one period; the row that concurrent uses queue for."""

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="use_counters")
    entitlement = models.ForeignKey(Entitlement, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=24)
    used = models.PositiveIntegerField(default=0)
    limit = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["card", "entitlement", "period"], name="use_counted_once_per_period"),
            models.CheckConstraint(condition=Q(used__lte=F("limit")), name="uses_never_exceed_the_limit"),
        ]


class BenefitUse(models.Model):
    """A benefit enjoyed at a store (CARD-14): counted in the periods named, returned to the same when reversed."""

    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="uses", verbose_name=_("card"))
    entitlement = models.ForeignKey(
        Entitlement, on_delete=models.PROTECT, related_name="uses", verbose_name=_("benefit")
    )
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="uses", verbose_name=_("term"))
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
        verbose_name = _("benefit use")
        verbose_name_plural = _("benefit uses")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [
            models.Index(fields=["card", "-id"], name="use_by_card"),
            models.Index(fields=["term", "entitlement"], name="use_by_term"),
            models.Index(fields=["store", "-id"], name="use_by_store"),
            models.Index(fields=["at"], name="use_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.entitlement} · {self.used_on}"


class SpentCode(models.Model):
    """A rotating code that was shown and used; it will not be accepted again. To `clerk` its member said yes by showing it."""

    nonce = models.CharField(max_length=80, primary_key=True)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="spent_codes")
    purpose = models.CharField(max_length=20)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+")
    clerk = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
