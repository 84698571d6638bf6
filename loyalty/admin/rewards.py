"""The catalogue of rewards and what was ordered of it (LOY-06 · B7.2)."""

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, tried, viewer
from core import access, refusals, show, words, worklists
from core.admin import ReadOnly, revealable
from core.admin.base import code, moment, number, state, worded
from core.admin.deciding import Deciding, Decision, ReasonForm
from core.rules import RuleBroken
from loyalty.admin.forms import NewRewardForm, RewardForm, StockForm
from loyalty.models import Reward, RewardOrder, RewardStockMove
from loyalty.operations import catalogue
from loyalty.operations import rewards as operations
from loyalty.queries import rewards as rows

VIEW = "loyalty.view_reward"
State = RewardOrder.State


@admin.register(Reward)
class RewardAdmin(ReadOnly):
    list_display = (
        "named", code, state(_("state")), "kind", number("points", _("points")), "in_stock",
        worded("min_tier", words.TIER, _("from tier")),
    )  # fmt: skip
    list_filter = ("state", "kind")
    search_exact = ("code",)
    search_prefix = ("code", "name")
    ordering = ("points", "code")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request).annotate(left=Sum("stock__quantity"))
        return found

    @admin.display(description=_("reward"))
    def named(self, reward: Reward) -> str:
        return reward.localized_name

    @admin.display(description=_("in stock"))
    def in_stock(self, reward: Reward) -> str:
        left = vars(reward)["left"]
        return "—" if reward.kind == Reward.Kind.COUPON else show.number(left or 0)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(catalogue.CHANGE))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return _begin(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return _reward(request, _found(object_id))

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = [
            path("<int:pk>/move/<slug:verb>/", inside(move), name="loyalty_reward_move"),
            path("<int:pk>/stock/", inside(stock), name="loyalty_reward_stock"),
        ]
        return [*own, *super().get_urls()]


@admin.register(RewardOrder)
class RewardOrderAdmin(Deciding):
    """Gifts to send, gifts that wait at stores, and what became of each."""

    list_display = (
        code, "reward", "member", state(_("state")), "way", "store", number("points", _("points")),
        moment("placed_at", _("ordered at")), moment("ended_at", _("ended at")),
    )  # fmt: skip
    list_filter = ("state", "way")
    search_exact = ("code", "member__number")
    ordering = ("-id",)
    masked_fields = ("recipient", "phone", "address")
    decisions = (
        Decision(
            "send", _("Mark as sent"), operations.CHANGE,
            lambda row: row.state == State.RESERVED and row.way == RewardOrder.Way.DELIVERY, ReasonForm,
            lambda row, user, given: operations.send(row, by=user, note=given["reason"]),
        ),
        Decision(
            "cancel", _("Cancel"), operations.CHANGE, lambda row: row.state == State.RESERVED, ReasonForm,
            lambda row, user, given: operations.cancel(row, by=user, reason=given["reason"]),
        ),
        Decision(
            "give-back", _("Take it back"), operations.CHANGE,
            lambda row: row.state in (State.COLLECTED, State.SENT), ReasonForm,
            lambda row, user, given: operations.give_back(row, by=user, reason=given["reason"]),
        ),
    )  # fmt: skip
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("code", "reward", "member", "state", "possible", "way", "store", "points", "coupon")}),
        (_("Where to"), {"fields": (
            revealable("recipient", label=_("recipient")), revealable("phone", label=_("phone")),
            revealable("address", label=_("address")), "note",
        )}),
        (_("When"), {"fields": ("placed_at", "ended_at", "clerk")}),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[RewardOrder] = super().get_queryset(request)
        return access.within_scope(rows.select_related("reward", "store", "member__user"), staff(request))

    def member_id_of(self, row: Model) -> int | None:
        found: int | None = getattr(row, "member_id", None)
        return found


def _found(pk: object) -> Reward:
    try:
        reward = Reward.objects.select_related("offer").filter(pk=int(str(pk))).first()
    except (ValueError, OverflowError):
        reward = None
    if reward is None:
        raise Http404
    return reward


