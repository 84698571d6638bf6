"""The public site: what the membership gives, the cards side by side, a page for each (CARD-06, CARD-08)."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from cards.models import ProductVersion
from cards.operations import faces
from cards.policy.parameters import ActivationParameters, PurchaseParameters, RenewalParameters
from cards.policy.states import VersionState
from cards.queries import comparison, contents, openings, showcase
from cards.queries.products import Offer
from cards.views import sources
from core import access, clock, kept_pages, parameters
from core.models import User
from members.models import Member


@require_safe
@sources.remembered
def home(request: HttpRequest) -> HttpResponse:
    """`/`: what the membership gives, the cards, the questions."""
    offers = showcase.offers(clock.today())
    best = max(offers, key=lambda offer: offer.saving_minor, default=None)
    return render(request, "cards/public/home.html", {"offers": offers, "best": best, "hero": offers[:2]})


@require_safe
@sources.remembered
def listing(request: HttpRequest) -> HttpResponse:
    """`/cards/`: every card on sale, and all of them compared."""
    offers = showcase.offers(clock.today())
    return render(request, "cards/public/products.html", {"offers": offers, "rows": comparison.rows(offers)})


@require_safe
@sources.remembered
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """`/cards/<code>/`: a card on sale, or suspended and saying so; a draft or retired card is not there."""
    today = clock.today()
    offer = showcase.offer_of(code, today)
    if offer is None:
        raise Http404
    return kept_pages.shown(
        request, "cards/public/product.html", lambda: _told(request, offer, today), version=offer.read
    )


def _told(request: HttpRequest, offer: Offer, today: dt.date) -> dict[str, Any]:
    context: dict[str, Any] = {"offer": offer, "version": offer.version}
    member = _member(request) if offer.opening else None

    def draw() -> str:
        example = contents.example(offer.version, day=today)
        told = context | {"example": example, "figures": _figures()}
        if offer.opening and member:
            told["mine"] = openings.mine(offer.opening, member, day=today)
        return render_to_string("cards/public/_offer.html", told, request)

    drawn = draw() if member else showcase.drawn(offer, get_language() or "", draw)
    return context | {"drawn": mark_safe(drawn)}  # noqa: S308  (a template drew it)


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """`/questions/`: what people ask before they buy. Whoever keeps the answers stands them there (`core.places`)."""
    return render(request, "cards/public/questions.html")


@require_safe
def face_image(request: HttpRequest, name: str) -> HttpResponseBase:
    """The picture of a card face: everybody may see that of an approved version, staff that of a draft."""
    rows = ProductVersion.objects.filter(face_image=name)
    public = rows.filter(state=VersionState.APPROVED).exists()
    user = request.user if not isinstance(request.user, AnonymousUser) else None
    if not public and not (user and rows.exists() and access.allows(user, "cards.view_productversion")):
        raise Http404
    with default_storage.open(faces.path_of(name)) as kept:
        response = HttpResponse(kept.read(), content_type="image/jpeg")
    response["Content-Security-Policy"] = "default-src 'none'"
    response["Cache-Control"] = "public, max-age=31536000, immutable" if public else "private, no-store"
    return response


def _member(request: HttpRequest) -> Member | None:
    return Member.objects.filter(user=request.user).first() if isinstance(request.user, User) else None


def _figures() -> dict[str, object]:
    """The figures of the policy in force that the answers name."""
    now = parameters.Snapshot()
    return {
        "purchase": now.of(PurchaseParameters),
        "activation": now.of(ActivationParameters),
        "renewal": now.of(RenewalParameters),
    }
