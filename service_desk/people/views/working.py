"""Every page of one's own work begins here: logged in, and one of the house."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.views.decorators.cache import never_cache

from cards.views.counter.desk import send_to
from core import refusals
from core.models import User
from core.refusals import Refusal
from core.rules import RuleBroken

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, User, P], HttpResponseBase]


def at_work(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Give a view its person; a visitor is sent to the log-in, a member has no business here."""

    @never_cache
    @wraps(view)
    def working(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return send_to(request, resolve_url("account_login"))
        if not request.user.is_staff:
            raise Refusal("not_permitted", status=403)
        return view(request, request.user, *args, **kwargs)

    return working


def tried(request: HttpRequest, act: Callable[[], object], *, done: str = "") -> bool:
    """Do it and say so, or say why not; what is not there stays not there."""
    try:
        act()
    except RuleBroken as broken:
        if isinstance(broken, Refusal) and broken.status in (403, 404):
            raise
        messages.error(request, refusals.said(broken))
        return False
    if done:
        messages.success(request, done)
    return True
