from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.models import Store, User, Worded
from loyalty.policy import coupons as rule
from members.models import Member


class CouponOffer(Worded):
    """What the coupons of one kind promise (LOY-13 · E2.6). From the first coupon on it changes no more."""

    class Effect(models.TextChoices):
        AMOUNT = "amount", _("amount off")
        PERCENT = "percent", _("per cent off")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    effect = models.CharField(_("takes off"), max_length=8, choices=Effect.choices, default=Effect.AMOUNT)
    currency = models.CharField(_("currency"), max_length=3, default=settings.CURRENCY)
    value_minor = models.PositiveBigIntegerField(_("amount"), default=0)
    value_bps = models.PositiveIntegerField(_("percentage"), default=0)
    most_minor = models.PositiveBigIntegerField(_("at most"), null=True, blank=True)
    min_minor = models.PositiveBigIntegerField(_("minimum spend"), default=0)
    categories = models.JSONField(_("goods"), default=list, blank=True)
    stores = models.ManyToManyField(Store, blank=True, related_name="+", verbose_name=_("stores"))
    starts_on = models.DateField(_("good from"), null=True, blank=True)
    last_on = models.DateField(_("good through"), null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("good for so many days after issue"), null=True, blank=True)
    made_at = models.DateTimeField(_("made at"), default=clock.now)

    class Meta:
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        ordering: ClassVar[list[str]] = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(effect="amount", value_minor__gt=0, value_bps=0)
                | Q(effect="percent", value_minor=0, value_bps__gt=0, value_bps__lte=10_000),
                name="coupon_takes_off_an_amount_or_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(last_on__isnull=True) | Q(starts_on__lte=F("last_on")),
                name="coupon_ends_no_earlier_than_it_begins",
            ),
        ]


class CouponBatch(models.Model):
    """Codes that staff asked for (LOY-13); a job makes them, however many they are."""

    offer = models.ForeignKey(CouponOffer, on_delete=models.PROTECT, related_name="batches", verbose_name=_("coupon"))
    count = models.PositiveIntegerField(_("how many"))
    made = models.PositiveIntegerField(_("made so far"), default=0)
    reason = models.CharField(_("reason"), max_length=200)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)

    class Meta:
        verbose_name = _("batch of coupons")
        verbose_name_plural = _("batches of coupons")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(made__lte=F("count")), name="coupon_batch_makes_no_more_than_asked"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(made__lt=F("count")), name="coupon_batch_to_make")]

    def __str__(self) -> str:
        return f"{self.offer} × {self.count}"


class Coupon(models.Model):
    """A code that takes something off one purchase, once. Without a member it is good for whoever shows it."""

    class State(models.TextChoices):
        ISSUED = "issued", _("can be used")
        USED = "used", _("used")
        VOID = "void", _("void")

    code = models.CharField(_("code"), max_length=16, unique=True)
    offer = models.ForeignKey(CouponOffer, on_delete=models.PROTECT, related_name="coupons", verbose_name=_("coupon"))
    batch = models.ForeignKey(
        CouponBatch, on_delete=models.PROTECT, null=True, related_name="coupons", verbose_name=_("batch")
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="coupons", verbose_name=_("member")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.ISSUED)
    issued_at = models.DateTimeField(_("issued at"), default=clock.now)
    valid_from_on = models.DateField(_("good from"), null=True)
    last_valid_on = models.DateField(_("good through"), null=True)
    used_at = models.DateTimeField(_("used at"), null=True)
    void_reason = models.CharField(_("why it is void"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("coupon code")
        verbose_name_plural = _("coupon codes")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="used", used_at__isnull=False) | (~Q(state="used") & Q(used_at__isnull=True)),
                name="coupon_says_when_it_was_used",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], condition=Q(member__isnull=False), name="coupon_by_member"),
            models.Index(fields=["batch", "id"], condition=Q(batch__isnull=False), name="coupon_by_batch"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def promise(self) -> rule.Coupon:
        """What it promises, as the rule reads it; the stores of its offer are asked for."""
        offer = self.offer
        return rule.Coupon(
            effect=rule.Effect(offer.effect),
            minor=offer.value_minor,
            bps=offer.value_bps,
            most_minor=offer.most_minor,
            min_minor=offer.min_minor,
            categories=frozenset(offer.categories),
            stores=frozenset(store.code for store in offer.stores.all()),
            valid_from=self.valid_from_on,
            valid_through=self.last_valid_on,
            member=self.member_id,
            currency=offer.currency if offer.effect == CouponOffer.Effect.AMOUNT else "",
            is_used=self.state == self.State.USED,
            is_void=self.state == self.State.VOID,
        )
