from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import clock
from core.fields import SealedField
from core.models import Store, User, Worded
from loyalty.models.coupons import Coupon, CouponOffer
from loyalty.models.ledger import PointHold, PointTransaction
from members.models import Member

ICONS = (
    ("gift", _("gift")), ("coffee", _("cup of coffee")), ("cup-soda", _("cold drink")), ("wine", _("glass of wine")),
    ("umbrella", _("umbrella")), ("book-open", _("book")), ("shopping-bag", _("shopping bag")), ("ticket", _("ticket")),
    ("ticket-percent", _("coupon")), ("leaf", _("leaf")), ("flower-2", _("flower")), ("cake-slice", _("slice of cake")),
    ("headphones", _("headphones")), ("lamp", _("lamp")), ("gem", _("gem")), ("plane", _("aeroplane")),
    ("heart-handshake", _("hands")), ("utensils", _("knife and fork")), ("sparkles", _("sparkles")), ("trees", _("trees")),
)  # fmt: skip


class Reward(Worded):
    """What points can be redeemed for (LOY-06 · B7.2): a gift out of stock, or a coupon made at that moment."""

    class Kind(models.TextChoices):
        GIFT = "gift", _("gift")
        COUPON = "coupon", _("coupon")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ON_SALE = "on-sale", _("on offer")
        RETIRED = "retired", _("retired")

    class Tone(models.TextChoices):
        JADE = "jade", _("jade")
        GOLD = "gold", _("gold")
        ROSE = "rose", _("rose")
        SKY = "sky", _("sky")
        PLUM = "plum", _("plum")
        SLATE = "slate", _("slate")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.GIFT)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    icon = models.CharField(_("picture"), max_length=20, choices=ICONS, default="gift")
    tone = models.CharField(_("colour"), max_length=8, choices=Tone.choices, default=Tone.JADE)
    points = models.PositiveIntegerField(_("points"))
    cost_minor = models.PositiveBigIntegerField(_("cost to the company"), default=0)
    min_tier = models.CharField(_("from tier"), max_length=20, blank=True)
    starts_on = models.DateField(_("on offer from"), null=True, blank=True)
    last_on = models.DateField(_("on offer through"), null=True, blank=True)
    per_member = models.PositiveSmallIntegerField(_("at most for each member"), null=True, blank=True)
    can_deliver = models.BooleanField(_("can be sent to an address"), default=False)
    offer = models.ForeignKey(
        CouponOffer, on_delete=models.PROTECT, null=True, blank=True, related_name="rewards", verbose_name=_("coupon")
    )
    made_at = models.DateTimeField(_("made at"), default=clock.now)

    class Meta:
        verbose_name = _("reward")
        verbose_name_plural = _("rewards")
        ordering: ClassVar[list[str]] = ["points", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(points__gt=0), name="reward_costs_points"),
            models.CheckConstraint(
                condition=Q(kind="gift", offer__isnull=True) | Q(kind="coupon", offer__isnull=False, can_deliver=False),
                name="reward_is_a_gift_or_names_its_coupon",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(last_on__isnull=True) | Q(starts_on__lte=F("last_on")),
                name="reward_ends_no_earlier_than_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["state", "points"], name="reward_on_offer")]


class RewardStock(models.Model):
    """How many of a gift lie in a store, or (no store) in the warehouse that sends them. A new order takes one."""

    reward = models.ForeignKey(Reward, on_delete=models.PROTECT, related_name="stock", verbose_name=_("reward"))
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    quantity = models.PositiveIntegerField(_("in stock"), default=0)

    class Meta:
        verbose_name = _("stock of a reward")
        verbose_name_plural = _("stock of rewards")
        ordering: ClassVar[list[str]] = ["reward", "store"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=0), name="reward_stock_never_below_zero"),
            models.UniqueConstraint(fields=["reward", "store"], name="reward_stock_once_per_store"),
            models.UniqueConstraint(
                fields=["reward"], condition=Q(store__isnull=True), name="reward_has_one_warehouse"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reward} · {self.quantity}"


