"""What surrounds every request: its origin for the audit trail, and refusals turned into answers."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from core import refusals
from core import request as current_request
from core.refusals import Refusal
from core.rules import RuleBroken
from core.views import faults

Handler = Callable[[HttpRequest], HttpResponse]


class CurrentRequestMiddleware:
    """Lets operations know who asks and from where."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with current_request.served(request):
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
        if not size.isdecimal() or int(size[:20]) > settings.LARGEST_REQUEST:
            return faults.page(413 if size.isdecimal() else 400)
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return faults.page(400)
        return self.get_response(request)


class FaultPagesMiddleware:
    """Gives the bare refusal of a method (405) its page."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            shown = render(request, "405.html", status=405)
            shown["Allow"] = response["Allow"]
            return shown
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
