"""The desk: who serves at which store. Every page of the counter begins here."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode
from uuid import UUID

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cards.models import Card
from cards.operations import looking
from cards.queries import cards
from core import access, refusals
from core.competence import NotCertified
from core.models import Store, User
from core.refusals import Refusal
from core.rules import RuleBroken

RIGHT = "counter.look_up"
STORE, OPEN = "counter.store", "counter.card"
P = ParamSpec("P")


@dataclass(frozen=True)
class Desk:
    clerk: User
    store: Store
    has_choice: bool


View = Callable[Concatenate[HttpRequest, Desk, P], HttpResponse]


def at_desk(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Give a view its desk. Without a log-in, a right or a store, one is sent where it can be had."""

    @never_cache
    @wraps(view)
    def seated(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, User):
            return send_to(request, resolve_url("account_login"))
        access.require(request.user, RIGHT)
        found = _desk(request, request.user)
        if found is None:
            return send_to(request, reverse("counter:store"))
        return view(request, found, *args, **kwargs)

    return seated


def send_to(request: HttpRequest, url: str) -> HttpResponse:
    """To another page and back here; a part of a page cannot be put where a whole one was asked for."""
    there = f"{url}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": there})
    return redirect(there)


def stores_for(user: User) -> list[Store]:
    """The open stores where the user may serve."""
    rows = Store.objects.filter(is_open=True)
    return list(access.within_scope(rows, user, path="pk", right=RIGHT))


def _desk(request: HttpRequest, clerk: User) -> Desk | None:
    stores = stores_for(clerk)
    chosen = next((store for store in stores if store.pk == request.session.get(STORE)), None)
    store = chosen or (stores[0] if len(stores) == 1 else None)
    return Desk(clerk, store, has_choice=len(stores) > 1) if store else None


@require_http_methods(["GET", "POST"])
@never_cache
def choose_store(request: HttpRequest) -> HttpResponse:
    """Where do I serve today? Asked of whoever may serve at several stores."""
    if not isinstance(request.user, User):
        return send_to(request, resolve_url("account_login"))
    access.require(request.user, RIGHT)
    stores = stores_for(request.user)
    back = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("counter:home")
    if request.method == "POST":
        chosen = next((store for store in stores if str(store.pk) == request.POST.get("store")), None)
        if chosen is None:
            raise Http404
        request.session[STORE] = chosen.pk
        return redirect(back)
    return render(request, "cards/counter/store.html", {"stores": stores, "next": back})


def the_card(request: HttpRequest, desk: Desk, public_id: UUID, *, whole: bool = False) -> Card:
    """The card a page is about. One that was not just looked up goes on record before it is shown."""
    card = cards.with_relations().filter(public_id=public_id).first() if whole else cards.opened(public_id)
    if card is None:
        raise Http404
    if request.session.get(OPEN) != str(public_id):
        looking.opened(card, store=desk.store, clerk=desk.clerk)
        request.session[OPEN] = str(public_id)
    return card


def refuse(
    request: HttpRequest, desk: Desk, error: RuleBroken, *, what: str, subject: models.Model, **context: Any
) -> HttpResponse:
    """The unmistakable no: on record, why, and from when it will be a yes."""
    looking.refused(what, error, subject=subject, store=desk.store, clerk=desk.clerk)
    allowed_from = error.allowed_from if isinstance(error, Refusal) else None
    context |= {"desk": desk, "reason": refusals.said(error), "code": error.code, "allowed_from": allowed_from}
    context["missing"] = error.missing if isinstance(error, NotCertified) else []
    return render(request, "cards/counter/refused.html", context, status=409)
