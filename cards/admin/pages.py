"""What every own page of the back office of cards needs: the theme's context, the person, a refusal shown in place."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from core import access, refusals
from core.models import User
from core.rules import RuleBroken


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    return TemplateResponse(request, template, admin.site.each_context(request) | context, status=status)


def staff(request: HttpRequest) -> User:
    """Who asks; the back office has let nobody else in."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def viewer(request: HttpRequest, right: str) -> User:
    """The person, who may look at this; everybody else is refused."""
    user = staff(request)
    access.require(user, right)
    return user


def tried(request: HttpRequest, act: Callable[[], object], *, done: str) -> bool:
    """Do it and say so, or say why not; who has no right at all is sent away."""
    try:
        act()
    except RuleBroken as refusal:
        if isinstance(refusal, refusals.Refusal) and refusal.status == HTTPStatus.FORBIDDEN:
            raise
        messages.error(request, refusals.said(refusal))
        return False
    messages.success(request, done)
    return True
