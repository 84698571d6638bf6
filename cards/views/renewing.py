"""Renewing one's own card, and letting it renew by itself (CARD-17, CARD-18 · A5)."""

import secrets
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cards.forms import renewing as forms
from cards.models import Card, RenewalMandate
from cards.operations import mandates, part_payment, renewals
from cards.operations.counter_sale import refuse_price
from cards.operations.orders import Agreed
from cards.policy.parameters import InstalmentParameters
from cards.queries import cards, purchases
from cards.queries import mandates as mandate_rows
from cards.queries import renewals as rows
from core import clock, parameters, refusals
from core.models import User
from core.refusals import Refusal
from core.rules import RuleBroken
from members.models import LegalText, Member
from members.policy import legal_layout
from members.queries import legal


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest, card: str) -> HttpResponse:
    """One, two or three years side by side, each with its price, its new last day and why; then straight to paying."""
    member, found = _mine(request, card)
    day = clock.today()
    choices = rows.choices(found, day=day)
    refused = _refused(found, member, choices)
    if refused is not None:
        return _page(request, found, {"refused": refused, "waiting": rows.open_order(found)}, status=409)
    text = purchases.agreement_of(choices[0].version, on=day)
    plans = parameters.in_force(InstalmentParameters, on=day).plans
    best = rows.best(choices)
    initial = {"key": secrets.token_hex(16), "text": text.pk, "years": 1, "parts": 1}
    form = forms.ChoiceForm(request.POST or None, choices=choices, plans=plans, initial=initial)
    if request.method == "POST":
        refuse_price(request.POST, where="web")
        if form.is_valid():
            try:
                order = renewals.place(
                    found,
                    member=member,
                    years=form.cleaned_data["years"],
                    parts=form.cleaned_data["parts"],
                    points=form.cleaned_data["points"],
                    key=form.cleaned_data["key"],
                    agreed=_agreed(form.cleaned_data["text"]),
                )
            except RuleBroken as broken:
                form.add_error("points" if broken.code.startswith("points_") else None, refusals.said(broken))
            else:
                return redirect("cards:order_pay", token=order.token)
    context = {
        "form": form,
        "choices": choices,
        "best": best if len(choices) > 1 else None,
        "number": found.renewals + 1,
        "by_points": part_payment.offer(member, of_minor=choices[0].quote.pay_minor),
        "agreement": text,
        "sections": _sections(text),
        "chosen": str(form["years"].value()),
    }
    return _page(request, found, context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def automatic(request: HttpRequest, card: str) -> HttpResponse:
    """Switch automatic renewal on: a step of its own, never ticked beforehand."""
    member, found = _mine(request, card)
    if found.holder_id != member.pk:
        raise Http404
    running = mandate_rows.live(found)
    text = legal.in_force(LegalText.Kind.AUTO_RENEWAL)
    form = forms.MandateForm(request.POST or None, initial={"text": text.pk})
    if request.method == "POST" and form.is_valid():
        try:
            mandates.agree(found, member=member, agreed=_agreed(form.cleaned_data["text"]))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your card now renews by itself. We tell you before each charge."))
            return redirect("cards:portal_card", found.public_id)
    context = {
        "card": found,
        "form": form,
        "mandate": running,
        "charge": mandate_rows.announced(running) if running else None,
        "instrument": mandate_rows.kept_instrument(member),
        "agreement": text,
        "sections": _sections(text),
    }
    return render(request, "cards/renewal/automatic.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def automatic_off(request: HttpRequest, card: str) -> HttpResponse:
    """One step, no question back."""
    member, found = _mine(request, card)
    mandate = mandate_rows.live(found)
    if found.holder_id != member.pk:
        raise Http404
    if mandate is not None:
        mandates.end(mandate, because=RenewalMandate.Ended.MEMBER, by=member.user)
    messages.success(request, _("Automatic renewal is off. Nothing will be charged."))
    return redirect("cards:portal_card", found.public_id)


@never_cache
@require_http_methods(["GET", "POST"])
def off(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a notice: no log-in. Reading the page changes nothing, because mail programs open links themselves."""
    mandate = mandate_rows.by_token(token)
    if mandate is None:
        raise Http404
    if request.method == "POST":
        mandates.end(mandate, because=RenewalMandate.Ended.MEMBER)
        mandate.refresh_from_db()
    context = {"mandate": mandate, "card": mandate.card, "charge": mandate_rows.announced(mandate)}
    return render(request, "cards/renewal/off.html", context)


def _mine(request: HttpRequest, card: str) -> tuple[Member, Card]:
    """The member and a card that she holds or bought; anybody else's looks like none."""
    user = request.user
    member = getattr(user, "member", None) if isinstance(user, User) else None
    try:
        public_id = UUID(card)
    except ValueError as error:
        raise Http404 from error
    found = cards.with_relations().filter(public_id=public_id).first() if member else None
    if member is None or found is None or member.pk not in {found.holder_id, found.purchaser_id}:
        raise Http404
    return member, found


def _refused(card: Card, member: Member, choices: list[rows.Choice]) -> str | None:
    """Why the card cannot be renewed now, in words."""
    try:
        renewals.refuse_unfit(card, member)
    except Refusal as refusal:
        return str(refusal)
    return None if choices else refusals.sentence("renewal_not_offered")


def _page(request: HttpRequest, card: Card, context: dict[str, Any], *, status: int) -> HttpResponse:
    """The page around the choice: how the card stands, and (for its holder) what the ending year was worth."""
    day = clock.today()
    is_holder = card.holder is not None and card.holder.user_id == getattr(request.user, "pk", None)
    mandate = mandate_rows.live(card) if is_holder else None
    context |= {
        "card": card,
        "position": cards.position(card, day=day),
        "year": rows.year(card, day=day) if is_holder and card.last_valid_on else None,
        "mandate": mandate,
        "charge": mandate_rows.announced(mandate) if mandate else None,
    }
    return render(request, "cards/renewal/renew.html", context, status=status)


def _agreed(text: int) -> Agreed:
    found = LegalText.objects.filter(pk=text).first()
    if found is None:
        raise Refusal("agreement_changed")
    return Agreed(found, get_language() or "en")


def _sections(text: LegalText) -> Any:
    return legal_layout.sections(text.bodies.get(get_language() or "en") or text.bodies.get("en", ""))
