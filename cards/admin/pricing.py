"""The price of a product: in force, scheduled, its history as a chart, and asking for another (CARD-03)."""

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cards.admin.pages import page, staff, viewer
from cards.admin.product_pages import found
from cards.forms.money import MoneyField
from cards.models import Price, Product
from cards.operations import prices as operations
from cards.queries import prices
from core import access, audit, clock, refusals, show
from core.models import Approval, User
from core.rules import RuleBroken

VIEW = "cards.view_price"
FIELDS = {"price_in_the_past": "starts_on", "reason_needed": "reason"}


class PriceForm(forms.Form):
    """Another price from a day on, and why."""

    amount_minor = MoneyField(label=_("New price"))
    starts_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


def prices_of(request: HttpRequest, pk: int) -> HttpResponse:
    """The price page of a product; a POST asks for a change."""
    user, product = staff(request), found(pk)
    form = PriceForm(request.POST or None, initial={"starts_on": clock.today() + dt.timedelta(days=1)})
    if request.method == "POST":
        asked = _propose(product, form, by=user) if form.is_valid() else None
        if asked:
            return redirect("admin:core_approval_change", asked.pk)
    viewer(request, VIEW)
    today = clock.today()
    listed = list(prices.history(product))
    subject = audit.label_of(product)
    return page(
        request,
        "admin/cards/prices.html",
        status=422 if form.errors else 200,
        title=_now("Price of %(product)s") % {"product": product},
        product=product,
        version=product.version,
        current=prices.price_on(product, today),
        scheduled=list(prices.scheduled(product, today)),
        history=listed,
        chart=_chart(listed),
        most=max((price.amount_minor for price in listed), default=1),
        waiting=Approval.objects.filter(kind=operations.KIND, subject=subject, state=Approval.State.PENDING).first(),
        form=form if access.allows(user, operations.RIGHT) and product.version else None,
    )


def _propose(product: Product, form: PriceForm, *, by: User) -> Approval | None:
    try:
        return operations.propose(product, **form.cleaned_data, by=by)
    except RuleBroken as refusal:
        if isinstance(refusal, refusals.Refusal) and refusal.status == 403:
            raise
        form.add_error(FIELDS.get(refusal.code, "amount_minor"), refusals.said(refusal))
        return None


def _chart(listed: list[Price]) -> list[dict[str, Any]]:
    """The last twelve prices, the oldest first."""
    return [
        {
            "label": show.day(price.starts_on, short=True),
            "value": price.amount_minor,
            "text": show.money(price.amount_minor, whole=True),
            "soft": price.starts_on > clock.today(),
        }
        for price in reversed(listed[:12])
    ]
