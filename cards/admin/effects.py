"""What a revision did (CARD-05), and the poster with its QR (CARD-06)."""

import re

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cards.admin.pages import page, viewer
from cards.admin.product_pages import VIEW, found
from cards.policy.states import VersionState
from cards.queries import contents, effects, products
from core import clock, show
from core.models import Employment, Store

SOURCE = re.compile(r"^[A-Za-z0-9_.-]{1,40}\Z")


def effect(request: HttpRequest, pk: int) -> HttpResponse:
    """Sales and renewals before and after each revision went on sale, and the plan's review."""
    viewer(request, VIEW)
    product = found(pk)
    launched = product.versions.filter(state=VersionState.APPROVED, on_sale_at__isnull=False).order_by("-number")
    compared = [effects.of_revision(version, on=clock.today()) for version in launched]
    return page(
        request,
        "admin/cards/effect.html",
        title=_now("What changes of %(product)s did") % {"product": product},
        product=product,
        rows=[_bars(one) for one in compared if one],
        early=any(one is None for one in compared),
        plan=contents.plan_of(product.version) if product.version else None,
    )


def _bars(one: effects.Effect) -> dict[str, object]:
    pairs = [
        (_("sold"), one.before.sold, one.after.sold, show.number),
        (
            _("turnover"),
            one.before.turnover_minor,
            one.after.turnover_minor,
            lambda minor: show.money(minor, whole=True),
        ),
        (_("activated"), one.before.activated, one.after.activated, show.number),
        (_("renewed"), one.before.renewed, one.after.renewed, show.number),
        (
            _("renewed, of those that ended"),
            one.before.renewal_bps or 0,
            one.after.renewal_bps or 0,
            lambda bps: f"{bps / 100:g} %",
        ),
    ]
    lines = [
        {
            "label": label,
            "before": shown(before),
            "after": shown(after),
            "before_width": _part(before, after),
            "after_width": _part(after, before),
        }
        for label, before, after, shown in pairs
    ]
    return {"effect": one, "lines": lines}


def _part(amount: int, other: int) -> int:
    return round(100 * amount / max(amount, other, 1))


class PosterForm(forms.Form):
    """Whose poster: a store's, a seller's or a campaign's; sales that come by it are told apart."""

    store = forms.ModelChoiceField(
        label=_("Store"), queryset=Store.objects.filter(is_open=True), required=False, to_field_name="code"
    )
    seller = forms.ModelChoiceField(
        label=_("Seller"),
        queryset=Employment.objects.filter(ended_on__isnull=True).select_related("user", "post"),
        required=False,
        to_field_name="staff_number",
    )
    campaign = forms.RegexField(SOURCE, label=_("Campaign"), required=False, max_length=40)

    def source(self) -> str:
        """`store-SH1`, `seller-T0008`, `campaign-spring`; empty for a poster of nobody's."""
        cleaned = self.cleaned_data
        if cleaned.get("campaign"):
            return f"campaign-{cleaned['campaign']}"
        if cleaned.get("seller"):
            return f"seller-{cleaned['seller'].staff_number}"
        return f"store-{cleaned['store'].code}" if cleaned.get("store") else ""


def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """A page to print: the card, its price, its benefits, and the QR that leads to it."""
    viewer(request, VIEW)
    product = found(pk)
    form = PosterForm(request.GET)
    source = form.source() if form.is_valid() else ""
    offer = products.offer_of(product.code, clock.today())
    address = settings.SITE_URL + reverse("cards:product", args=[product.code])
    return page(
        request,
        "admin/cards/poster.html",
        title=_now("Poster"),
        product=product,
        offer=offer,
        form=form,
        source=source,
        address=f"{address}?src={source}" if source else address,
    )