class RewardStockMove(models.Model):
    """Gifts that staff put into stock or took out of it, with the reason. Append-only."""

    stock = models.ForeignKey(RewardStock, on_delete=models.PROTECT, related_name="moves", verbose_name=_("stock"))
    change = models.IntegerField(_("change"))
    reason = models.CharField(_("reason"), max_length=200)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=clock.now)

    class Meta:
        verbose_name = _("change of stock")
        verbose_name_plural = _("changes of stock")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(change=0), name="stock_move_moves_something")]

    def __str__(self) -> str:
        return f"{self.change:+}"


class RewardOrder(models.Model):
    """A reward that a member redeems points for: reserved, then handed over, sent, or given up (LOY-06 · B7.2).

    Its reservation of points (`hold`) ends with it. `code` is what she shows when she collects.
    """

    class State(models.TextChoices):
        RESERVED = "reserved", _("reserved")
        COLLECTED = "collected", _("handed over")
        SENT = "sent", _("sent")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("not collected in time")
        GIVEN_BACK = "given-back", _("given back")

    class Way(models.TextChoices):
        PICK_UP = "pick-up", _("pick up at a store")
        DELIVERY = "delivery", _("delivery to an address")
        AT_ONCE = "at-once", pgettext_lazy("redemption", "at once")

    code = models.CharField(_("pick-up code"), max_length=12, unique=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="rewards", verbose_name=_("member"))
    reward = models.ForeignKey(Reward, on_delete=models.PROTECT, related_name="orders", verbose_name=_("reward"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.RESERVED)
    way = models.CharField(_("how"), max_length=8, choices=Way.choices)
    stock = models.ForeignKey(
        RewardStock, on_delete=models.PROTECT, null=True, related_name="orders", verbose_name=_("out of stock of")
    )
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    points = models.PositiveIntegerField(_("points"))
    hold = models.OneToOneField(
        PointHold, on_delete=models.PROTECT, related_name="reward_order", verbose_name=_("reservation of points")
    )
    coupon = models.OneToOneField(
        Coupon, on_delete=models.PROTECT, null=True, related_name="reward_order", verbose_name=_("coupon code")
    )
    recipient = SealedField(_("recipient"), blank=True, default="")
    phone = SealedField(_("phone"), blank=True, default="")
    address = SealedField(_("address"), blank=True, default="")
    note = models.CharField(_("note"), max_length=200, blank=True)
    clerk = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("clerk"))
    placement_key = models.CharField(max_length=80, unique=True, editable=False)
    placed_at = models.DateTimeField(_("ordered at"), default=clock.now)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    given_back = models.OneToOneField(
        PointTransaction, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("points given back")
    )

    class Meta:
        verbose_name = _("reward order")
        verbose_name_plural = _("reward orders")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="reserved", ended_at__isnull=True)
                | (~Q(state="reserved") & Q(ended_at__isnull=False)),
                name="reward_order_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(state="given-back", given_back__isnull=False)
                | (~Q(state="given-back") & Q(given_back__isnull=True)),
                name="reward_given_back_names_its_points",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="reward_order_by_member"),
            models.Index(fields=["state", "-id"], name="reward_order_by_state"),
            models.Index(fields=["reward", "member"], name="reward_order_by_reward"),
            models.Index(fields=["id"], condition=Q(state="reserved", way="delivery"), name="reward_to_send"),
            models.Index(
                fields=["store", "id"], condition=Q(state="reserved", way="pick-up"), name="reward_to_collect"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def pill(self) -> str:
        """The tone of its state on screen."""
        tones = {self.State.RESERVED: "info", self.State.COLLECTED: "ok", self.State.SENT: "ok"}
        return tones.get(self.State(self.state), "quiet")
