"""Purchases and returns at the counter (LOY-04, LOY-08 · B7)."""

from uuid import UUID, uuid4

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cards.forms.fields import plain
from cards.models import Card
from cards.operations import confirming
from cards.views.counter.confirming import code_sent, confirmed
from cards.views.counter.desk import Desk, at_desk, refuse, the_card
from core import access, clock, parameters
from core.rules import RuleBroken
from loyalty.forms import PurchaseForm, ReturnForm
from loyalty.models import Purchase, PurchaseReturn
from loyalty.operations import till
from loyalty.operations.money_off import Quote
from loyalty.policy import redeeming
from loyalty.policy.parameters import PointsParameters
from loyalty.queries import balances, bought, goods, rewards
from members.models import Member

SHOWN = 5
KEY = 32


@require_http_methods(["GET", "POST"])
@at_desk
def purchase(request: HttpRequest, desk: Desk, card: UUID) -> HttpResponse:
    """One short form: amount or lines, and the receipt. Where points or a coupon pay a part, what remains is agreed to first."""
    found = the_card(request, desk, card)
    if found.holder is None:
        raise Http404
    form = PurchaseForm(request.POST or None, categories=goods.categories())
    if request.method == "POST" and form.is_valid():
        try:
            if form.needs_agreement:
                quoted = till.quote(found.holder, form.bill, store=desk.store)
                return _agree(request, desk, found, form, quoted, note=code_sent(form, found.holder, desk))
            if not till.recorded(form.facts["receipt"], store=desk.store):
                confirmed(form, found.holder, desk)
            done = till.record(found.holder, form.bill, **form.facts, store=desk.store, clerk=desk.clerk)
        except RuleBroken as error:
            if not form.refuse(error):
                return refuse(request, desk, error, what="record_purchase", subject=found, card=found)
            if "confirm_code" in form.errors:
                return _agree(request, desk, found, form, till.quote(found.holder, form.bill, store=desk.store))
        else:
            request.session["loyalty.card"] = str(found.public_id)
            return redirect("loyalty:counter_purchased", done.pk)
    return _ask(request, desk, found, found.holder, form)


def _ask(request: HttpRequest, desk: Desk, card: Card, holder: Member, form: PurchaseForm) -> HttpResponse:
    policy, account = parameters.in_force(PointsParameters), balances.account_of(holder)
    available = account.available if account else 0
    context = {
        "desk": desk,
        "card": card,
        "form": form,
        "available": available,
        "worth": redeeming.worth(available, parameters=policy),
        "share": f"{policy.money_share_bps / 100:g}",
        "coupons": list(rewards.coupons_of(holder)[:SHOWN]),
    }
    return render(request, "loyalty/counter/purchase.html", context, status=422 if form.errors else 200)


def _agree(
    request: HttpRequest, desk: Desk, card: Card, form: PurchaseForm, quoted: Quote, *, note: str = ""
) -> HttpResponse:
    """The bill with its discounts, what remains to be paid, and what the member has to confirm before."""
    asks = confirming.asked(card.holder, quoted.by_points.points, clerk=desk.clerk, store=desk.store)
    context = {"desk": desk, "card": card, "form": form, "quote": quoted, "asks": asks, "note": note}
    context["currency"] = settings.CURRENCY
    return render(request, "loyalty/counter/purchase_agree.html", context, status=422 if form.errors else 200)


@require_safe
@at_desk
def purchased(request: HttpRequest, desk: Desk, purchase: int) -> HttpResponse:
    """The unmistakable yes, read from the database: the points, from when they can be used."""
    done = _purchase(desk, purchase)
    context = {
        "desk": desk,
        "purchase": done,
        "back": done.returns.exists(),
        "lot": balances.lot_of(done),
        "discounts": list(done.discounts.select_related("coupon__offer").order_by("means")),
        "card_id": request.session.get("loyalty.card"),
        "may_undo": clock.now() - done.recorded_at <= till.UNDO_WINDOW,
    }
    return render(request, "loyalty/counter/purchased.html", context)


@require_POST
@at_desk
def undo(request: HttpRequest, desk: Desk, purchase: int) -> HttpResponse:
    """Take it back within minutes."""
    done = _purchase(desk, purchase)
    try:
        till.undo(done, clerk=desk.clerk)
    except RuleBroken as error:
        return refuse(request, desk, error, what="undo_purchase", subject=done)
    return redirect("loyalty:counter_purchased", done.pk)


@require_safe
@at_desk
def returns(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What comes back is found by its receipt, or among what the holder of a card bought here of late."""
    receipt = plain(request.GET.get("receipt", "")[:60]).upper()
    card = _card_of(request, desk)
    rows = bought.of_stores(desk.clerk, right=till.RIGHT)
    found = None
    if receipt:
        found = bought.with_receipt(rows, receipt)
    elif card is not None and card.holder_id:
        found = bought.of_late(rows, card.holder_id)
    context = {"desk": desk, "card": card, "receipt": receipt, "found": found}
    return render(request, "loyalty/counter/returns.html", context)


def _card_of(request: HttpRequest, desk: Desk) -> Card | None:
    try:
        public_id = UUID(request.GET.get("card", ""))
    except ValueError:
        return None
    return the_card(request, desk, public_id)


@require_http_methods(["GET", "POST"])
@at_desk
def take_back(request: HttpRequest, desk: Desk, purchase: int) -> HttpResponse:
    """How many of which line come back, or all of it."""
    of = _purchase(desk, purchase)
    lines = list(of.lines.order_by("position"))
    form = ReturnForm(request.POST or None, lines=lines, initial={"key": uuid4().hex})
    key = request.POST.get("key", "")[:KEY].replace("\x00", "")
    if key and (done := till.taken_back(of, key=key, store=desk.store)):
        return redirect("loyalty:counter_returned", done.pk)
    if request.method == "POST" and form.is_valid():
        try:
            done = till.take_back(of, form.quantities, key=form.cleaned_data["key"], store=desk.store, clerk=desk.clerk)
        except RuleBroken as error:
            return refuse(request, desk, error, what="take_back_purchase", subject=of)
        return redirect("loyalty:counter_returned", done.pk)
    context = {"desk": desk, "purchase": of, "form": form, "left": sum(form.left.values())}
    return render(request, "loyalty/counter/take_back.html", context, status=422 if form.errors else 200)


@require_safe
@at_desk
def returned(request: HttpRequest, desk: Desk, done: int) -> HttpResponse:
    """The unmistakable yes: what goes back over the counter, and how many points with it."""
    rows = PurchaseReturn.objects.select_related("purchase__store", "taken")
    found = access.within_scope(rows, desk.clerk, path="purchase__store", right=till.RIGHT).filter(pk=done).first()
    if found is None:
        raise Http404
    taken = -found.taken.points if found.taken else 0
    return render(request, "loyalty/counter/returned.html", {"desk": desk, "done": found, "taken": taken})


def _purchase(desk: Desk, pk: int) -> Purchase:
    """A purchase of the stores this clerk serves; any other is as good as missing."""
    found = bought.of_stores(desk.clerk, right=till.RIGHT).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
