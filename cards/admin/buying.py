"""Orders and money in the back office (CARD-10 · A3.3.4): looked at here, changed only through operations."""

from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.admin import TabularInline

from cards.admin import deciding
from cards.models import GatewayEvent, Instalment, Order, OrderEvent, OrderLine, Payment, Refund
from cards.operations import finance
from cards.wording import codes
from core import access, refusals, show, words
from core.admin import ReadOnly, revealable
from core.admin.base import moment, state, worded, words_filter
from core.admin.deciding import Deciding
from core.models import User
from core.rules import RuleBroken


def money(field: str, label: Any) -> Callable[[Any], str]:
    """A column of an amount, written as money."""

    def column(row: Any) -> str:
        currency = getattr(row, "currency", None) or row.payment.currency
        return show.money(getattr(row, field), currency)

    column.__name__ = f"money_{field}"
    column.short_description = label  # type: ignore[attr-defined]
    return column


GATEWAY = worded("gateway", words.GATEWAY, _("gateway"))
FAILURE = worded("failure", words.FAILURE, _("why it failed"), read=codes.failure)
EXCEPTION = worded("exception", words.EXCEPTION, _("exception"))
SAID = worded("kind", words.SAID, _("kind"))
OUTCOME = worded("outcome", words.OUTCOME, _("outcome"))
NOTE = worded("note", words.NOTE, _("note"))
REASON = worded("reason", words.NOTE, _("reason"))


class Lookup(TabularInline):  # type: ignore[misc]
    """Rows that belong to the one looked at; never edited. `related` is what a row is told by."""

    related: tuple[str, ...] = ()
    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related(*self.related)


class Lines(Lookup):
    model = OrderLine
    related = ("order", "version")
    fields = readonly_fields = (
        "position", "version", "years", money("unit_price_minor", _("unit price")),
        money("discount_minor", _("discount")), money("total_minor", _("total")),
    )  # fmt: skip


class Payments(Lookup):
    model = Payment
    related = ("order",)
    fields = readonly_fields = (
        "reference", GATEWAY, money("amount_minor", _("amount")), money("received_minor", _("received")),
        money("refunded_minor", _("refunded")), state(_("state")), "settled_at",
    )  # fmt: skip
    show_change_link = True


class History(Lookup):
    model = OrderEvent
    related = ("order", "actor")
    fields = readonly_fields = ("at", "before", "after", "actor", NOTE)

    @admin.display(description=_("before"))
    def before(self, event: OrderEvent) -> str:
        return _state_in_words(event.from_state)

    @admin.display(description=_("after"))
    def after(self, event: OrderEvent) -> str:
        return _state_in_words(event.to_state)


def _state_in_words(code: str) -> str:
    return str(Order.State(code).label) if code in Order.State else code or "—"


class Refunds(Lookup):
    model = Refund
    related = ("payment", "requested_by")
    fields = readonly_fields = (
        "reference", money("amount_minor", _("amount")), REASON, state(_("state")), "requested_by", "created_at",
        "settled_at",
    )  # fmt: skip
    show_change_link = True


