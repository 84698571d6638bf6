"""API keys in the back office: made once, shown once, revoked for ever (SEC-05 · D10.3)."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from core import access, clock, refusals, show
from core.admin.base import ReadOnly, moment
from core.api import clients
from core.models import ApiClient, Store, User
from core.request import reason_of
from core.rules import RuleBroken
from core.templatetags import ui

STATES = {"active": gettext_lazy("active"), "expired": gettext_lazy("expired"), "revoked": gettext_lazy("revoked")}


class KeyForm(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("thing", "Name"), max_length=80, help_text=gettext_lazy("Which machine it is.")
    )
    scopes = forms.MultipleChoiceField(label=gettext_lazy("It may"), widget=forms.CheckboxSelectMultiple)
    store = forms.ModelChoiceField(
        Store.objects.filter(is_open=True), label=gettext_lazy("Store"), required=False,
        empty_label=gettext_lazy("any store"),
    )  # fmt: skip
    ends_on = forms.DateField(
        label=gettext_lazy("Valid through"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Left empty it does not end by itself."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [(code, said) for code, said in clients.scopes().items()]  # type: ignore[attr-defined]

    def clean_ends_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["ends_on"]
        if day is not None and not clock.today() <= day < dt.date(2200, 1, 1):
            raise forms.ValidationError(refusals.sentence("key_ends_in_the_past"))
        return day


@admin.register(ApiClient)
class ApiClientAdmin(ReadOnly):
    list_display = (
        "name",
        "key_id",
        "state_told",
        "store",
        moment("last_used_at", gettext_lazy("last used at")),
        moment("expires_at", gettext_lazy("expires at")),
    )
    list_select_related = ("store",)
    search_exact = ("key_id",)
    search_prefix = ("name",)

    @admin.display(description=gettext_lazy("state"))
    def state_told(self, row: ApiClient) -> str:
        return ui.status_pill(row.state, str(STATES[row.state]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(request.user, clients.MANAGE)

    def get_urls(self) -> list[URLPattern]:
        revoke = self.admin_site.admin_view(require_POST(self.revoke))
        return [path("<int:pk>/revoke/", revoke, name="core_apiclient_revoke"), *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        access.require(request.user, clients.MANAGE)
        form = KeyForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            told = form.cleaned_data
            ends_on = told["ends_on"]
            ends = dt.datetime.combine(ends_on + dt.timedelta(days=1), dt.time(), clock.zone()) if ends_on else None
            client, key = clients.make(
                told["name"], told["scopes"], by=_user(request), store=told["store"], expires_at=ends
            )
            shown = self._page(request, client, key=key)
            shown["Cache-Control"] = "no-store"
            return shown
        context = {**self.admin_site.each_context(request), "title": _("New API key"), "opts": self.opts, "form": form}
        return TemplateResponse(request, "admin/core/new_key.html", context, status=422 if form.errors else 200)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._page(request, self._found(request, object_id))

    def revoke(self, request: HttpRequest, pk: int) -> HttpResponse:
        access.require(request.user, clients.REVOKE)
        row = self._found(request, str(pk))
        try:
            clients.revoke(row, by=_user(request), reason=reason_of(request))
        except RuleBroken as refusal:
            messages.error(request, refusals.said(refusal))
        else:
            messages.success(request, _("Revoked. It opens nothing any more."))
        return redirect("admin:core_apiclient_change", row.pk)

    def _found(self, request: HttpRequest, pk: str) -> ApiClient:
        row = self.may_see(request, pk)
        if not isinstance(row, ApiClient):
            raise Http404
        return row

    def _page(self, request: HttpRequest, row: ApiClient, *, key: str = "") -> HttpResponse:
        scopes = clients.scopes()
        context = {
            **self.admin_site.each_context(request),
            "title": row.name,
            "opts": self.opts,
            "client": row,
            "key": key,
            "state": STATES[row.state],
            "may": show.listed(str(scopes.get(code, code)) for code in row.scopes),
            "may_revoke": row.revoked_at is None and access.allows(request.user, clients.REVOKE),
        }
        return TemplateResponse(request, "admin/core/key.html", context)


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user
