from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cards.models import Payment, Refund
from core import clock
from core.models import Approval, User
from loyalty.models import Coupon, CouponOffer, PointTransaction
from members.models import Member
from service_desk.models.cases import Case
from service_desk.models.complaint_choices import Authority, Means

_PROVEN = (
    Q(means="points", transaction__isnull=False, coupon__isnull=True, refund__isnull=True)
    | Q(means="coupon", transaction__isnull=True, coupon__isnull=False, refund__isnull=True)
    | Q(means="money", transaction__isnull=True, coupon__isnull=True, refund__isnull=False)
)
_NOTHING = Q(transaction__isnull=True, coupon__isnull=True, refund__isnull=True)


class Compensation(models.Model):
    """What a member is given for what went wrong (SVC-04 · D6.2, invariant 44): always in a case, always on an authority.

    `amount_minor` is its worth, `counted_minor` the worth of everything in the case with it, `limit_minor` the most that the
    authority covered then (the director's knows none). Points, coupon or refund that were given stand with it: one each, once.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("compensation", "waits for a decision")
        AT_FINANCE = "at-finance", pgettext_lazy("compensation", "waits for finance")
        GIVEN = "given", pgettext_lazy("compensation", "given")
        REJECTED = "rejected", pgettext_lazy("compensation", "rejected")
        WITHDRAWN = "withdrawn", pgettext_lazy("compensation", "withdrawn")

    COUNTED = (State.WAITING, State.AT_FINANCE, State.GIVEN)
    """What uses up an authority."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="compensations", verbose_name=_("case"))
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    means = models.CharField(_("means"), max_length=6, choices=Means.choices)
    points = models.PositiveBigIntegerField(_("points"), null=True)
    offer = models.ForeignKey(
        CouponOffer, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("coupon")
    )
    payment = models.ForeignKey(
        Payment, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("payment")
    )
    amount_minor = models.PositiveBigIntegerField(_("worth"))
    currency = models.CharField(_("currency"), max_length=3, default=settings.CURRENCY)
    counted_minor = models.PositiveBigIntegerField(_("given in the case with it"))
    authority = models.CharField(_("authority"), max_length=8, choices=Authority.choices)
    limit_minor = models.PositiveBigIntegerField(_("most that the authority covers"), null=True)
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    key = models.CharField(max_length=80, unique=True, editable=False)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    approval = models.OneToOneField(
        Approval, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approval")
    )
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    refund_approval = models.OneToOneField(
        Approval, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("approval of the refund")
    )
    given_at = models.DateTimeField(_("given at"), null=True)
    transaction = models.OneToOneField(
        PointTransaction, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("points transaction")
    )
    coupon = models.OneToOneField(
        Coupon, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("coupon code")
    )
    refund = models.OneToOneField(
        Refund, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("refund")
    )

    class Meta:
        verbose_name = _("compensation")
        verbose_name_plural = _("compensations")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="compensation_is_worth_something"),
            models.CheckConstraint(
                condition=Q(means="points", points__gt=0, offer__isnull=True, payment__isnull=True)
                | Q(means="coupon", points__isnull=True, offer__isnull=False, payment__isnull=True)
                | Q(means="money", points__isnull=True, offer__isnull=True, payment__isnull=False),
                name="compensation_is_of_one_means",
            ),
            models.CheckConstraint(
                condition=(Q(state="given", given_at__isnull=False) & _PROVEN)
                | (~Q(state="given") & Q(given_at__isnull=True) & _NOTHING),
                name="compensation_is_given_with_its_proof",
            ),
            models.CheckConstraint(
                condition=Q(authority="director", limit_minor__isnull=True)
                | Q(authority__in=["agent", "lead"], limit_minor__gte=F("counted_minor")),
                name="compensation_is_within_its_authority",
            ),
            models.CheckConstraint(
                condition=Q(counted_minor__gte=F("amount_minor")), name="compensation_counts_itself"
            ),
            models.CheckConstraint(
                condition=~Q(authority="director") | ~Q(state="given") | Q(decided_by__isnull=False),
                name="director_decides_large_compensation",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(state="withdrawn") | ~Q(decided_by=F("asked_by")),
                name="compensation_needs_a_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="at-finance") | Q(means="money", refund_approval__isnull=False),
                name="compensation_waits_for_finance_with_a_request",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="compensation_of_case"),
            models.Index(fields=["id"], condition=Q(state="at-finance"), name="compensation_at_finance"),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.get_means_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WAITING, self.State.AT_FINANCE)
