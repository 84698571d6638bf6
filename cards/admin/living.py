"""Cards that were sold, in the back office: looked at here, stopped and let go on by operations (CARD-14 · A4.3)."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cards import printing
from cards.admin.buying import Lookup
from cards.models import Activation, BenefitUse, Card, Entitlement, Product, Term
from cards.operations import holding
from cards.policy import numbers
from cards.queries import worklists as waiting
from core import access, audit, show, words, worklists
from core.admin.base import ReadOnly, moment, state, worded
from core.admin.deciding import Deciding, Decision, ReasonForm
from core.models import User
from core.rules import RuleBroken
from members.policy import names
from risk import operations as risk
from risk.models import Hold

OF_CARD = (
    Decision(
        "lost", _("Reported lost: stop the card"), holding.RIGHT, lambda card: card.state == Card.State.ACTIVE, ReasonForm,
        lambda card, user, given: holding.suspend(
            card, because=Card.Suspension.LOST, by=user, reason=given["reason"]
        ),
    ),
    Decision(
        "suspend", _("Suspend"), holding.RIGHT, lambda card: card.state == Card.State.ACTIVE, ReasonForm,
        lambda card, user, given: holding.suspend(
            card, because=Card.Suspension.STAFF, by=user, reason=given["reason"]
        ),
    ),
    Decision(
        "resume", _("Let it go on"), holding.RIGHT, lambda card: card.suspension in holding.BY_HAND, ReasonForm,
        lambda card, user, given: holding.resume(card, by=user, reason=given["reason"]),
    ),
    Decision(
        "hold", _("Place a hold on its use"), "risk.add_hold", lambda card: not _holds_on(card), ReasonForm,
        lambda card, user, given: risk.place_hold(
            subject=audit.label_of(card), scope=Hold.Scope.USE, reason=given["reason"], by=user, member=card.holder
        ),
    ),
    Decision(
        "lift", _("Lift the hold"), "risk.change_hold", lambda card: bool(_holds_on(card)), ReasonForm,
        lambda card, user, given: [risk.lift_hold(hold, by=user, reason=given["reason"]) for hold in _holds_on(card)],
    ),
)  # fmt: skip


def _holds_on(card: Card) -> list[Hold]:
    """Read once for each card that is shown: every button asks."""
    kept: dict[str, Any] = vars(card)
    if "holds_on_use" not in kept:
        rows = Hold.objects.filter(subject=audit.label_of(card), scope=Hold.Scope.USE, lifted_at__isnull=True)
        kept["holds_on_use"] = list(rows)
    holds: list[Hold] = kept["holds_on_use"]
    return holds


class OfProduct(admin.SimpleListFilter):
    """Which card; a product is called by the version on sale."""

    title = _("card product")
    parameter_name = "product"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(product.pk), product) for product in Product.objects.select_related("version")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Card]) -> QuerySet[Card]:
        chosen = self.value() or ""
        return queryset.filter(product=int(chosen)) if chosen.isdecimal() and len(chosen) < 19 else queryset


class Late(admin.SimpleListFilter):
    """What service follows up."""

    title = _("activation")
    parameter_name = "activation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("late", _("not activated in time"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Card]) -> QuerySet[Card]:
        late = waiting.not_activated_in_time(cast(User, request.user)).values("pk")
        return queryset.filter(pk__in=late) if self.value() == "late" else queryset


class Terms(Lookup):
    model = Term
    related = ("card__number",)
    fields = readonly_fields = (
        "sequence", "version", "starts_on", "last_valid_on", "price", "added_at",
    )  # fmt: skip

    @admin.display(description=_("price"))
    def price(self, term: Term) -> str:
        return show.money(term.price_minor)


@admin.register(Card)
class CardAdmin(Deciding):
    """The list finds by index: card number, member number, order number."""

    list_display = ("number", "product", "who", state(_("state")), "last_valid_on", moment("issued_at", _("sold at")))
    list_filter = (Late, "state", "suspension", OfProduct)
    search_help_text = _("Card number, member number or order number")
    ordering = ("-id",)
    inlines = (Terms,)
    decisions = OF_CARD
    fields: ClassVar[Any] = (
        "number", "possible", "state", "suspension", "on_hold", "product", "version", "who", "member_page", "order",
        "issued_at", "store", "activate_before_on", "activated_at", "valid_from_on", "last_valid_on", "renewals", "uses",
        "to_print",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What a list shows too: the admin leaves `list_select_related` unread where anything is named here."""
        rows = super().get_queryset(request)
        return rows.select_related(
            "number", "product__version", "version", "holder", "purchaser", "order_line__order", "store"
        )

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return ("number",)

    def search_index(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        try:
            return rows.filter(number__number=numbers.read_card_number(term))
        except RuleBroken:
            found = rows.filter(holder__number=term)
            return found if found.exists() else rows.filter(order_line__order__number=term.upper())

    def get_urls(self) -> list[URLPattern]:
        own = path("<int:pk>/card.pdf", self.admin_site.admin_view(self.printed), name="cards_card_print")
        return [own, *super().get_urls()]

    def printed(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The card to print for its holder, e.g. by post; on record."""
        card = self.may_see(request, pk)
        user = cast(User, request.user)
        access.require(user, holding.RIGHT)
        if not isinstance(card, Card) or card.holder is None:
            raise Http404
        with transaction.atomic():
            audit.record("cards.card.print", subject=card, actor=user, member_id=card.holder_id)
        response = HttpResponse(printing.sheet(card), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="card-{card.number.number[-4:]}.pdf"'
        return response

    def member_id_of(self, row: Model) -> int | None:
        return cast(Card, row).holder_id

    @admin.display(description=_("holder"))
    def who(self, card: Card) -> str:
        return names.masked(card.holder.name) if card.holder else "—"

    @admin.display(description=_("member"))
    def member_page(self, card: Card) -> SafeString:
        member = card.holder or card.purchaser
        return format_html('<a href="{}">{}</a>', reverse("admin:members_member_overview", args=[member.pk]), member)

    @admin.display(description=_("order"))
    def order(self, card: Card) -> SafeString:
        order = card.order_line.order
        return format_html('<a href="{}">{}</a>', reverse("admin:cards_order_change", args=[order.pk]), order)

    @admin.display(description=_("on hold"))
    def on_hold(self, card: Card) -> str:
        return "; ".join(hold.reason for hold in _holds_on(card)) or "—"

    @admin.display(description=_("uses"))
    def uses(self, card: Card) -> SafeString:
        address = reverse("admin:cards_benefituse_changelist") + f"?card__id__exact={card.pk}"
        return format_html('<a href="{}">{}</a>', address, card.uses.filter(reversed_at__isnull=True).count())

    @admin.display(description=_("to print"))
    def to_print(self, card: Card) -> SafeString:
        if card.holder is None:
            return SafeString("—")
        return format_html('<a href="{}">PDF</a>', reverse("admin:cards_card_print", args=[card.pk]))


@admin.register(Activation)
class ActivationAdmin(ReadOnly):
    list_display = (
        "card",
        "member",
        "channel",
        "store",
        "clerk",
        "document_kind",
        "document_last_digits",
        worded("proof", words.PROOF, _("proof of purchase")),
        moment("at", _("at")),
    )
    list_filter = ("channel",)
    list_select_related = ("card__number", "member", "store", "clerk")
    search_exact = ("card__number__number", "member__number")
    ordering = ("-id",)


class OfBenefit(admin.SimpleListFilter):
    """One benefit under its newest name, whichever version of a product promised it."""

    title = _("benefit")
    parameter_name = "benefit"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list({one.code: one.localized_name for one in Entitlement.objects.order_by("pk")}.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(entitlement__code=self.value()) if self.value() else queryset


@admin.register(BenefitUse)
class BenefitUseAdmin(ReadOnly):
    list_display = ("card", "benefit", "quantity", "store", "clerk", "at", "reversed_at", "reversal_reason")
    list_filter = ("store", OfBenefit)
    list_select_related = ("card__number", "entitlement", "store", "clerk")
    search_exact = ("card__number__number", "card__holder__number")
    ordering = ("-id",)

    @admin.display(description=_("benefit"), ordering="entitlement")
    def benefit(self, use: BenefitUse) -> str:
        return use.entitlement.localized_name

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "card__id__exact" or super().lookup_allowed(lookup, value, request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return access.within_scope(super().get_queryset(request), cast(User, request.user))


worklists.register(
    worklists.Worklist(
        code="cards.not_activated",
        label=_("Cards not activated in time"),
        rows=waiting.not_activated_in_time,
        url="admin:cards_card_changelist",
        query="activation=late",
        right="cards.suspend_card",
        icon="credit_card_off",
    )
)
