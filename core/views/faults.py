"""What a visitor sees when something cannot be served. These pages ask neither the database nor the session."""

import sys
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.views import defaults

COME_BACK = 10
"""Seconds after which a turned-away browser may try again."""
PAUSE = 60
"""The same after a limit was reached."""
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def too_early(response: HttpResponse) -> HttpResponse:
    """Says when to come back, where a limit was reached and nothing said it yet."""
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers.setdefault("Retry-After", str(PAUSE))
    return response


def unread(request: HttpRequest, status: int) -> HttpResponse:
    """The page for a request that was turned away before anything of it was read but its language."""
    with translation.override(translation.get_language_from_request(request)):
        return page(status)


def page(status: int) -> HttpResponse:
    """The page of a status, the same for everybody, kept nowhere."""
    response = HttpResponse(loader.render_to_string(f"{status}.html"), status=status)
    add_never_cache_headers(response)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """413 for more than we take, 400 for what makes no sense."""
    return page(413) if isinstance(exception, TOO_MUCH) else page(400)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 and when to come back where the database does not answer or has no connection left; else 500."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return defaults.server_error(request)
    response = page(503)
    response["Retry-After"] = str(COME_BACK)
    return response
