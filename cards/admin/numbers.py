"""The stock of card numbers in the back office: series, batches, stores, the printer's file (CARD-01)."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, tried, viewer
from cards.models import CardNumber, NumberBatch, NumberSeries
from cards.operations import numbers
from cards.queries import stock
from cards.queries import worklists as waiting
from core import access, refusals, show, worklists
from core.admin import ReadOnly
from core.models import Store
from core.request import reason_of
from core.rules import RuleBroken

VIEW = "cards.view_numberseries"


class SeriesForm(forms.Form):
    code = forms.SlugField(label=_("Code"), max_length=20)
    prefix = forms.RegexField(  # type: ignore[assignment]
        r"^[0-9]{2,8}$", label=_("Prefix"), help_text=_("2 to 8 digits with which every number begins.")
    )
    digits = forms.IntegerField(label=_("Digits in all"), min_value=10, max_value=19, initial=16)
    low_stock = forms.IntegerField(label=_("Warn below"), min_value=0, max_value=1_000_000, initial=50)


class ProduceForm(forms.Form):
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=numbers.LARGEST_BATCH, initial=100)
    store = forms.ModelChoiceField(
        label=pgettext_lazy("destination", "For"),
        queryset=Store.objects.filter(is_open=True),
        required=False,
        empty_label=_("the central stock"),
    )


class SendForm(forms.Form):
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=numbers.LARGEST_BATCH, initial=20)
    to = forms.ModelChoiceField(label=_("To"), queryset=Store.objects.filter(is_open=True))


class VoidForm(forms.Form):
    number = forms.CharField(label=_("Card number"), max_length=40)
    reason = forms.CharField(label=_("Reason"), max_length=200)


@admin.register(NumberSeries)
class NumberSeriesAdmin(ReadOnly):
    list_display = ("code", "prefix", "digits", "central_stock", "low_stock", "feeds")
    search_exact = ("code", "prefix")
    search_prefix = ("code",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return stock.with_central_stock().prefetch_related("products")

    @admin.display(description=_("central stock"))
    def central_stock(self, series: NumberSeries) -> str:
        return show.number(vars(series)["central"])

    @admin.display(description=_("products"))
    def feeds(self, series: NumberSeries) -> str:
        return ", ".join(product.code for product in series.products.all()) or "—"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(numbers.PRODUCE))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return _open(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return _series(request, _found(object_id))

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = [
            path("<int:pk>/do/<slug:verb>/", inside(act), name="cards_numberseries_act"),
            path("batch/<int:pk>/export/", inside(export), name="cards_numberbatch_export"),
        ]
        return [*own, *super().get_urls()]


@admin.register(CardNumber)
class CardNumberAdmin(ReadOnly):
    """Where a number lies and what became of it. Its activation code is never shown."""

    list_display = ("number", "series", "store", "state", "void_reason")
    list_filter = ("state",)
    list_select_related = ("series", "store")
    search_exact = ("number",)
    search_prefix = ("number",)
    fields = readonly_fields = ("number", "series", "batch", "store", "state", "void_reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[CardNumber] = super().get_queryset(request)
        return access.within_scope(rows.defer("activation_code", "activation_digest"), staff(request))


def _found(pk: object) -> NumberSeries:
    try:
        series = NumberSeries.objects.filter(pk=int(str(pk))).first()
    except (ValueError, OverflowError):
        series = None
    if series is None:
        raise Http404
    return series


def _open(request: HttpRequest) -> HttpResponse:
    user = staff(request)
    form = SeriesForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            series = numbers.open_series(**form.cleaned_data, by=user)
        except RuleBroken as refusal:
            form.add_error("prefix" if refusal.code == "series_overlaps" else "code", refusals.said(refusal))
        else:
            return redirect("admin:cards_numberseries_change", series.pk)
    access.require(user, numbers.PRODUCE)
    status = 422 if form.is_bound else 200
    return page(request, "admin/cards/begin.html", status=status, title=_("New number series"), form=form)


def _series(request: HttpRequest, series: NumberSeries, **forms_: forms.Form) -> HttpResponse:
    """How many numbers lie where, the batches, and what can be done with them."""
    user = viewer(request, VIEW)
    places = stock.places(series)
    central = next((place.in_stock for place in places if not place.store), 0)
    return page(
        request,
        "admin/cards/series.html",
        status=422 if forms_ else 200,
        title=_now("Number series %(code)s") % {"code": series.code},
        series=series,
        places=places,
        central=central,
        low=central < series.low_stock,
        most=max((place.in_stock + place.assigned + place.void for place in places), default=1),
        batches=stock.batches(series)[:50],
        may_export=access.allows(user, numbers.EXPORT),
        produce_form=_allowed(user, numbers.PRODUCE, forms_.get("produce") or ProduceForm()),
        send_form=_allowed(user, numbers.SEND, forms_.get("send") or SendForm()),
        void_form=_allowed(user, numbers.VOID, forms_.get("void") or VoidForm()),
    )


def _allowed(user: Any, right: str, form: forms.Form) -> forms.Form | None:
    return form if access.allows(user, right) else None


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Make numbers, send them to a store, or void one."""
    user, series = staff(request), _found(pk)
    kinds: dict[str, type[forms.Form]] = {"produce": ProduceForm, "send": SendForm, "void": VoidForm}
    if verb not in kinds:
        raise Http404
    form = kinds[verb](request.POST)
    if not form.is_valid():
        access.require(user, f"cards.{verb}_number")
        return _series(request, series, **{verb: form})
    typed = form.cleaned_data
    if verb == "produce":
        done = _now("Made: %(count)s numbers.") % {"count": show.number(typed["count"])}
        tried(request, partial(numbers.produce, series, **typed, by=user), done=done)
    elif verb == "send":
        done = _now("Sent: %(count)s numbers to %(store)s.") % {"count": typed["count"], "store": typed["to"]}
        tried(request, partial(numbers.send, series, **typed, by=user), done=done)
    else:
        plain = "".join(typed["number"].split())
        number = CardNumber.objects.filter(series=series, number=plain).first()
        if number is None:
            form.add_error("number", _now("This series has no such number."))
            return _series(request, series, void=form)
        tried(request, partial(numbers.void, number, by=user, reason=typed["reason"]), done=_now("Voided."))
    return redirect("admin:cards_numberseries_change", series.pk)


@require_POST
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The printer's file of a batch, once."""
    user = staff(request)
    batch = NumberBatch.objects.select_related("series").filter(pk=pk).first()
    if batch is None:
        raise Http404
    pages: list[str] = []
    if not tried(
        request,
        lambda: pages.append(numbers.export(batch, by=user, reason=reason_of(request))),
        done=_now("Sent to the printer."),
    ):
        return redirect("admin:cards_numberseries_change", batch.series_id)
    answer = HttpResponse(pages[0].encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{batch.series.code}-{batch.first_sequence}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


worklists.register(
    worklists.Worklist(
        code="low_stock",
        label=_("Number series that run out"),
        rows=waiting.low_series,
        url="admin:cards_numberseries_changelist",
        right=numbers.PRODUCE,
        icon="tag",
    )
)
