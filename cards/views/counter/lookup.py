"""The one box, and the one panel that answers (CARD-14 · A4.3.1)."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cards.models import Card
from cards.operations import looking, uses
from cards.queries import benefits, cards, holder_tier, recent
from cards.views.counter import certified
from cards.views.counter import verbs as entered
from cards.views.counter.desk import OPEN, Desk, at_desk, refuse, the_card
from core import access, ahead, clock, competence, navigation
from core.rules import RuleBroken

LONGEST = 200
HOME = ("activate", "sell")
OF_CARD = ("activate", "renew")


@require_http_methods(["GET", "POST"])
@at_desk
def home(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What was scanned or typed: one card opens its panel, several make a list."""
    typed = request.POST.get("q", "").replace("\x00", "")[:LONGEST].strip()
    context: dict[str, Any] = {"desk": desk, "verbs": _verbs_without_card(), "shut": certified.shut(desk, *HOME)}
    if request.method == "POST" and typed:
        try:
            found = looking.look_up(typed, store=desk.store, clerk=desk.clerk)
        except RuleBroken as error:
            return refuse(request, desk, error, what="look_up", subject=desk.store)
        if len(found.cards) == 1:
            request.session[OPEN] = str(found.cards[0].public_id)
            return redirect("counter:card", found.cards[0].public_id)
        context |= {"found": found, "more": len(found.cards) == cards.MOST_MATCHES}
    else:
        context["just_now"] = list(recent.at_store(desk.store))
    return render(request, "cards/counter/home.html", context)


@require_safe
@at_desk
def card(request: HttpRequest, desk: Desk, card: UUID) -> HttpResponse:
    """The panel: who, which card, how it stands, what can be had here and now, and the verbs."""
    found = the_card(request, desk, card)
    day = clock.today()
    with ahead.asking(*cards.asked(found, day=day, store=desk.store), competence.asked(desk.clerk)):
        shut = certified.shut(desk, *OF_CARD, card=found) | certified.shut(desk, "sell")
        panel = cards.panel(found, day=day, store=desk.store)
        tier = holder_tier.of(found)
    context = {"desk": desk, "card": found, "panel": panel, "verbs": _verbs(found, panel), "tier": tier}
    context["shut"] = shut
    context["more_verbs"] = entered.offered(found)
    if undoable := next((use for use in panel.uses if _may_undo(use, desk)), None):
        context["undo"] = benefits.undo(undoable) or reverse("counter:undo", args=[undoable.pk])
    return render(request, "cards/counter/card.html", context)


def _may_undo(use: Any, desk: Desk) -> bool:
    return bool(
        use.reversed_at is None
        and use.store_id == desk.store.pk
        and (clock.now() - use.at <= uses.REVERSAL_WINDOW or access.allows(desk.clerk, "cards.reverse_any_use"))
    )


def _verbs(card: Card, panel: cards.Panel) -> dict[str, str]:
    """The addresses of what can be done now; a verb whose page does not exist is not offered."""
    verbs: dict[str, str] = {}
    if card.state == Card.State.ISSUED:
        verbs["activate"] = reverse("counter:activate_card", args=[card.public_id])
    elif card.state == Card.State.ACTIVE and (renew := navigation.address("counter:renew", card.public_id)):
        verbs["renew"] = renew
    return verbs | _verbs_without_card()


def _verbs_without_card() -> dict[str, str]:
    sell = navigation.address("counter:sell")
    return {"sell": sell} if sell else {}