class Queue(admin.SimpleListFilter):
    """The worklists of finance and service."""

    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("reconcile", _("to be reconciled")),
            ("invoice", _("invoice wanted")),
            ("exception", _("exceptions")),
            ("set-aside", _("money set aside")),
            ("late-part", _("part unpaid")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        match self.value():
            case "reconcile":
                return queryset.filter(reconciled_at__isnull=True, paid_minor__gt=0)
            case "invoice":
                return queryset.filter(invoice_wanted_at__isnull=False, invoice_number="", paid_minor__gt=0)
            case "exception":
                return queryset.exclude(exception="")
            case "set-aside":
                return queryset.filter(pk__in=Payment.objects.filter(state="quarantined").values("order"))
            case "late-part":
                unpaid = Instalment.objects.filter(paid_at__isnull=True).values("plan__order")
                return queryset.filter(pk__in=unpaid, state=Order.State.FULFILLED)
            case _:
                return queryset


@admin.register(Order)
class OrderAdmin(Deciding):
    list_display = (
        "number", "member", "what", state(_("state")), money("total_minor", _("total")), money("paid_minor", _("paid")),
        "channel", "store", moment("placed_at", _("placed at")), EXCEPTION,
    )  # fmt: skip
    list_filter = (Queue, "state", "kind", "channel")
    list_select_related = ("member", "store")
    search_exact = ("number", "member__number")
    ordering = ("-id",)
    inlines = (Lines, Payments, History)
    actions = ("reconcile",)
    decisions = deciding.OF_ORDER
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("number", "state", "possible", EXCEPTION, "kind", "member", "placed_at", "pay_before_at")}),
        (_("Money"), {"fields": (
            money("subtotal_minor", _("before discount")), money("discount_minor", _("discount")),
            money("total_minor", _("total")), money("paid_minor", _("paid")), money("refunded_minor", _("refunded")),
            "paid_at", "reconciled_at", "reconciled_by", "invoice_wanted_at", "invoice_number",
            revealable("invoice", label=_("invoice details")),
        )}),
        (_("Where from"), {"fields": ("channel", "store", "seller", "campaign", "acceptance")}),
        (_("Gift"), {"fields": (
            "is_gift", revealable("gift_name", label=pgettext_lazy("gift", "for")),
            revealable("gift_phone", label=_("phone of the person it is for")),
            revealable("gift_message", label=pgettext_lazy("gift", "message")),
        )}),
    )  # fmt: skip
    masked_fields = ("invoice", "gift_name", "gift_phone", "gift_message")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        rows = super().get_queryset(request).prefetch_related("lines__version")
        return access.within_scope(rows, cast(User, request.user))

    @admin.display(description=_("card"))
    def what(self, order: Order) -> str:
        return show.listed(line.version.localized_name for line in order.lines.all())

    @admin.action(description=_("Mark as reconciled"), permissions=["reconcile"])
    def reconcile(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        try:
            done = finance.reconcile(queryset, by=cast(User, request.user))
            self.message_user(request, _now("%(number)s orders reconciled.") % {"number": done})
        except RuleBroken as broken:
            self.message_user(request, refusals.said(broken), messages.ERROR)

    def has_reconcile_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(finance.RECONCILE)


@admin.register(Payment)
class PaymentAdmin(Deciding):
    list_display = (
        "reference", "order", GATEWAY, money("amount_minor", _("asked")), money("received_minor", _("received")),
        money("refunded_minor", _("refunded")), state(_("state")), FAILURE, moment("created_at", _("started at")),
        moment("settled_at", pgettext_lazy("payment", "settled at")),
    )  # fmt: skip
    list_filter = ("state", words_filter("gateway", words.GATEWAY, _("gateway")))
    list_select_related = ("order",)
    search_exact = ("reference", "gateway_reference", "order__number")
    ordering = ("-id",)
    inlines = (Refunds,)
    decisions = deciding.OF_PAYMENT
    fields: ClassVar[Any] = (
        "reference", "order", "possible", "state", FAILURE, GATEWAY, "gateway_reference", "instalment",
        money("amount_minor", _("asked")), money("received_minor", _("received")),
        money("refunded_minor", _("refunded")), "store", "received_by", "created_at", "settled_at", "checked_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payment]:
        return access.within_scope(super().get_queryset(request), cast(User, request.user), path="order__store")

    def member_id_of(self, row: Model) -> int | None:
        return cast(Payment, row).order.member_id


@admin.register(Refund)
class RefundAdmin(Deciding):
    list_display = (
        "reference", "payment", money("amount_minor", _("amount")), state(_("state")), REASON, "requested_by",
        moment("created_at", _("requested at")), moment("settled_at", pgettext_lazy("payment", "settled at")),
    )  # fmt: skip
    list_filter = ("state",)
    list_select_related = ("payment", "requested_by")
    search_exact = ("reference", "payment__order__number")
    ordering = ("-id",)
    decisions = deciding.OF_REFUND
    fields: ClassVar[Any] = (
        "reference", "payment", "possible", "state", money("amount_minor", _("amount")), REASON, "requested_by",
        "approval", "gateway_reference", "created_at", "settled_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Refund]:
        rows = super().get_queryset(request)
        return access.within_scope(rows, cast(User, request.user), path="payment__order__store")


@admin.register(GatewayEvent)
class GatewayEventAdmin(ReadOnly):
    list_display = ("event_id", GATEWAY, SAID, moment("received_at", _("received at")), OUTCOME)
    list_filter = (words_filter("gateway", words.GATEWAY, _("gateway")), words_filter("kind", words.SAID, _("kind")))
    search_exact = ("event_id",)
    ordering = ("-id",)
    fields: ClassVar[Any] = ("event_id", GATEWAY, SAID, "received_at", OUTCOME, "told")

    @admin.display(description=_("what the provider said"))
    def told(self, event: GatewayEvent) -> SafeString:
        rows = sorted(event.body.get("data", {}).items()) if isinstance(event.body, dict) else []
        return format_html("<dl>{}</dl>", format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A provider's words may name the payer and her bank: for whoever reconciles the money alone."""
        return request.user.has_perm(finance.RECONCILE)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)
