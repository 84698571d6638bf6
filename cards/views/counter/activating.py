"""Activation at the counter (CARD-12 · A4.1.2): at most twelve key presses and the scans."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from cards.forms.serving import ActivationForm, CodeForm
from cards.models import Activation, Card, Entitlement
from cards.operations import counter_activation, looking
from cards.operations.counter_activation import Shown
from cards.policy import numbers, validity
from cards.queries import activations, cards, purchases
from cards.views.counter import certified
from cards.views.counter.desk import OPEN, Desk, at_desk, refuse, the_card
from core import clock, refusals
from core.refusals import Refusal
from core.rules import RuleBroken
from members.models import LegalText

JOURNEY = "counter.activation"
OF_FIELD = {"proof_not_recognised": "proof", "document_differs": "document_number"}


@require_http_methods(["GET", "POST"])
@at_desk
def scan(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Scan the card: straight to its activation form."""
    typed = request.POST.get("q", "").replace("\x00", "")[:200].strip()
    if shut := certified.shut(desk, "activate"):
        return certified.page(request, desk, shut["activate"])
    context: dict[str, Any] = {"desk": desk}
    if request.method == "POST" and typed:
        try:
            found = looking.look_up(numbers.read_card_number(typed), store=desk.store, clerk=desk.clerk)
        except RuleBroken as error:
            return refuse(request, desk, error, what="activate", subject=desk.store)
        if found.cards:
            request.session[OPEN] = str(found.cards[0].public_id)
            return redirect("counter:activate_card", found.cards[0].public_id)
        context["nothing"] = True
    return render(request, "cards/counter/activate_scan.html", context)


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("document_number")
@at_desk
def activate(request: HttpRequest, desk: Desk, card: UUID) -> HttpResponse:
    """Proof of purchase, document, agreement; then the code where the phone was never proved."""
    found = the_card(request, desk, card)
    if found.state != Card.State.ISSUED:
        return _activated_before(request, desk, found)
    if request.method == "GET" and (shut := certified.shut(desk, "activate", card=found)):
        return certified.page(request, desk, shut["activate"], card=found)
    expected = activations.expected_holder(found)
    asks_proof = expected.has_verified_phone and not activations.sold_here(found, store=desk.store)
    form = ActivationForm(request.POST or None, asks_proof=asks_proof)
    agreement = purchases.agreement_of(found.version, on=clock.today())
    if request.method == "POST" and form.is_valid():
        shown = _shown(form.cleaned_data, agreement)
        try:
            counter_activation.check(found, shown, clerk=desk.clerk, store=desk.store)
            if counter_activation.needs_code(found):
                return _ask_code(request, found, shown)
            counter_activation.complete(found, shown, clerk=desk.clerk, store=desk.store, phone_proved=False)
        except RuleBroken as error:
            if error.code not in OF_FIELD:
                return refuse(request, desk, error, what="activate", subject=found, card=found)
            looking.refused("activate", error, subject=found, store=desk.store, clerk=desk.clerk)
            field = OF_FIELD[error.code]
            form.add_error(field if field in form.fields else None, refusals.said(error))
        else:
            return redirect("counter:activated", found.public_id)
    context = {"desk": desk, "card": found, "expected": expected, "form": form, "agreement": agreement}
    context["asks_code"] = not expected.has_verified_phone
    return render(request, "cards/counter/activate.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@at_desk
def code(request: HttpRequest, desk: Desk, card: UUID) -> HttpResponse:
    """The customer reads out the code from her phone."""
    found = the_card(request, desk, card)
    journey = request.session.get(JOURNEY)
    if found.state != Card.State.ISSUED:
        return _activated_before(request, desk, found)
    if not journey or journey["card"] != str(card):
        return redirect("counter:activate_card", card)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and "again" in request.POST:
        form = CodeForm()
        note = _send_again(found, journey["binding"])
    elif request.method == "POST" and form.is_valid():
        note = ""
        try:
            counter_activation.check_code(found, binding=journey["binding"], typed=form.cleaned_data["code"])
        except Refusal as refusal:
            form.add_error("code", str(refusal))
        else:
            return _complete(request, desk, found, journey)
    else:
        note = ""
    expected = activations.expected_holder(found)
    context = {"desk": desk, "card": found, "form": form, "expected": expected, "note": note}
    return render(request, "cards/counter/activate_code.html", context, status=422 if form.errors else 200)


@require_safe
@at_desk
def activated(request: HttpRequest, desk: Desk, card: UUID) -> HttpResponse:
    """The unmistakable yes, read from the database, with the benefit guide to print (CARD-13)."""
    found = the_card(request, desk, card)
    done = Activation.objects.filter(card=found).select_related("store").first()
    if done is None or found.last_valid_on is None:
        raise Http404
    context = {
        "desk": desk,
        "card": found,
        "activation": done,
        "days": validity.days_left(clock.today(), last_valid_on=found.last_valid_on),
        "benefits": list(Entitlement.objects.filter(version=found.version_id).prefetch_related("stores")),
        "position": cards.position(found, day=clock.today()),
    }
    return render(request, "cards/counter/activated.html", context)


def _shown(data: dict[str, Any], agreement: LegalText) -> Shown:
    return Shown(
        proof=data.get("proof", ""),
        document_kind=data["document_kind"],
        document_number=data["document_number"],
        agreed=agreement,
        language=get_language() or "en",
        keeps_number=data["keeps_number"],
    )


def _ask_code(request: HttpRequest, card: Card, shown: Shown) -> HttpResponse:
    """What was shown waits in the sealed session while the customer looks at her phone."""
    binding = counter_activation.new_binding()
    counter_activation.send_code(card, binding=binding, language=shown.language)
    kept = vars(shown) | {"agreed": shown.agreed.pk}
    request.session[JOURNEY] = {"card": str(card.public_id), "binding": binding, "shown": kept}
    return redirect("counter:activate_code", card.public_id)


def _send_again(card: Card, binding: str) -> str:
    try:
        counter_activation.send_code(card, binding=binding, language=get_language() or "en")
    except Refusal as refusal:
        return str(refusal)
    return _("A new code is on its way.")


def _complete(request: HttpRequest, desk: Desk, card: Card, journey: dict[str, Any]) -> HttpResponse:
    kept = journey["shown"]
    shown = Shown(**{**kept, "agreed": LegalText.objects.get(pk=kept["agreed"])})
    del request.session[JOURNEY]
    try:
        counter_activation.complete(card, shown, clerk=desk.clerk, store=desk.store, phone_proved=True)
    except RuleBroken as error:
        return refuse(request, desk, error, what="activate", subject=card, card=card)
    return redirect("counter:activated", card.public_id)


def _activated_before(request: HttpRequest, desk: Desk, card: Card) -> HttpResponse:
    """A repeat by the one who did it is answered with what he did; anybody else is told that it was done."""
    own = Activation.objects.filter(card=card, clerk=desk.clerk, at__gt=clock.now() - cards.JUST_NOW).exists()
    if own and request.method == "POST":
        return redirect("counter:activated", card.public_id)
    error = Refusal("card_already_activated")
    return refuse(request, desk, error, what="activate", subject=card, card=card)
