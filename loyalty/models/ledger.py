from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.models import Store, User
from members.models import Member


class Book(models.TextChoices):
    """The accounts of the ledger: four of each member, five of the programme."""

    PENDING = "pending", _("pending")
    AVAILABLE = "available", _("available")
    HELD = "held", _("held")
    OWED = "owed", _("owed")
    ISSUED = "issued", _("issued")
    REDEEMED = "redeemed", _("redeemed")
    LAPSED = "lapsed", _("lapsed")
    ADJUSTED = "adjusted", _("adjusted")
    WRITTEN_OFF = "written-off", _("written off")


class PointAccount(models.Model):
    """A member's points (LOY-05 · B7.3): the balances of her four books, kept beside the entries that they sum up.

    Every writer locks this row first. `owed` is what a return took back after it was spent; whatever comes in pays it.
    """

    member = models.OneToOneField(
        Member, on_delete=models.PROTECT, primary_key=True, related_name="points", verbose_name=_("member")
    )
    available = models.PositiveBigIntegerField(_("available"), default=0)
    pending = models.PositiveBigIntegerField(_("pending"), default=0)
    held = models.PositiveBigIntegerField(_("held"), default=0)
    owed = models.PositiveBigIntegerField(_("owed"), default=0)
    opened_at = models.DateTimeField(_("opened at"), default=clock.now)

    class Meta:
        verbose_name = _("points account")
        verbose_name_plural = _("points accounts")
        constraints = [
            models.CheckConstraint(
                condition=Q(available__gte=0, pending__gte=0, held__gte=0, owed__gte=0),
                name="point_balance_never_below_zero",
            ),
            models.CheckConstraint(condition=Q(owed=0) | Q(available=0), name="points_pay_what_is_owed_first"),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.balance}"

    @property
    def balance(self) -> int:
        """What the member has to spend; below zero while she owes."""
        return self.available - self.owed


class PointTransaction(models.Model):
    """One thing that happened to a member's points: why, when, by whom. Append-only.

    (`source`, `external_id`) names the fact in the world that it came of, and is unique for ever (invariant 5). `why`
    holds the rules and caps that made the number, for "why did I get these?".
    """

    class Kind(models.TextChoices):
        ACCRUE = "accrue", _("earned")
        MATURE = "mature", _("released")
        SPEND = "spend", _("redeemed")
        HOLD = "hold", _("reserved")
        CAPTURE = "capture", _("redeemed from a reservation")
        RELEASE = "release", _("reservation released")
        LAPSE = "lapse", _("lapsed")
        REVERSE_ACCRUAL = "reverse-accrual", _("taken back after a return")
        REVERSE_SPEND = "reverse-spend", _("given back after a cancellation")
        ADJUST = "adjust", _("adjusted by hand")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    points = models.BigIntegerField(_("points"))
    occurred_at = models.DateTimeField(_("happened at"))
    posted_at = models.DateTimeField(_("posted at"), default=clock.now)
    source = models.CharField(_("source"), max_length=20)
    external_id = models.CharField(_("reference at the source"), max_length=80, null=True)
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="reversals", verbose_name=_("reverses")
    )
    why = models.JSONField(_("why"), default=dict)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("store"))

    class Meta:
        verbose_name = _("points transaction")
        verbose_name_plural = _("points transactions")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="points_posted_once_per_source_key"),
            models.CheckConstraint(
                condition=Q(kind__in=["reverse-accrual", "reverse-spend"], reverses__isnull=False)
                | (~Q(kind__in=["reverse-accrual", "reverse-spend"]) & Q(reverses__isnull=True)),
                name="reversal_names_what_it_reverses",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="points_by_member"),
            models.Index(fields=["kind", "posted_at"], name="points_by_kind_and_moment"),
            models.Index(fields=["reverses"], condition=Q(reverses__isnull=False), name="points_by_reversed"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.points:+}"


