"""What every page about the people who work here is built on: its rights are `people.*`, apart from those of the desk.

Whoever handles cases sees everything of cases; who learns what, the questions of a quiz with their answers and what
somebody scored are none of it (SVC-08, SVC-10).
"""

from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _now

from cards.admin.pages import page, staff, viewer
from core import access, refusals
from core.admin import ReadOnly
from core.admin.deciding import Deciding
from core.models import Approval, User
from core.refusals import Refusal
from core.rules import RuleBroken

SPACE = "people"


class OfPeople(ReadOnly):
    """A page of people; looking at it asks `people.view_<model>`."""

    space = SPACE

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _may_view(request, str(self.opts.model_name))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and access.allows_any_of_app(request.user, SPACE)


class DecidingOfPeople(OfPeople, Deciding):
    """The same with decisions on a row."""


class AddingOfPeople(OfPeople):
    """A page with a form that adds a row, or asks a second person for it, by an operation."""

    add_asks: ClassVar[str]
    """The right that the operation asks for."""
    add_form: ClassVar[type[forms.Form]]
    """Takes `by`, the person who fills it in."""
    add_title: ClassVar[str | Promise]
    add_about: ClassVar[str | Promise] = ""

    def make(self, given: dict[str, Any], user: User) -> Model:
        """The operation; answers the row that was made, or the request for it."""
        raise NotImplementedError

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(staff(request), self.add_asks)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        user = viewer(request, self.add_asks)
        form: Any = self.add_form(request.POST if request.method == "POST" else None, by=user)  # type: ignore[call-arg]
        if request.method == "POST" and form.is_valid():
            try:
                made = self.make(form.cleaned_data, user)
            except RuleBroken as refusal:
                if isinstance(refusal, Refusal) and refusal.status == HTTPStatus.FORBIDDEN:
                    raise
                form.add_error(None, refusals.said(refusal))
            else:
                asked = isinstance(made, Approval)
                messages.success(request, _now("Waits for a second person.") if asked else _now("Done."))
                return redirect(self.page_of(made))
        status = 422 if request.method == "POST" else 200
        shown = {"title": self.add_title, "about": self.add_about, "form": form}
        return page(request, "admin/core/form.html", status=status, **shown)

    def page_of(self, made: Model) -> str:
        """Where one is taken then: to the row, or to the request for it."""
        return f"admin:{made._meta.app_label}_{made._meta.model_name}_changelist"


def _may_view(request: HttpRequest, model: str) -> bool:
    return isinstance(request.user, User) and access.allows(request.user, f"{SPACE}.view_{model}")
