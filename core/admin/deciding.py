"""Decisions on a row: a button for each that fits, a short form with a reason, one operation, and back to the page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from core import refusals
from core import request as current_request
from core.admin.base import ModelAdmin, ReadOnly
from core.models import Approval, User
from core.request import posted
from core.rules import RuleBroken


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextareaWidget)


class ConfirmForm(forms.Form):
    """Nothing to fill in: the button decides."""


@dataclass(frozen=True)
class Decision:
    """A button: what it is called, who may press it, when it fits, what is asked, what it does."""

    verb: str
    label: str | Promise
    right: str
    fits: Callable[[Any], bool]
    form: type[forms.Form]
    do: Callable[[Any, User, dict[str, Any]], Any]


class Deciding(ReadOnly):
    """A page with buttons that lead to decisions, each an operation of its own."""

    decisions: tuple[Decision, ...] = ()

    def get_urls(self) -> list[URLPattern]:
        info = f"{self.opts.app_label}_{self.opts.model_name}"
        page = self.admin_site.admin_view(view(self, self.decisions))
        return [path("<int:pk>/decide/<slug:verb>/", page, name=f"{info}_decide"), *super().get_urls()]

    @admin.display(description=_("what can be done"))
    def possible(self, row: Model) -> SafeString:
        """The buttons that fit the row and that the reader may press."""
        user = current_request.current().user
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_decide"
        links = [
            (reverse(name, args=[row.pk, one.verb]), one.label)
            for one in self.decisions
            if one.fits(row) and (user is None or user.has_perm(one.right))
        ]
        if not links:
            return SafeString("—")
        return format_html_join(
            " ",
            '<a class="border border-base-200 font-medium inline-block px-3 py-1 rounded-default dark:border-base-700"'
            ' href="{}">{}</a>',
            links,
        )


def view(page: ModelAdmin, decisions: Sequence[Decision]) -> Callable[..., HttpResponse]:
    """The page of every decision of a model."""

    def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
        decision = next((one for one in decisions if one.verb == verb), None)
        row = page.may_see(request, pk)
        if decision is None or row is None:
            raise Http404
        user = request.user
        if not isinstance(user, User) or not user.has_perm(decision.right):
            raise PermissionDenied
        back = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        form = decision.form(posted(request))
        if request.method == "POST" and form.is_valid() and _done(request, decision, row, user, form):
            return redirect(back, row.pk)
        context = {
            **page.admin_site.each_context(request),
            "title": f"{decision.label} · {row}",
            "form": form,
            "opts": page.opts,
            "original": row,
            "back": back,
        }
        return render(request, "admin/core/decide.html", context, status=422 if form.errors else 200)

    return decide


def _done(request: HttpRequest, decision: Decision, row: Model, user: User, form: forms.Form) -> bool:
    try:
        result = decision.do(row, user, form.cleaned_data)
    except RuleBroken as broken:
        form.add_error(None, refusals.said(broken))
        return False
    asked = isinstance(result, Approval)
    messages.success(request, _now("Waits for a second person.") if asked else _now("Done."))
    return True
