"""Benefits of the catalogue at the counter: redeemed by one key, undone by rule, reservations served (CARD-24 · E4.4)."""

import uuid
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cards.forms.serving import UndoForm, UseForm
from cards.models import Card
from cards.queries import cards
from cards.queries.entitlements import Standing
from cards.views.counter.desk import Desk, at_desk, refuse, the_card
from core import access, clock
from core.rules import RuleBroken
from loyalty.models import BenefitRedemption, BenefitReservation
from loyalty.operations import benefit_reservations, redemptions
from loyalty.queries import benefits
from loyalty.queries.benefits import Offer


@require_http_methods(["GET", "POST"])
@at_desk
def benefit(
    request: HttpRequest, desk: Desk, card: UUID, version: int | None = None, grant: int | None = None
) -> HttpResponse:
    """Confirm, then the verdict, as for a benefit of the card."""
    found = the_card(request, desk, card)
    offer = _offer(found, version=version, grant=grant)
    form = UseForm(request.POST or None, initial={"key": uuid.uuid4(), "quantity": 1})
    if request.method == "POST" and form.is_valid():
        try:
            done = redemptions.record(
                found,
                offer,
                store=desk.store,
                clerk=desk.clerk,
                key=f"counter:{desk.clerk.pk}:{form.cleaned_data['key']}",
                quantity=form.cleaned_data["quantity"],
            )
        except RuleBroken as error:
            return refuse(request, desk, error, what="redeem_benefit", subject=found, card=found)
        return redirect("loyalty:counter_redemption", done.pk)
    context = {"desk": desk, "card": found, "form": form, "standing": _standing(found, offer, desk)}
    return render(request, "cards/counter/use.html", context, status=422 if form.errors else 200)


@require_safe
@at_desk
def redemption(request: HttpRequest, desk: Desk, redemption: int) -> HttpResponse:
    """The unmistakable yes, read from the database."""
    done = _redemption(desk, redemption)
    standing = _standing(done.card, Offer(done.version, done.grant), desk)
    context = {
        "desk": desk,
        "use": done,
        "card": done.card,
        "left": standing.decision.left,
        "undo_url": reverse("loyalty:counter_redemption_undo", args=[done.pk]),
    }
    return render(request, "cards/counter/used.html", context)


@require_http_methods(["GET", "POST"])
@at_desk
def undo(request: HttpRequest, desk: Desk, redemption: int) -> HttpResponse:
    """Take a use back, with a reason; within minutes, a manager at any time."""
    done = _redemption(desk, redemption)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            redemptions.reverse(done, by=desk.clerk, reason=form.cleaned_data["reason"])
        except RuleBroken as error:
            return refuse(request, desk, error, what="undo", subject=done, card=done.card)
        return redirect("loyalty:counter_redemption", done.pk)
    context = {"desk": desk, "use": done, "card": done.card, "form": form}
    return render(request, "cards/counter/undo.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@at_desk
def reservation(request: HttpRequest, desk: Desk, card: UUID, reservation: int) -> HttpResponse:
    """What was reserved with the card in hand: confirm, then the verdict of the use it became."""
    found = the_card(request, desk, card)
    row = _reservation(desk, found, reservation)
    form = UseForm(request.POST or None, initial={"key": uuid.uuid4(), "quantity": 1})
    if request.method == "POST" and form.is_valid():
        key = f"counter:{desk.clerk.pk}:{form.cleaned_data['key']}"
        try:
            done = benefit_reservations.redeem(row, store=desk.store, clerk=desk.clerk, key=key)
        except RuleBroken as error:
            return refuse(request, desk, error, what="redeem_reservation", subject=row, card=found)
        if done.redemption_id is not None:
            return redirect("loyalty:counter_redemption", done.redemption_id)
        return redirect("counter:used", done.card_use_id)
    context = {"desk": desk, "card": found, "form": form, "reservation": row}
    return render(request, "loyalty/counter/reservation.html", context, status=422 if form.errors else 200)


@require_POST
@at_desk
def cancel(request: HttpRequest, desk: Desk, card: UUID, reservation: int) -> HttpResponse:
    """The customer gives it up at the counter."""
    found = the_card(request, desk, card)
    row = _reservation(desk, found, reservation)
    try:
        benefit_reservations.cancel(row, by=desk.clerk)
    except RuleBroken as error:
        return refuse(request, desk, error, what="cancel_reservation", subject=row, card=found)
    return redirect("counter:card", found.public_id)


def _offer(card: Card, *, version: int | None, grant: int | None) -> Offer:
    """One of the holder's own benefits; any other is as good as missing."""
    if card.holder is None:
        raise Http404
    for offer in benefits.offers(card.holder, day=clock.today()):
        if offer.grant.pk == grant if offer.grant else offer.version.pk == version:
            return offer
    raise Http404


def _standing(card: Card, offer: Offer, desk: Desk) -> Standing:
    term = cards.position(card, day=clock.today()).term
    if term is None:
        raise Http404
    return benefits.standing_of(offer, card, term=term, day=clock.today(), store=desk.store)


def _redemption(desk: Desk, pk: int) -> BenefitRedemption:
    """A use of the stores this clerk serves; any other is as good as missing."""
    rows = BenefitRedemption.objects.select_related(
        "card__number", "card__product", "card__version", "card__holder__user", "version__benefit", "grant", "store", "clerk",
        "member",
    )  # fmt: skip
    found = access.within_scope(rows, desk.clerk, right=redemptions.RIGHT).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _reservation(desk: Desk, card: Card, pk: int) -> BenefitReservation:
    """A reservation of this card at the stores this clerk serves."""
    rows = BenefitReservation.objects.filter(card=card).select_related(
        "entitlement", "version__benefit", "store", "point", "card__holder", "member"
    )
    found = access.within_scope(rows, desk.clerk, right=redemptions.RIGHT).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
