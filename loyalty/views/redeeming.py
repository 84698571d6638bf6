"""Rewards at the counter (LOY-06 · B7.2): gifts that wait for a member, and gifts redeemed on the spot."""

import uuid
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cards.models import Card
from cards.views.counter.desk import Desk, at_desk, refuse, the_card
from core import access, clock
from core.refusals import Refusal
from core.rules import RuleBroken
from loyalty.forms import HandOverForm, PickUpForm
from loyalty.models import RewardOrder
from loyalty.operations import rewards as operations
from loyalty.queries import rewards as rows
from members.models import Member

Way = RewardOrder.Way
CARD = "loyalty.card"


@require_http_methods(["GET", "POST"])
@at_desk
def scan(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Scan or type a pick-up code: straight to the gift behind it."""
    form = PickUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.session.pop(CARD, None)
        return _open(request, desk, form)
    return render(request, "loyalty/counter/gifts.html", {"desk": desk, "form": form}, status=_status(form))


@require_http_methods(["GET", "POST"])
@at_desk
def listing(request: HttpRequest, desk: Desk, card: UUID) -> HttpResponse:
    """What can be handed to this member now: what she reserved here, and what lies here for her points."""
    found, holder = _held(request, desk, card)
    request.session[CARD] = str(found.public_id)
    form = PickUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _open(request, desk, form)
    context = {
        "desk": desk,
        "card": found,
        "form": form,
        "available": rows.available_of(holder),
        "waiting": rows.waiting_here(holder, desk.store),
        "offered": rows.in_stock_here(holder, desk.store),
    }
    return render(request, "loyalty/counter/rewards.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@at_desk
def redeem(request: HttpRequest, desk: Desk, card: UUID, reward: int) -> HttpResponse:
    """Confirm, then the verdict. The same form sent again shows the same hand-over and takes nothing twice."""
    found, holder = _held(request, desk, card)
    request.session[CARD] = str(found.public_id)
    form = HandOverForm(request.POST or None, initial={"key": uuid.uuid4()})
    one = next((one for one in rows.catalogue(holder, rows.at_counters(reward))), None)
    if one is None:
        raise Http404
    if request.method == "POST" and form.is_valid():
        key = f"counter:{desk.clerk.pk}:{form.cleaned_data['key']}"
        try:
            done = operations.order(holder, one.reward, key=key, way=Way.AT_ONCE, store=desk.store, clerk=desk.clerk)
        except RuleBroken as error:
            return refuse(request, desk, error, what="redeem_points", subject=found, card=found)
        return redirect("loyalty:counter_gift", done.pk)
    context = {"desk": desk, "card": found, "form": form, "one": one, "available": rows.available_of(holder)}
    context["why_not"] = one.why
    return render(request, "loyalty/counter/redeem.html", context, status=_status(form))


@require_http_methods(["GET", "POST"])
@at_desk
def gift(request: HttpRequest, desk: Desk, order: int) -> HttpResponse:
    """A reserved gift to hand over; once it is, the unmistakable yes, read from the database."""
    placed = _order(desk, order)
    if request.method == "POST":
        try:
            operations.collect(placed, clerk=desk.clerk, store=desk.store)
        except RuleBroken as error:
            return refuse(request, desk, error, what="redeem_points", subject=placed)
        return redirect("loyalty:counter_gift", placed.pk)
    ended = placed.ended_at
    context = {
        "desk": desk,
        "order": placed,
        "card_id": request.session.get(CARD),
        "available": rows.available_of(placed.member),
        "may_undo": placed.state == RewardOrder.State.COLLECTED
        and ended is not None
        and clock.now() - ended <= operations.UNDO_WINDOW,
    }
    return render(request, "loyalty/counter/gift.html", context)


@require_POST
@at_desk
def undo(request: HttpRequest, desk: Desk, order: int) -> HttpResponse:
    """Take it back within minutes: the gift onto the shelf, the points to the member."""
    placed = _order(desk, order)
    try:
        operations.give_back(placed, by=desk.clerk, reason="undone at the counter")
    except RuleBroken as error:
        return refuse(request, desk, error, what="undo_redeem_points", subject=placed)
    return redirect("loyalty:counter_gift", placed.pk)


def _open(request: HttpRequest, desk: Desk, form: PickUpForm) -> HttpResponse:
    """To the gift of a code; the counter says where it waits when that is elsewhere."""
    found = rows.by_code(form.cleaned_data["code"])
    error = Refusal("reward_code_unknown") if found is None else _elsewhere(found, desk)
    if error is not None:
        return refuse(request, desk, error, what="redeem_points", subject=desk.store)
    return redirect("loyalty:counter_gift", found.pk if found else 0)


def _elsewhere(found: RewardOrder, desk: Desk) -> Refusal | None:
    if found.store is None:
        return Refusal("reward_is_sent")
    if found.store != desk.store:
        return Refusal("reward_waits_elsewhere", store=found.store.name)
    return None


def _held(request: HttpRequest, desk: Desk, card: UUID) -> tuple[Card, Member]:
    found = the_card(request, desk, card)
    if found.holder is None:
        raise Http404
    return found, found.holder


def _order(desk: Desk, pk: int) -> RewardOrder:
    """A gift of the stores that this clerk serves; any other is as good as missing."""
    found = access.within_scope(rows.with_relations(), desk.clerk, right=operations.COUNTER).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _status(form: PickUpForm | HandOverForm) -> int:
    return 422 if form.errors else 200
