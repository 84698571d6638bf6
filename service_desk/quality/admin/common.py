"""What the pages of coordination share: rows that colleagues see by their part in them, forms that say why not."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from cards.admin.pages import page
from core import refusals
from core.admin.base import ReadOnly
from core.models import User
from core.refusals import Refusal
from core.rules import RuleBroken

Row = TypeVar("Row", bound=Model)
Made = TypeVar("Made")


class OfTheHouse(ReadOnly):
    """Pages for everybody of the house; which rows, `rows_of` says."""

    rows_of: Callable[[User], QuerySet[Any]]

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return isinstance(request.user, User) and request.user.is_staff

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        user = request.user
        return type(self).rows_of(user) if isinstance(user, User) else super().get_queryset(request).none()


def found(rows: QuerySet[Row], pk: object) -> Row:
    """One of these rows; what is not there, and what is not the reader's, is the same 404."""
    text = str(pk)
    row = rows.filter(pk=int(text)).first() if text.isdecimal() and len(text) < 19 else None
    if row is None:
        raise Http404
    return row


def typed(form: forms.Form, act: Callable[[], Made]) -> Made | None:
    """Do what was typed, or say beside the form why not; who has no right at all is sent away."""
    if not form.is_valid():
        return None
    try:
        return act()
    except RuleBroken as refusal:
        if isinstance(refusal, Refusal) and refusal.status == 403:
            raise
        form.add_error(None, refusals.said(refusal))
        return None


def form_page(request: HttpRequest, form: forms.Form, *, template: str, **context: Any) -> HttpResponse:
    """The form again, with what was wrong."""
    wrong = form.is_bound and bool(form.errors)
    return page(
        request,
        f"admin/service_desk/quality/{template}",
        status=422 if wrong else 200,
        form=form,
        wrong=wrong,
        **context,
    )