class PointLot(models.Model):
    """What one accrual left behind, until it is spent or lapses (LOY-06, LOY-07).

    While `matures_on` lies ahead it is pending. `is_open` is false as soon as nothing remains, so that closed lots leave
    the indexes by which the others are found.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    points = models.PositiveBigIntegerField(_("points"))
    remaining = models.PositiveBigIntegerField(_("remaining"))
    earned_on = models.DateField(_("earned on"))
    matures_on = models.DateField(_("available from"), null=True)
    last_valid_on = models.DateField(_("valid through"), null=True)
    is_pending = models.BooleanField(_("pending"), default=False)
    is_open = models.BooleanField(pgettext_lazy("lot", "open"), default=True)

    class Meta:
        verbose_name = _("lot of points")
        verbose_name_plural = _("lots of points")
        ordering: ClassVar[list[str]] = ["last_valid_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(remaining__gte=0) & Q(remaining__lte=F("points")), name="lot_spends_no_more_than_it_earned"
            ),
            models.CheckConstraint(
                condition=Q(is_open=True, remaining__gt=0) | Q(is_open=False, remaining=0),
                name="lot_open_while_any_is_left",
            ),
            models.CheckConstraint(
                condition=Q(is_pending=False) | Q(matures_on__isnull=False), name="pending_lot_says_until_when"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "last_valid_on", "id"], condition=Q(is_open=True), name="lot_to_spend"),
            models.Index(
                fields=["last_valid_on", "member"], condition=Q(is_open=True, is_pending=False), name="lot_to_lapse"
            ),
            models.Index(fields=["matures_on", "member"], condition=Q(is_pending=True), name="lot_to_mature"),
            models.Index(fields=["member", "earned_on"], name="lot_by_day_earned"),
        ]

    def __str__(self) -> str:
        return f"{self.remaining}/{self.points}"


class PointEntry(models.Model):
    """Points that went from one book into another: both sides of the entry in one row, so that it always balances.

    It says which lot they belong to; points that a return takes back beyond what is there belong to none.
    """

    transaction = models.ForeignKey(PointTransaction, on_delete=models.PROTECT, related_name="entries")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(PointLot, on_delete=models.PROTECT, null=True, related_name="entries")
    from_book = models.CharField(pgettext_lazy("book", "from"), max_length=12, choices=Book.choices)
    to_book = models.CharField(_("to"), max_length=12, choices=Book.choices)
    points = models.PositiveBigIntegerField(_("points"))

    class Meta:
        verbose_name = _("points entry")
        verbose_name_plural = _("points entries")
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gt=0) & ~Q(from_book=F("to_book")), name="entry_moves_points_between_two_books"
            ),
        ]
        indexes = [models.Index(fields=["member", "id"], name="entry_by_member")]

    def __str__(self) -> str:
        return f"{self.points}: {self.from_book} → {self.to_book}"


class PointHold(models.Model):
    """Points set aside for an order or a gift until it is certain (invariant 9): captured, released or expired, once."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("hold", "open")
        CAPTURED = "captured", _("captured")
        RELEASED = "released", _("released")
        EXPIRED = "expired", _("expired")

    transaction = models.OneToOneField(
        PointTransaction, on_delete=models.PROTECT, primary_key=True, related_name="hold", verbose_name=_("transaction")
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("member"))
    points = models.PositiveBigIntegerField(_("points"))
    subject = models.CharField(pgettext_lazy("hold", "for"), max_length=120)
    expires_at = models.DateTimeField(_("expires at"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_by = models.OneToOneField(
        PointTransaction,
        on_delete=models.PROTECT,
        null=True,
        related_name="ended_hold",
        verbose_name=pgettext_lazy("hold", "ended by"),
    )

    class Meta:
        verbose_name = _("reservation of points")
        verbose_name_plural = _("reservations of points")
        ordering: ClassVar[list[str]] = ["-transaction_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True, ended_by__isnull=True)
                | (~Q(state="open") & Q(ended_at__isnull=False, ended_by__isnull=False)),
                name="hold_ends_once",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], condition=Q(state="open"), name="hold_to_expire")]

    def __str__(self) -> str:
        return f"{self.points} · {self.subject}"
