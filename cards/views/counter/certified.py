"""What a clerk may not do for want of a certificate, told before he types anything (CARD-26 · A3.2.1)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cards.models import Card
from cards.operations.counter_activation import ACTIVATE
from cards.operations.orders import SELL
from cards.operations.renewals import RENEW
from cards.views.counter.desk import Desk
from core import competence
from core.competence import Missing

RIGHTS = {"activate": ACTIVATE, "renew": RENEW, "sell": SELL}


def shut(desk: Desk, *verbs: str, card: Card | None = None) -> dict[str, list[Missing]]:
    """Of these verbs those that are shut for the clerk, in general or for this card: verb → what he lacks."""
    of = (lambda: card.product.code) if card is not None else ""
    found = {verb: competence.missing(desk.clerk, RIGHTS[verb], of) for verb in verbs}
    return {verb: missing for verb, missing in found.items() if missing}


def shut_products(desk: Desk) -> dict[str, list[Missing]]:
    """The products that the clerk may not sell: code → what he lacks; "" where he may sell none."""
    return {subject: missing for (_right, subject), missing in competence.closed(desk.clerk, {SELL}).items()}


def page(request: HttpRequest, desk: Desk, missing: list[Missing], *, card: Card | None = None) -> HttpResponse:
    """The page of a verb that is shut: which certificate it needs, and the way to it. Nothing was tried, so nothing is
    put on record."""
    context = {"desk": desk, "missing": missing, "certificates": competence.told(missing), "card": card}
    return render(request, "cards/counter/not_certified.html", context, status=409)
