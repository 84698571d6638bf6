"""Renewing at the counter (CARD-17 · A5.2): scan, a digit for the years, the money; by keyboard alone."""

import secrets
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from cards.forms.renewing import CounterForm
from cards.models import Card, Order
from cards.operations import counter_points, counter_renewal, counter_sale, looking, part_payment, renewals
from cards.operations.orders import Agreed
from cards.policy import numbers
from cards.policy.parameters import InstalmentParameters
from cards.queries import cards, purchases
from cards.queries import orders as order_rows
from cards.queries import renewals as rows
from cards.views.counter import certified
from cards.views.counter.confirming import code_sent, confirmed
from cards.views.counter.desk import OPEN, Desk, at_desk, refuse, the_card
from core import access, clock, parameters, refusals
from core.refusals import Refusal
from core.rules import RuleBroken
from members.models import LegalText
from members.policy import legal_layout

RIGHT = "counter.renew"


@require_http_methods(["GET", "POST"])
@at_desk
def scan(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Scan the card: straight to its choices."""
    typed = request.POST.get("q", "").replace("\x00", "")[:200].strip()
    if shut := certified.shut(desk, "renew"):
        return certified.page(request, desk, shut["renew"])
    context: dict[str, Any] = {"desk": desk}
    if request.method == "POST" and typed:
        try:
            found = looking.look_up(numbers.read_card_number(typed), store=desk.store, clerk=desk.clerk)
        except RuleBroken as error:
            return refuse(request, desk, error, what="renew", subject=desk.store)
        if found.cards:
            request.session[OPEN] = str(found.cards[0].public_id)
            return redirect("counter:renew", found.cards[0].public_id)
        context["nothing"] = True
    return render(request, "cards/counter/renew_scan.html", context)


@require_http_methods(["GET", "POST"])
@at_desk
def renew(request: HttpRequest, desk: Desk, card: UUID) -> HttpResponse:
    """The choices with their prices to be read out, and the till. There is no field for a price (CARD-07)."""
    access.require(desk.clerk, RIGHT, at=desk.store.pk)
    found, day = the_card(request, desk, card, whole=True), clock.today()
    if request.method == "POST":
        counter_sale.refuse_price(request.POST, where="counter")
        if "give_up" in request.POST:
            counter_renewal.give_up(found, clerk=desk.clerk, store=desk.store)
            return redirect("counter:renew", card)
    elif shut := certified.shut(desk, "renew", card=found):
        return certified.page(request, desk, shut["renew"], card=found)
    choices = rows.choices(found, day=day)
    is_done = counter_renewal.was_placed(found, key=str(request.POST.get("key", "")))
    try:
        if not is_done:
            _refuse_unfit(found, choices)
    except RuleBroken as error:
        if error.code == "renewal_open":
            return _waiting(request, desk, found, error)
        return refuse(request, desk, error, what="renew", subject=found, card=found)
    text = purchases.agreement_of(choices[0].version, on=day)
    plans = parameters.in_force(InstalmentParameters, on=day).plans
    initial = {"key": secrets.token_hex(16), "text": text.pk, "years": 1, "parts": 1, "method": "cash"}
    form = CounterForm(request.POST or None, choices=choices, plans=plans, initial=initial)
    bill, note = None, ""
    if request.method == "POST" and form.is_valid():
        try:
            bill = None if is_done else _bill(form, found, choices, desk)
            if bill is None:
                if not is_done:
                    confirmed(form, found.holder, desk)
                return redirect("counter:renewed", token=_renew(form, found, desk).token)
            note = code_sent(form, found.holder, desk)
        except RuleBroken as broken:
            looking.refused("renew", broken, subject=found, store=desk.store, clerk=desk.clerk)
            bill = _bill(form, found, choices, desk, again=True) if form.refuse(broken) else None
        if bill and not bill.asks:
            form.expect_money()
    context = {
        "desk": desk,
        "card": found,
        "position": cards.position(found, day=day),
        "choices": choices,
        "best": rows.best(choices) if len(choices) > 1 else None,
        "number": found.renewals + 1,
        "chosen": str(form["years"].value()),
        "form": form,
        "bill": bill,
        "asks": bill.asks if bill else None,
        "note": note,
        "payer": found.holder.name if found.holder else "",
        "by_points": part_payment.offer(found.holder, of_minor=choices[0].quote.pay_minor),
        "agreement": text,
        "sections": legal_layout.sections(text.bodies.get(get_language() or "en") or text.bodies.get("en", "")),
    }
    return render(request, "cards/counter/renew.html", context, status=422 if form.errors else 200)


def _bill(
    form: CounterForm, card: Card, choices: list[rows.Choice], desk: Desk, *, again: bool = False
) -> counter_points.Bill | None:
    """What to read out before money is taken; None where no points pay, or it was agreed to (`again`: even then)."""
    given = form.cleaned_data
    if not given["points"]:
        return None
    found = counter_points.bill(
        card.holder,
        given["points"],
        kind=Order.Kind.RENEWAL,
        price_minor=next(one.quote.pay_minor for one in choices if one.quote.years == given["years"]),
        parts=given["parts"],
        clerk=desk.clerk,
        store=desk.store,
    )
    return None if form.agreed_minor == found.pay_minor and not again else found


def _renew(form: CounterForm, card: Card, desk: Desk) -> Order:
    given = form.cleaned_data
    return counter_renewal.renew(
        card,
        years=given["years"],
        parts=given["parts"],
        key=given["key"],
        agreed=Agreed(get_object_or_404(LegalText, pk=given["text"]), get_language() or "en"),
        pay=_money(given),
        clerk=desk.clerk,
        store=desk.store,
        points=given["points"],
        agreed_minor=form.agreed_minor,
    )


@require_GET
@at_desk
def renewed(request: HttpRequest, desk: Desk, token: str) -> HttpResponse:
    """The unmistakable yes: the new last day, the change, a gift to hand over, the receipt."""
    stores = access.stores_of(desk.clerk, right=RIGHT)
    found = Order.objects.select_related("member__user", "store").filter(token=token, kind=Order.Kind.RENEWAL)
    if stores is not None:
        found = found.filter(payments__store__in=stores).distinct()
    order = get_object_or_404(found)
    standing = order_rows.standing(order)
    if not standing.received:
        raise Http404
    newest, line = standing.received[0], standing.lines[0]
    change = newest.tendered_minor - newest.amount_minor if newest.tendered_minor is not None else None
    context = {
        "desk": desk,
        "order": order,
        "standing": standing,
        "payment": newest,
        "line": line,
        "change_minor": change,
        "by_points": part_payment.given(order),
        "has_gift": any(
            one["offer"] == "veteran_gift" and one["reason"] == "chosen" for one in line.offers.get("considered", [])
        ),
    }
    return render(request, "cards/counter/renewed.html", context)


def _waiting(request: HttpRequest, desk: Desk, card: Card, error: RuleBroken) -> HttpResponse:
    """Another renewal is being paid online. The customer may give that one up here: money that still comes goes back."""
    looking.refused("renew", error, subject=card, store=desk.store, clerk=desk.clerk)
    context = {"desk": desk, "card": card, "reason": refusals.said(error), "waiting": rows.open_order(card)}
    return render(request, "cards/counter/renew_waiting.html", context, status=409)


def _refuse_unfit(card: Card, choices: list[rows.Choice]) -> None:
    if card.holder is None:
        raise Refusal("card_not_activated")
    renewals.refuse_unfit(card, card.holder)
    if not choices:
        raise Refusal("renewal_not_offered")


def _money(cleaned: dict[str, Any]) -> counter_sale.Money:
    if cleaned["method"] == "cash":
        return counter_sale.Money(tendered_minor=cleaned["tendered_minor"])
    return counter_sale.Money(terminal_reference=cleaned["terminal_reference"])
