"""Card products in the back office: the list, and the addresses of their pages."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import IntegerField, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cards.admin import effects, pricing, product_pages, studio
from cards.models import Card, CardNumber, Product
from cards.queries import launches, prices
from cards.queries import worklists as waiting
from core import clock, show, worklists
from core.admin import ReadOnly
from core.templatetags import ui

MOST = 10_000


class _Counted(Subquery):
    """How many rows there are, beside the row and not by a join, which would multiply; beyond `MOST` nobody counts on."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows.order_by().values("pk")[: MOST + 1])


def _told(count: int) -> str:
    return f"{show.number(MOST)}+" if count > MOST else show.number(count)


@admin.register(Product)
class ProductAdmin(ReadOnly):
    """A list that leads to own pages: a product is made, changed and sold through them alone."""

    list_display = ("face", "words", "state_in_words", "price", "stock", "sold", "newest")
    list_display_links = ("face", "words")
    list_filter = ("state",)
    search_exact = ("code",)
    search_prefix = ("code", "version__name")

    class Media:
        css = {"all": ("css/admin-products.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        in_stock = CardNumber.objects.filter(series=OuterRef("series"), state=CardNumber.State.IN_STOCK)
        rows: QuerySet[Any] = super().get_queryset(request).select_related("version", "series")
        found: QuerySet[Any] = rows.prefetch_related("versions").annotate(
            sold_count=_Counted(Card.objects.filter(product=OuterRef("pk"))),
            stock_count=_Counted(in_stock),
            price_today=prices.amount_on(clock.today()),
        )
        return found

    @admin.display(description=_("card face"))
    def face(self, product: Product) -> SafeString:
        version = launches.shown(product)
        return render_to_string("admin/cards/_thumbnail.html", {"version": version})

    @admin.display(description=_("card product"), ordering="code")
    def words(self, product: Product) -> str:
        version = launches.shown(product)
        return version.localized_name if version and version.name else product.code

    @admin.display(description=_("state"), ordering="state")
    def state_in_words(self, product: Product) -> SafeString:
        return ui.status_pill(product.state, product.get_state_display())

    @admin.display(description=_("price"))
    def price(self, product: Product) -> str:
        amount = vars(product)["price_today"]
        return "—" if amount is None else show.money(amount, whole=True)

    @admin.display(description=_("in stock"))
    def stock(self, product: Product) -> str:
        return _told(vars(product)["stock_count"])

    @admin.display(description=_("sold"))
    def sold(self, product: Product) -> str:
        return _told(vars(product)["sold_count"])

    @admin.display(description=_("newest version"))
    def newest(self, product: Product) -> str:
        versions = sorted(product.versions.all(), key=lambda version: version.number)
        return f"v{versions[-1].number} · {versions[-1].get_state_display()}" if versions else "—"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("cards.add_product"))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return product_pages.begin(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return product_pages.overview(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("<int:pk>/do/<slug:verb>/", product_pages.act, "cards_product_act"),
            ("<int:pk>/revise/", product_pages.revise, "cards_product_revise"),
            ("<int:pk>/v<int:number>/", studio.version, "cards_product_version"),
            ("<int:pk>/v<int:number>/figures/", studio.figures, "cards_product_figures"),
            ("<int:pk>/v<int:number>/do/<slug:verb>/", studio.act, "cards_product_version_act"),
            ("<int:pk>/prices/", pricing.prices_of, "cards_product_prices"),
            ("<int:pk>/effect/", effects.effect, "cards_product_effect"),
            ("<int:pk>/poster/", effects.poster, "cards_product_poster"),
        ]
        return [*(path(route, inside(view), name=name) for route, view, name in own), *super().get_urls()]


worklists.register(
    worklists.Worklist(
        code="drafts",
        label=_("Products I am drafting"),
        rows=waiting.drafts_of,
        url="admin:cards_product_changelist",
        right="cards.change_product",
        icon="draw",
    )
)
worklists.register(
    worklists.Worklist(
        code="launches",
        label=_("Approved products that wait to go on sale"),
        rows=waiting.launches_due,
        url="admin:cards_product_changelist",
        right="cards.launch_product",
        icon="rocket_launch",
        query="state__exact=approved",
    )
)
worklists.register(
    worklists.Worklist(
        code="reviews",
        label=_("Products due for review"),
        rows=waiting.reviews_due,
        url="admin:cards_product_changelist",
        right="cards.change_product",
        icon="event_upcoming",
        query="state__exact=on-sale",
    )
)
