"""Rewards at the counter (LOY-06 · B7.2): gifts that wait for a member, and gifts redeemed on the spot."""

import uuid
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cards.models import Card
from cards.operations import confirming
from cards.operations.confirming import Asked
from cards.views.counter.confirming import code_sent, confirmed
from cards.views.counter.desk import Desk, at_desk, refuse, the_card
from core import access, clock
from core.refusals import Refusal
from core.rules import RuleBroken
from loyalty.forms import HandOverForm, PickUpForm, YesForm
from loyalty.models import Reward, RewardOrder
from loyalty.operations import rewards as operations
from loyalty.queries import rewards as rows
from members.models import Member

Way = RewardOrder.Way
CARD, SHOWN = "loyalty.card", "loyalty.pick_up"


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
    one = next((one for one in rows.catalogue(holder, rows.at_counters(reward))), None)
    if one is None:
        raise Http404
    form = HandOverForm(request.POST or None, spends=one.reward.points, initial={"key": uuid.uuid4()})
    note = ""
    if request.method == "POST" and form.is_valid():
        key = f"counter:{desk.clerk.pk}:{form.cleaned_data['key']}"
        try:
            if not form.sends_code:
                return redirect("loyalty:counter_gift", _redeemed(form, desk, holder, one.reward, key).pk)
            note = code_sent(form, holder, desk)
        except RuleBroken as error:
            if not form.refuse(error):
                return refuse(request, desk, error, what="redeem_points", subject=found, card=found)
    context = {"desk": desk, "card": found, "form": form, "one": one, "available": rows.available_of(holder)}
    context |= {"why_not": one.why, "note": note, "asks": _asks(desk, holder, form.spends)}
    return render(request, "loyalty/counter/redeem.html", context, status=_status(form))


def _redeemed(form: HandOverForm, desk: Desk, holder: Member, reward: Reward, key: str) -> RewardOrder:
    if not operations.was_ordered(holder, key=key):
        confirmed(form, holder, desk)
    return operations.order(holder, reward, key=key, way=Way.AT_ONCE, store=desk.store, clerk=desk.clerk)


def _asks(desk: Desk, member: Member, points: int) -> Asked | None:
    return confirming.asked(member, points, clerk=desk.clerk, store=desk.store)


@require_http_methods(["GET", "POST"])
@at_desk
def gift(request: HttpRequest, desk: Desk, order: int) -> HttpResponse:
    """A reserved gift to hand over, to whoever shows its code or says yes to its points; once it is, the unmistakable yes,
    read from the database.
    """
    placed = _order(desk, order)
    shown = request.session.get(SHOWN, "")
    waits = placed.state == RewardOrder.State.RESERVED
    spends = placed.points if waits and shown != placed.code else 0
    form = YesForm(request.POST if request.method == "POST" else None, spends=spends)
    note = ""
    if request.method == "POST" and form.is_valid():
        try:
            if not form.sends_code:
                confirmed(form, placed.member, desk)
                operations.collect(placed, clerk=desk.clerk, store=desk.store, shown=shown)
                return redirect("loyalty:counter_gift", placed.pk)
            note = code_sent(form, placed.member, desk)
        except RuleBroken as error:
            if not form.refuse(error):
                return refuse(request, desk, error, what="redeem_points", subject=placed)
    ended = placed.ended_at
    context = {
        "desk": desk,
        "order": placed,
        "form": form,
        "note": note,
        "asks": _asks(desk, placed.member, spends),
        "card_id": request.session.get(CARD),
        "available": rows.available_of(placed.member),
        "may_undo": placed.state == RewardOrder.State.COLLECTED
        and ended is not None
        and clock.now() - ended <= operations.UNDO_WINDOW,
    }
    return render(request, "loyalty/counter/gift.html", context, status=_status(form))


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
    request.session[SHOWN] = form.cleaned_data["code"]
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


def _status(form: forms.Form) -> int:
    return 422 if form.errors else 200
