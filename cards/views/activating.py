"""Activation online (CARD-11 · A4.1.1): what is on the card and what was given at purchase, then a code to that phone."""

import secrets
from typing import Any
from uuid import UUID

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cards.forms.activation import ActivationForm, ConfirmForm
from cards.models import Activation, Card, Entitlement
from cards.operations import claims, online_activation
from cards.operations.claims import Claim
from cards.operations.online_activation import Given
from cards.policy import numbers, validity
from cards.queries import cards, purchases, wallet
from core import clock, limits, refusals
from core.limits import Limit
from core.models import User
from core.refusals import Refusal
from core.request import address_of
from core.rules import RuleBroken
from members import proof, recruiting
from members.models import LegalText
from members.policy import phones

JOURNEY = "activation"
LASTS = 1800
PER_ORIGIN = Limit("activation-origin", 60, 3600)


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("activation_code", "document_number")
def activate(request: HttpRequest) -> HttpResponse:
    """One form, and one answer for everything that does not fit, whichever field it was."""
    user = _user(request)
    form = ActivationForm(request.POST or None, initial=_prefilled(request, user))
    status, locked = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                limits.require((PER_ORIGIN, address_of(request) or "unknown"))
                return _recognised(request, form.cleaned_data, user)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status if refusal.status == 429 else 422
                locked = refusal.allowed_from
    return render(request, "cards/activation/form.html", {"form": form, "locked": locked}, status=status)


@require_http_methods(["GET", "POST"])
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """The code that was sent to the phone; it counts in this browser and for this card only."""
    journey = _journey(request)
    if journey is None:
        messages.warning(request, refusals.sentence("journey_over"))
        return redirect("cards:activate")
    user = _user(request)
    form = ConfirmForm(request.POST or None, is_member=user is not None)
    if request.method == "POST" and form.is_valid():
        try:
            online_activation.check_code(journey["phone"], binding=journey["binding"], typed=form.cleaned_data["code"])
        except Refusal as refusal:
            form.add_error("code", str(refusal))
        else:
            return _complete(request, journey, keeps_number=form.cleaned_data["keeps_number"])
    agreement = LegalText.objects.get(pk=journey["agreed"])
    context = {"form": form, "to": phones.masked(journey["phone"]), "agreement": agreement}
    return render(request, "cards/activation/code.html", context, status=422 if form.errors else 200)


@require_POST
@never_cache
def resend(request: HttpRequest) -> HttpResponse:
    journey = _journey(request)
    if journey is None:
        return redirect("cards:activate")
    try:
        online_activation.send_code(journey["phone"], binding=journey["binding"], language=get_language() or "")
        messages.success(request, _("A new code is on its way."))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect("cards:activate_code")


@require_safe
@login_required
@never_cache
def done(request: HttpRequest, card: UUID) -> HttpResponse:
    """The card has come alive: what it gives, and what to do next (CARD-13)."""
    user = _user(request)
    found = wallet.held_by(user, card) if user else None
    if found is None or found.last_valid_on is None or not Activation.objects.filter(card=found).exists():
        raise Http404
    context = {
        "card": found,
        "days": validity.days_left(clock.today(), last_valid_on=found.last_valid_on),
        "benefits": list(Entitlement.objects.filter(version=found.version_id).prefetch_related("stores")),
    }
    return render(request, "cards/activation/done.html", context)


def _recognised(request: HttpRequest, data: dict[str, Any], user: User | None) -> HttpResponse:
    phone = data["phone"].value
    claim = Claim(data["card_number"], data["activation_code"], phone, data["document_number"])
    card = claims.recognise(claim)
    online_activation.refuse_other_login(user, phone=phone)
    language, binding = get_language() or "en", secrets.token_hex(16)
    online_activation.send_code(phone, binding=binding, language=language)
    request.session[JOURNEY] = {
        "at": clock.now().timestamp(),
        "card": card.pk,
        "binding": binding,
        "phone": phone,
        "document_kind": data["document_kind"],
        "document_number": data["document_number"],
        "agreed": purchases.agreement_of(card.version, on=clock.today()).pk,
        "language": language,
    }
    return redirect("cards:activate_code")


def _journey(request: HttpRequest) -> dict[str, Any] | None:
    """What waits in the sealed session for its code; nothing after half an hour."""
    journey: dict[str, Any] | None = request.session.get(JOURNEY)
    if journey and clock.now().timestamp() - journey["at"] > LASTS:
        del request.session[JOURNEY]
        return None
    return journey


def _complete(request: HttpRequest, journey: dict[str, Any], *, keeps_number: bool) -> HttpResponse:
    del request.session[JOURNEY]
    user = _user(request)
    card = cards.with_relations().get(pk=journey["card"])
    given = Given(
        phone=journey["phone"],
        document_kind=journey["document_kind"],
        document_number=journey["document_number"],
        agreed=LegalText.objects.get(pk=journey["agreed"]),
        language=journey["language"],
        keeps_number=keeps_number,
    )
    try:
        activated = online_activation.complete(card, given, user=user, recruited=recruiting.remembered(request))
    except RuleBroken as error:
        messages.error(request, refusals.said(error))
        return redirect("cards:activate")
    success = reverse("cards:activated", args=[card.public_id])
    holder = activated.member.user
    if user is not None or holder is None:
        return redirect(success)
    proof.remember(request, holder, method="code")
    response: HttpResponse = perform_login(request, holder, redirect_url=success)
    return response


def _prefilled(request: HttpRequest, user: User | None) -> dict[str, Any]:
    """Number and code for whoever bought the card for herself and comes from her order."""
    card = _bought(request.GET.get("card", ""), user) if user else None
    if card is None:
        return {}
    return {
        "card_number": numbers.display_number(card.number.number),
        "activation_code": numbers.display_activation_code(card.number.activation_code),
        "phone": card.purchaser.phone,
    }


def _bought(public_id: str, user: User) -> Card | None:
    try:
        found = wallet.card_of(user, UUID(public_id))
    except ValueError:
        return None
    return found if found and found.state == Card.State.ISSUED else None


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
