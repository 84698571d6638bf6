"""The member's rewards: what her points can buy, what she redeemed, and her coupons (LOY-06, LOY-13)."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import parameters, refusals
from core.models import User
from core.rules import RuleBroken
from loyalty.forms import RewardOrderForm
from loyalty.models import Reward, RewardOrder
from loyalty.operations import rewards as operations
from loyalty.policy.parameters import PointsParameters
from loyalty.queries import rewards as rows
from members.models import Member

A_PAGE = 20


@require_safe
@login_required
@never_cache
def catalogue(request: HttpRequest) -> HttpResponse:
    """What there is, what it costs, and what she lacks for it."""
    member = _member(request)
    if member is None:
        return render(request, "loyalty/portal/rewards.html", {"offered": [], "available": None})
    context = {"offered": rows.catalogue(member), "available": rows.available_of(member)}
    return render(request, "loyalty/portal/rewards.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One reward, and the form that redeems points for it. Sent twice it is one order."""
    member = _member(request)
    one = next(iter(rows.catalogue(member, _on_offer(code))), None) if member else None
    if member is None or one is None:
        raise Http404
    form = _form(request, member, one)
    if request.method == "POST" and form.is_valid():
        try:
            placed = operations.order(member, one.reward, key=f"web:{form.cleaned_data['key']}", **form.wanted)
        except RuleBroken as error:
            form.add_error(None, refusals.said(error))
        else:
            messages.success(request, _done(placed))
            return redirect("loyalty:my_rewards")
    context = {
        "one": one,
        "form": form,
        "available": rows.available_of(member),
        "why_not": one.why,
        "collect_days": parameters.in_force(PointsParameters).collect_days,
    }
    return render(request, "loyalty/portal/reward.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    """What she redeemed with its pick-up codes, and the coupons she can use."""
    member = _member(request)
    if member is None:
        return render(request, "loyalty/portal/my_rewards.html", {"page": None, "coupons": []})
    page = Paginator(rows.orders_of(member), A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "coupons": list(rows.coupons_of(member))}
    return render(request, "loyalty/portal/my_rewards.html", context)


@require_POST
@login_required
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Give up a reserved reward: the points come back."""
    member = _member(request)
    placed = rows.orders_of(member).filter(code=code).first() if member else None
    if placed is None or not isinstance(request.user, User):
        raise Http404
    try:
        operations.cancel(placed, by=request.user)
        messages.success(request, _("Cancelled. Your points are back."))
    except RuleBroken as error:
        messages.error(request, refusals.said(error))
    return redirect("loyalty:my_rewards")


def _form(request: HttpRequest, member: Member, one: rows.Offered) -> RewardOrderForm:
    initial = {
        "key": uuid.uuid4(), "recipient": member.name, "phone": member.phone or "", "address": member.address,
    }  # fmt: skip
    return RewardOrderForm(
        request.POST or None,
        stores=rows.places(one.reward),
        can_be_sent=rows.can_be_sent(one.reward),
        is_gift=one.reward.kind == Reward.Kind.GIFT,
        initial=initial,
    )


def _done(placed: RewardOrder) -> str:
    if placed.coupon_id:
        return _("The coupon is yours. Show its code when you pay.")
    if placed.way == RewardOrder.Way.DELIVERY:
        return _("Reserved for you. We will send it soon.")
    return _("Reserved for you. Show the pick-up code at the store.")


def _on_offer(code: str) -> QuerySet[Reward]:
    return Reward.objects.filter(code=code, state=Reward.State.ON_SALE)


def _member(request: HttpRequest) -> Member | None:
    return Member.objects.filter(user=request.user).first() if isinstance(request.user, User) else None
