"""What surrounds every request: its origin for the audit trail, and refusals turned into answers."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.deprecation import MiddlewareMixin

from core import parameters, refusals
from core import request as current_request
from core.refusals import Refusal
from core.rules import RuleBroken
from core.views import faults

FOR_MACHINES = "/api/"
Handler = Callable[[HttpRequest], HttpResponse]


class CurrentRequestMiddleware:
    """Lets operations know who asks and from where; parameters are read once."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with current_request.served(request), parameters.read_once():
            return self.get_response(request)


class RefusalMiddleware(MiddlewareMixin):
    """A refusal that no view showed beside its form becomes a page that says why."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, RuleBroken):
            return None
        status = exception.status if isinstance(exception, Refusal) else 409
        return render(request, "refused.html", {"refusal": refusals.said(exception)}, status=status)


class LimitsMiddleware:
    """Turns away what no page can use, before anything reads it: a body beyond the limit, a NUL in an address."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        size = request.META.get("CONTENT_LENGTH") or "0"
        if request.path.startswith(FOR_MACHINES):
            return self.get_response(request)  # has a smaller limit of its own, and answers in its own way
        if not size.isdecimal() or int(size[:20]) > settings.LARGEST_REQUEST:
            return faults.unread(request, 413 if size.isdecimal() else 400)
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return faults.unread(request, 400)
        return self.get_response(request)


class FaultPagesMiddleware:
    """Gives the bare refusal of a method (405) its page, and a limit that was reached (429) its pause."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            shown = render(request, "405.html", status=405)
            shown["Allow"] = response["Allow"]
            return shown
        return faults.too_early(response)


class PersonalPagesMiddleware:
    """What is answered to somebody who is logged in is kept by nobody, unless its view says otherwise."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        read = request.session.accessed and SESSION_KEY in request.session
        if read and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response


class BackOfficeContentMiddleware:
    """The admin theme evaluates expressions and styles elements; that is allowed under `/admin/` and nowhere else."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_update = settings.CONTENT_SECURITY_ADMIN_ADDITIONS  # type: ignore[attr-defined]
        return response
