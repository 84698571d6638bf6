from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cards.models import Order
from core import clock
from core.models import Approval, User
from loyalty.models.ledger import PointTransaction
from members.models import Member


class EarnRule(models.Model):
    """A rule by which points are earned (LOY-04, LOY-13). What it says stands in its versions."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_zh_hans = models.CharField(_("name in Simplified Chinese"), max_length=80, blank=True)
    name_zh_hant = models.CharField(_("name in Traditional Chinese"), max_length=80, blank=True)
    made_at = models.DateTimeField(_("made at"), default=clock.now)

    class Meta:
        verbose_name = _("earn rule")
        verbose_name_plural = _("earn rules")
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.code


class EarnRuleVersion(models.Model):
    """What a rule says from a moment on, as two people agreed. An entry keeps the version that made it.

    `definition` is a rule in the form of `policy.rule_forms`; null ends the rule.
    """

    rule = models.ForeignKey(EarnRule, on_delete=models.PROTECT, related_name="versions", verbose_name=_("earn rule"))
    number = models.PositiveIntegerField(_("version"))
    definition = models.JSONField(_("definition"), null=True)
    effective_at = models.DateTimeField(_("in force from"))
    approval = models.OneToOneField(Approval, on_delete=models.PROTECT, related_name="+", verbose_name=_("approval"))
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    approver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("approver"))

    class Meta:
        verbose_name = _("version of an earn rule")
        verbose_name_plural = _("versions of earn rules")
        ordering: ClassVar[list[str]] = ["rule", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="earn_rule_version_once"),
            models.CheckConstraint(condition=~Q(author=models.F("approver")), name="earn_rule_needs_a_second_person"),
        ]
        indexes = [models.Index(fields=["effective_at"], name="earn_rule_by_moment")]

    def __str__(self) -> str:
        return f"{self.rule} v{self.number}"


class EarnCounter(models.Model):
    """How many points a rule gave a member in a period that its cap counts over (`2026-11-22`, `2026-11`, `2026`, `ever`)."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    rule = models.CharField(_("earn rule"), max_length=40)
    period = models.CharField(_("period"), max_length=10)
    points = models.PositiveBigIntegerField(_("points"), default=0)

    class Meta:
        verbose_name = _("points of a rule in a period")
        verbose_name_plural = _("points of rules in periods")
        constraints = [
            models.UniqueConstraint(fields=["member", "rule", "period"], name="earn_counter_once_per_period")
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.rule} · {self.period}"


class EarnBudget(models.Model):
    """How many points a rule gave all members together in a period that its programme cap counts over."""

    rule = models.CharField(_("earn rule"), max_length=40)
    period = models.CharField(_("period"), max_length=10)
    points = models.PositiveBigIntegerField(_("points"), default=0)

    class Meta:
        verbose_name = _("points of a rule for all members")
        verbose_name_plural = _("points of rules for all members")
        constraints = [models.UniqueConstraint(fields=["rule", "period"], name="earn_budget_once_per_period")]

    def __str__(self) -> str:
        return f"{self.rule} · {self.period}"


class EarnOccasion(models.Model):
    """What gave occasion to points other than a purchase (LOY-04): a card bought or renewed, a task, an event, a friend.

    (`kind`, `key`) names it for ever: it is judged once, also when it earned nothing. An order may give two occasions, one
    by the earn rules and the points back of the holder's tier. What it earned is taken back as the order is refunded:
    `reversed_minor` says how far.
    """

    class Kind(models.TextChoices):
        CARD_PURCHASE = "card-purchase", _("card bought")
        RENEWAL = "renewal", _("card renewed")
        TASK = "task", _("task done")
        EVENT = "event", _("event attended")
        REFERRAL = "referral", _("friend invited")
        RENEWAL_BACK = "renewal-back", _("points back for a renewal")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    key = models.CharField(_("reference"), max_length=80)
    code = models.CharField(_("task or event"), max_length=40, blank=True)
    tier = models.CharField(_("tier"), max_length=20, blank=True)
    net_minor = models.PositiveBigIntegerField(_("amount"), default=0)
    reversed_minor = models.PositiveBigIntegerField(_("taken back for"), default=0)
    occurred_at = models.DateTimeField(_("happened at"))
    judged_at = models.DateTimeField(_("judged at"), default=clock.now)
    order = models.ForeignKey(
        Order, on_delete=models.PROTECT, null=True, related_name="earn_occasions", verbose_name=_("order")
    )
    earned = models.OneToOneField(
        PointTransaction, on_delete=models.PROTECT, null=True, related_name="occasion", verbose_name=_("points earned")
    )
    actor = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("occasion of points")
        verbose_name_plural = _("occasions of points")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["key", "kind"], name="occasion_judged_once"),
            models.UniqueConstraint(fields=["order", "kind"], name="order_gives_each_occasion_once"),
            models.CheckConstraint(
                condition=Q(reversed_minor__lte=models.F("net_minor")),
                name="occasion_gives_back_no_more_than_its_worth",
            ),
        ]
        indexes = [models.Index(fields=["member", "kind", "code"], name="occasion_by_member")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.key}"