def _begin(request: HttpRequest) -> HttpResponse:
    user = staff(request)
    access.require(user, catalogue.CHANGE)
    form = NewRewardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = catalogue.draft(by=user, **form.terms)
        except RuleBroken as refusal:
            form.add_error("code", refusals.said(refusal))
        else:
            return redirect("admin:loyalty_reward_change", made.pk)
    status = 422 if form.is_bound else 200
    return page(request, "admin/cards/begin.html", status=status, title=_now("New reward"), form=form)


def _reward(request: HttpRequest, reward: Reward, *, stock_form: StockForm | None = None) -> HttpResponse:
    """How it stands, its terms to change, and where how many of it lie."""
    user = viewer(request, VIEW)
    may_change = access.allows(user, catalogue.CHANGE)
    is_coupon = reward.kind == Reward.Kind.COUPON
    posted = request.POST if request.method == "POST" and stock_form is None else None
    form = RewardForm(posted or None, is_coupon=is_coupon, initial=vars(reward))
    if posted is not None:
        access.require(user, catalogue.CHANGE)
        if form.is_valid() and tried(
            request, lambda: catalogue.revise(reward, form.terms, by=user), done=_now("Changed.")
        ):
            return redirect("admin:loyalty_reward_change", reward.pk)
    stores = access.stores_of(user, right=catalogue.STOCK)
    may_stock = access.allows(user, catalogue.STOCK) and not is_coupon
    orders = reward.orders.order_by().values_list("state", flat=True)
    return page(
        request,
        "admin/loyalty/reward.html",
        status=422 if form.errors or stock_form else 200,
        title=reward.localized_name,
        reward=reward,
        form=form if may_change else None,
        stock_form=(stock_form or StockForm(stores=stores)) if may_stock else None,
        places=[] if is_coupon else list(reward.stock.select_related("store").order_by("store__name")),
        moves=RewardStockMove.objects.filter(stock__reward=reward).select_related("stock__store", "by")[:20],
        redeemed=orders.exclude(state__in=rows.NOT_HAD).count(),
        waiting=orders.filter(state=State.RESERVED).count(),
        steps=_steps(reward) if may_change else [],
    )


def _steps(reward: Reward) -> list[tuple[str, Any]]:
    words = {Reward.State.ON_SALE: _("Put on offer"), Reward.State.RETIRED: _("Retire")}
    ways = catalogue.WAYS[Reward.State(reward.state)]
    return [(to.value, word) for to, word in words.items() if to in ways]


@require_POST
def move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Put it on offer, or retire it."""
    user, reward = staff(request), _found(pk)
    access.require(user, catalogue.CHANGE)
    if verb not in Reward.State.values:
        raise Http404
    tried(request, partial(catalogue.move, reward, verb, by=user), done=_now("Done."))
    return redirect("admin:loyalty_reward_change", reward.pk)


@require_POST
def stock(request: HttpRequest, pk: int) -> HttpResponse:
    """Gifts come into stock, or leave it."""
    user, reward = staff(request), _found(pk)
    access.require(user, catalogue.STOCK)
    form = StockForm(request.POST, stores=access.stores_of(user, right=catalogue.STOCK))
    if not form.is_valid():
        return _reward(request, reward, stock_form=form)
    typed = form.cleaned_data
    act = partial(catalogue.restock, reward, typed["change"], store=typed["store"], reason=typed["reason"], by=user)
    tried(request, act, done=_now("The stock is changed."))
    return redirect("admin:loyalty_reward_change", reward.pk)


worklists.register(
    worklists.Worklist(
        code="rewards_to_send",
        label=_("Rewards to send"),
        rows=lambda _user: rows.to_send(),
        url="admin:loyalty_rewardorder_changelist",
        query="state__exact=reserved&way__exact=delivery",
        right=operations.CHANGE,
        icon="redeem",
    )
)
