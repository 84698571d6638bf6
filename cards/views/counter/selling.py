"""Selling at the counter (CARD-07, CARD-08 · A3): a card in the hand for money on the table, by keyboard alone."""

import secrets
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from cards.forms import counter as forms
from cards.models import Channel, Order
from cards.operations import counter_points, counter_sale, orders, part_payment
from cards.policy.parameters import InstalmentParameters
from cards.queries import openings, prices, products
from cards.queries import orders as rows
from cards.views.counter import certified
from cards.views.counter.confirming import code_sent, confirmed
from cards.views.counter.desk import Desk, at_desk
from core import access, clock, parameters, refusals
from core.competence import Missing
from core.models import Store, User
from core.refusals import Refusal
from core.rules import RuleBroken
from members.models import IdentityDocument, LegalText, Member
from members.operations import identity, people
from members.policy import legal_layout
from members.queries import legal

RIGHT = "counter.sell"


@sensitive_post_parameters("document_number")
@require_http_methods(["GET", "POST"])
@at_desk
def sell(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One form: product, buyer, card, money. The price stands there to be read; it is no field."""
    access.require(desk.clerk, RIGHT, at=desk.store.pk)
    if request.method == "POST":
        counter_sale.refuse_price(request.POST, where="counter")
    shut = certified.shut_products(desk)
    if "" in shut and request.method == "GET":
        return certified.page(request, desk, shut[""])
    form = _form(request, desk.store)
    bill, payer, note = None, None, ""
    if request.method == "POST" and form.is_valid():
        payer = Member.objects.by_phone(form.cleaned_data["phone"]).first()
        is_done = counter_sale.was_placed(payer, key=form.cleaned_data["key"])
        try:
            bill = None if is_done else _bill(form, payer, desk)
            if bill is None:
                if not is_done:
                    confirmed(form, payer, desk)
                sale = _sell(form, clerk=desk.clerk, store=desk.store)
                return redirect("counter:sold", token=sale.order.token)
            note = code_sent(form, payer, desk)
        except RuleBroken as broken:
            bill = _bill(form, payer, desk, again=True) if form.refuse(broken) else None
        if bill and not bill.asks:
            form.expect_money()
    language = get_language() or "en"
    text = legal.in_force(LegalText.Kind.CARD_AGREEMENT)
    offers = _offers(desk.store, shut)
    context = {
        "form": form,
        "desk": desk,
        "offers": offers,
        "first_open": next((one["code"] for one in offers if not one["shut"]), ""),
        "bill": bill,
        "asks": bill.asks if bill else None,
        "note": note,
        "payer": payer.name if payer else "",
        "agreement": text,
        "sections": legal_layout.sections(text.bodies.get(language) or text.bodies.get("en", "")),
    }
    return render(request, "cards/counter/sell.html", context, status=422 if form.errors else 200)


@require_GET
@at_desk
def sold(request: HttpRequest, desk: Desk, token: str) -> HttpResponse:
    """The result, unmistakable; with the change to give and the receipt to print."""
    order = _order(desk.clerk, token)
    standing = rows.standing(order)
    if not standing.received:
        raise Http404
    newest = standing.received[0]
    change = (newest.tendered_minor - newest.amount_minor) if newest.tendered_minor is not None else None
    context = {"desk": desk, "order": order, "standing": standing, "payment": newest, "change_minor": change}
    context["by_points"] = part_payment.given(order)
    return render(request, "cards/counter/sold.html", context)


@require_http_methods(["GET", "POST"])
@at_desk
def collect(request: HttpRequest, desk: Desk, token: str) -> HttpResponse:
    """Take the next part of an order, or an unpaid order as a whole, wherever it was made."""
    access.require(desk.clerk, RIGHT, at=desk.store.pk)
    order = get_object_or_404(Order.objects.select_related("member__user", "store"), token=token)
    if request.method == "POST":
        counter_sale.refuse_price(request.POST, where="counter")
    form = forms.TillForm(request.POST or None, initial={"method": "cash"})
    if request.method == "POST" and form.is_valid():
        try:
            counter_sale.take_payment(order, pay=_money(form.cleaned_data), clerk=desk.clerk, store=desk.store)
        except RuleBroken as broken:
            form.add_error(None, refusals.said(broken))
        else:
            return redirect("counter:sold", token=order.token)
    context = {"form": form, "order": order, "standing": rows.standing(order), "desk": desk}
    return render(request, "cards/counter/collect.html", context, status=422 if form.errors else 200)


def _order(clerk: User, token: str) -> Order:
    """An order that money was taken for at one of the clerk's stores; any other looks like none."""
    stores = access.stores_of(clerk, right=RIGHT)
    found = Order.objects.select_related("member__user", "store").filter(token=token)
    if stores is not None:
        found = found.filter(payments__store__in=stores).distinct()
    return get_object_or_404(found)


def _form(request: HttpRequest, store: Store) -> forms.SaleForm:
    today = clock.today()
    text = legal.in_force(LegalText.Kind.CARD_AGREEMENT, on=today)
    return forms.SaleForm(
        request.POST or None,
        products=_products(store),
        plans=parameters.in_force(InstalmentParameters, on=today).plans,
        initial={"key": secrets.token_hex(16), "text": text.pk, "method": "cash", "parts": 1},
    )


def _products(store: Store) -> Any:
    return products.for_sale(channel=Channel.STORE, store=store).order_by("position", "code")


def _offers(store: Store, shut: dict[str, list[Missing]]) -> list[dict[str, Any]]:
    """The products a clerk can sell here today, with the price to be read out, and from when for whom; and what he
    lacks to sell it."""
    today = clock.today()
    offers = _products(store).annotate(price_minor=prices.amount_on(today))
    return [
        {
            "code": one.code,
            "name": one.version.localized_name,
            "price": one.price_minor,
            "currency": settings.CURRENCY,
            "opening": openings.of(one, day=today, store=store),
            "shut": shut.get(one.code, []),
        }
        for one in offers
        if one.price_minor is not None
    ]


def _bill(form: forms.SaleForm, payer: Member | None, desk: Desk, *, again: bool = False) -> counter_points.Bill | None:
    """What to read out before money is taken; None where no points pay, or it was agreed to (`again`: even then)."""
    given = form.cleaned_data
    if not given["points"]:
        return None
    price = prices.price_on(given["product"], clock.today())
    if price is None:
        raise Refusal("not_on_sale")
    found = counter_points.bill(
        payer,
        given["points"],
        kind=Order.Kind.PURCHASE,
        price_minor=price,
        parts=given["parts"],
        clerk=desk.clerk,
        store=desk.store,
    )
    return None if form.agreed_minor == found.pay_minor and not again else found


def _sell(form: forms.SaleForm, *, clerk: User, store: Store) -> counter_sale.Sale:
    cleaned = form.cleaned_data
    member = people.find_or_create_for_purchase(
        name=cleaned["name"], phone=cleaned["phone"], language=get_language() or "", store=store, staff=clerk
    )
    return counter_sale.sell(
        member,
        product=cleaned["product"],
        card_number=cleaned["card_number"],
        agreed=orders.Agreed(LegalText.objects.get(pk=cleaned["text"]), get_language() or "en"),
        pay=_money(cleaned),
        clerk=clerk,
        store=store,
        key=cleaned["key"],
        document=_document(member, cleaned, clerk=clerk, store=store),
        parts=cleaned["parts"],
        points=cleaned["points"],
        agreed_minor=form.agreed_minor,
    )


def _document(
    member: Member, cleaned: dict[str, Any], *, clerk: User, store: Store
) -> IdentityDocument | None:  # fmt: skip
    """The document that lay on the counter: recorded, and marked as checked by the clerk."""
    if not cleaned.get("document_number"):
        return None
    document = identity.give_document(
        member, kind=cleaned["document_kind"], number=cleaned["document_number"], by=clerk
    )
    return identity.record_check(document, by=clerk, store_id=store.pk)


def _money(cleaned: dict[str, Any]) -> counter_sale.Money:
    if cleaned["method"] == "cash":
        return counter_sale.Money(tendered_minor=cleaned["tendered_minor"])
    return counter_sale.Money(terminal_reference=cleaned["terminal_reference"])
