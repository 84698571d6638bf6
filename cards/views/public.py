"""The public site: what the membership gives, the cards side by side, a page for each (CARD-06, CARD-08)."""

from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cards.models import ProductVersion
from cards.operations import faces
from cards.policy.parameters import ActivationParameters, PurchaseParameters, RenewalParameters
from cards.policy.states import VersionState
from cards.queries import comparison, contents, products, showcase
from cards.views import sources
from core import access, clock, parameters


@require_safe
@sources.remembered
def home(request: HttpRequest) -> HttpResponse:
    """`/`: what the membership gives, the cards, the questions."""
    offers = showcase.offers(clock.today())
    best = max(offers, key=lambda offer: offer.saving_minor, default=None)
    return render(
        request, "cards/public/home.html", {"offers": offers, "best": best, "figures": _figures(), "hero": offers[:2]}
    )


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
    offer = products.offer_of(code, clock.today())
    if offer is None:
        raise Http404
    version = offer.version
    example = contents.example(version, day=clock.today())
    return render(
        request,
        "cards/public/product.html",
        {"offer": offer, "version": version, "example": example, "figures": _figures()},
    )


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """`/questions/`: what people ask before they buy."""
    return render(request, "cards/public/questions.html", {"figures": _figures()})


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
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
    if not public:
        response["Cache-Control"] = "private, no-store"
    return response


def _figures() -> dict[str, object]:
    """The figures of the policy in force that the answers name."""
    today = clock.today()
    return {
        "purchase": parameters.in_force(PurchaseParameters, on=today),
        "activation": parameters.in_force(ActivationParameters, on=today),
        "renewal": parameters.in_force(RenewalParameters, on=today),
    }
