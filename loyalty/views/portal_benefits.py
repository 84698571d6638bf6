"""Reserving a benefit in kind and giving it up, on the member's phone (CARD-24, LOY-15 · E4.4, B8.3)."""

import uuid
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cards.models import Card, Entitlement
from cards.queries import wallet
from core import refusals
from core.models import User
from core.rules import RuleBroken
from loyalty.forms_benefits import DayForm, ReserveForm
from loyalty.models import BenefitReservation
from loyalty.operations import benefit_reservations
from loyalty.queries import reserving
from loyalty.queries.benefits import Offer


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def reserve(request: HttpRequest, card: UUID, benefit: str) -> HttpResponse:
    """A store, a day, a time: three touches."""
    found, user = _card(request, card), _user(request)
    wanted = reserving.wanted(found, benefit)
    if wanted is None:
        raise Http404
    error = ""
    if request.method == "POST":
        form = ReserveForm(request.POST)
        if form.is_valid():
            try:
                return _reserve(request, found, wanted, form, user)
            except RuleBroken as refusal:
                error = refusals.said(refusal)
        else:
            error = refusals.sentence("slot_unknown")
    point, day = DayForm(request.POST or request.GET).chosen()
    choice = reserving.choice(found, wanted, point=point, day=day)
    if choice is None:
        raise Http404
    context = {
        "card": found,
        "benefit": wanted if isinstance(wanted, Entitlement) else wanted.version,
        "choice": choice,
        "key": uuid.uuid4(),
        "error": error,
    }
    return render(request, "loyalty/portal/reserve.html", context, status=422 if error else 200)


def _reserve(
    request: HttpRequest, card: Card, wanted: Entitlement | Offer, form: ReserveForm, user: User
) -> HttpResponse:
    """Refuses what the operation refuses; a store that does not serve this is a slot that does not exist."""
    choice = reserving.choice(card, wanted, point=form.cleaned_data["point"], day=form.cleaned_data["day"])
    if choice is None or choice.point.pk != form.cleaned_data["point"]:
        raise refusals.Refusal("slot_unknown")
    benefit_reservations.reserve(
        card,
        wanted,
        point=choice.point,
        starts_at=form.starts_at(),
        by=user,
        key=f"portal:{user.pk}:{form.cleaned_data['key']}",
    )
    messages.success(request, _("Reserved. Show your card’s code at the counter."))
    return redirect("cards:benefits")


@require_POST
@login_required
@never_cache
def cancel(request: HttpRequest, reservation: int) -> HttpResponse:
    """The use is hers again at once."""
    row = (
        BenefitReservation.objects.filter(member__user=_user(request), pk=reservation)
        .select_related("card", "version", "member")
        .first()
    )
    if row is None:
        raise Http404
    try:
        benefit_reservations.cancel(row, by=_user(request))
    except RuleBroken as refusal:
        messages.error(request, refusals.said(refusal))
    else:
        messages.success(request, _("Cancelled. The use is yours again."))
    return redirect("cards:benefits")


def _card(request: HttpRequest, public_id: UUID) -> Card:
    found = wallet.held_by(_user(request), public_id)
    if found is None:
        raise Http404
    return found


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user
