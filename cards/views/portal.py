"""The member's wallet: the card, its living code, what can be had, what was used (CARD-14, CARD-25 · A4)."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cards import printing
from cards.models import Card
from cards.operations import codes
from cards.policy.parameters import CodeParameters
from cards.queries import benefits as list_of
from cards.queries import cards, holder_tier, mandates, moments, wallet
from cards.queries import contract as contracts
from core import ahead, clock, parameters, show
from core.models import User
from core.spreadsheet import csv_lines

USES_A_PAGE = 25
BENEFITS_USED = 8


@require_safe
@login_required
@never_cache
def portal_card(request: HttpRequest, card: UUID | None = None) -> HttpResponse:
    """The card page; without a card of her own the member is shown what she could have."""
    mine = wallet.cards_of(_user(request))
    if not mine and card is None:
        return render(request, "cards/portal/empty.html")
    shown = _chosen(mine, card)
    with ahead.asking(*wallet.asked(_user(request), shown, day=clock.today())):
        return render(request, "cards/portal/wallet.html", _context(request, mine, shown))


@require_safe
@login_required
@never_cache
def benefits(request: HttpRequest) -> HttpResponse:
    """What is reserved, what I can use now, what opens again and when, what a higher tier adds, what is used."""
    mine = wallet.cards_of(_user(request))
    if not mine:
        return render(request, "cards/portal/empty.html")
    wanted = next((one.public_id for one in mine if str(one.public_id) == request.GET.get("card")), None)
    context = _context(request, mine, _chosen(mine, wanted), uses=BENEFITS_USED)
    card, panel = context["card"], context["panel"]
    found = list_of.reservable(card, panel.benefits) if panel.serves else panel.benefits
    context["now"] = [one for one in found if one.decision.allowed and panel.serves]
    context["of_tiers"] = [one for one in found if one.decision.code == "benefit_from_tier"]
    context["later"] = [one for one in found if one not in context["now"] and one not in context["of_tiers"]]
    context["parts"] = list_of.parts(card, day=clock.today()) if card.holder_id else []
    return render(request, "cards/portal/benefits.html", context)


@require_safe
@login_required
@never_cache
def code(request: HttpRequest, card: UUID) -> HttpResponse:
    """A fresh rotating code, for the part of the page that renews itself."""
    found = _held(request, card)
    position = cards.position(found, day=clock.today())
    return render(request, "cards/portal/_code.html", _code(found, position))


@require_safe
@login_required
@never_cache
def changed(request: HttpRequest, card: UUID) -> HttpResponse:
    """Whether the page would look different by now: 204 for no. One query beside the log-in's."""
    pulse = wallet.pulse(_user(request), card)
    if pulse is None:
        raise Http404
    if pulse == request.GET.get("pulse"):
        return HttpResponse(status=204)
    return HttpResponse(status=204, headers={"HX-Trigger": "card-changed"})


@require_safe
@login_required
@never_cache
def uses(request: HttpRequest, card: UUID) -> HttpResponse:
    """The whole usage log, page by page."""
    found = _hers(request, card)
    page = Paginator(wallet.uses_of(found), USES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "cards/portal/uses.html", {"card": found, "page": page})


@require_safe
@login_required
@never_cache
def uses_csv(request: HttpRequest, card: UUID) -> StreamingHttpResponse:
    """The whole usage log as a file (law art. 25: records withheld count against the merchant)."""
    found = _hers(request, card)
    head = [_("When"), _("Benefit"), _("How many"), _("Where"), _("Worth"), _("Taken back at"), _("Reason")]
    rows = (
        [
            show.moment(use.at),
            use.entitlement.localized_name,
            use.quantity,
            use.store.name,
            show.money(use.value_minor, found.version.currency),
            show.moment(use.reversed_at) if use.reversed_at else "",
            use.reversal_reason,
        ]
        for use in wallet.every_use(found)
    )
    response = StreamingHttpResponse(csv_lines([head, *rows]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="uses-{found.number.number[-4:]}.csv"'
    return response


@require_safe
@login_required
@never_cache
def contract(request: HttpRequest, card: UUID) -> HttpResponse:
    """The agreement as it was accepted, with when, where and in which version (law art. 25)."""
    found = _hers(request, card)
    response = HttpResponse(contracts.as_accepted(found), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="agreement-{found.number.number[-4:]}.txt"'
    return response


@require_safe
@login_required
@never_cache
def printable(request: HttpRequest, card: UUID) -> HttpResponse:
    """The card to print: both sides in the size of a bank card, or on a sheet with marks to cut along."""
    found = _held(request, card)
    document = printing.sheet(found) if "sheet" in request.GET else printing.card(found)
    response = HttpResponse(document, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="card-{found.number.number[-4:]}.pdf"'
    return response


def _chosen(mine: list[Card], wanted: UUID | None) -> Card:
    shown = next((one for one in mine if wanted is None or one.public_id == wanted), None)
    if shown is None:
        raise Http404
    return shown


def _context(request: HttpRequest, mine: list[Card], shown: Card, *, uses: int = 3) -> dict[str, Any]:
    day = clock.today()
    panel = cards.panel(shown, day=day, store=None, uses=uses)
    context = {
        "card": shown,
        "cards": mine,
        "panel": panel,
        "moments": moments.of(panel, day=day),
        "tier": holder_tier.of(shown),
        "pulse": _pulse(request, shown),
        "mandate": mandates.live(shown) if shown.last_valid_on else None,
        "usable": [one for one in panel.benefits if one.decision.allowed and panel.serves],
    }
    return context | _code(shown, panel.position)


def _pulse(request: HttpRequest, card: Card) -> str | None:
    return wallet.pulse(_user(request), card.public_id) if card.holder_id else None


def _code(card: Card, position: cards.Position) -> dict[str, Any]:
    """A code is shown for a card that can be used now; any other says why there is none."""
    rules = parameters.in_force(CodeParameters)
    living = codes.make(card) if position.is_usable else ""
    return {
        "card": card,
        "position": position,
        "code": living,
        "life": rules.life_seconds,
        "refresh": rules.refresh_seconds,
    }


def _held(request: HttpRequest, card: UUID) -> Card:
    found = wallet.held_by(_user(request), card)
    if found is None:
        raise Http404
    return found


def _hers(request: HttpRequest, card: UUID) -> Card:
    found = wallet.card_of(_user(request), card)
    if found is None:
        raise Http404
    return found


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user
