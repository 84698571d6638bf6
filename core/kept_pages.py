"""Whole pages kept by a process, as everybody sees them who is not logged in. Nothing of a person stands on them."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language

from core.context import theme

MOST = 200
"""Pages of a process; then it begins anew."""
TOKEN = "the-token-of-whoever-asks"  # noqa: S105  (its place on a kept page)
_kept: dict[tuple[object, ...], str] = {}


def shown(
    request: HttpRequest, template: str, context: Callable[[], dict[str, Any]], *, version: object
) -> HttpResponse:
    """The page of this address. To a stranger it is drawn once for each `version`, language, appearance and host.

    A stranger brings neither a session nor messages nor a question in the address. Each gets a CSRF token of her own.
    """
    if not _is_stranger(request):
        return render(request, template, context())
    key = (request.build_absolute_uri(), get_language(), theme(request), version)
    if (page := _kept.get(key)) is None:
        page = render_to_string(template, context() | {"csrf_token": TOKEN}, request)
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = page
    return HttpResponse(page.replace(TOKEN, get_token(request)))


def _is_stranger(request: HttpRequest) -> bool:
    known = (settings.SESSION_COOKIE_NAME, "messages")
    return not request.META.get("QUERY_STRING") and not any(name in request.COOKIES for name in known)
