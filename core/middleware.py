"""What surrounds every request: its origin for the audit trail, and refusals turned into answers."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from core import refusals
from core import request as current_request
from core.refusals import Refusal
from core.rules import RuleBroken

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


class BackOfficeContentMiddleware:
    """The admin theme evaluates expressions and styles elements; that is allowed under `/admin/` and nowhere else."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_update = settings.CONTENT_SECURITY_ADMIN_ADDITIONS  # type: ignore[attr-defined]
        return response
