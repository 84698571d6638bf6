"""The wording desk of the back office (MEM-08): every event by channel and language, edited with a live preview."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from core import access, refusals
from core.admin.base import ModelAdmin
from core.messaging import desk, editing, events
from core.messaging.editing import Place
from core.models import MessageTemplate
from core.rules import RuleBroken


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ModelAdmin):
    """The wording desk: every event by channel and language, an editor with live preview, and every version."""

    def get_urls(self) -> list[URLPattern]:
        place = "<str:event>/<str:channel>/<str:language>/"
        own = [
            path(f"wording/{place}", self.admin_site.admin_view(self.editor), name="core_wording"),
            path(
                f"wording/{place}preview/",
                self.admin_site.admin_view(require_POST(self.preview)),
                name="core_wording_preview",
            ),
        ]
        return own + [url for url in super().get_urls() if url.name == "core_messagetemplate_changelist"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._check_may_look(request)
        context = self._page(request, title=_("Wording")) | {"rows": desk.overview(), "languages": desk.languages()}
        return TemplateResponse(request, "admin/core/wording_list.html", context)

    def editor(self, request: HttpRequest, event: str, channel: str, language: str) -> HttpResponse:
        self._check_may_look(request)
        found, place = _found(event, channel, language)
        draft = desk.Draft.of(place)
        if request.method == "POST":
            draft = desk.Draft.sent(request.POST)
            try:
                _carry_out(place, draft, request)
            except RuleBroken as refusal:
                messages.error(request, refusals.said(refusal))
            else:
                messages.success(request, _("The wording is in force."))
                return redirect("admin:core_wording", event, channel, language)
        context = self._page(request, title=found.label) | desk.page(found, place, draft)
        context |= {"may_edit": access.allows(desk.staff(request), editing.RIGHT)}
        return TemplateResponse(request, "admin/core/wording.html", context)

    def preview(self, request: HttpRequest, event: str, channel: str, language: str) -> HttpResponse:
        self._check_may_look(request)
        found, place = _found(event, channel, language)
        shown = desk.preview(found, place, desk.Draft.sent(request.POST))
        return render(request, "admin/core/_wording_preview.html", shown)

    def _page(self, request: HttpRequest, *, title: Any) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title, "list_url": _list_url()}

    def _check_may_look(self, request: HttpRequest) -> None:
        access.require(desk.staff(request), "core.view_messagetemplate")


def _found(event: str, channel: str, language: str) -> tuple[events.Event, Place]:
    found = events.find(event)
    if found is None or channel not in found.channels or language not in desk.languages():
        raise Http404
    return found, Place(event, channel, language)


def _carry_out(place: Place, draft: desk.Draft, request: HttpRequest) -> None:
    by, version = desk.staff(request), request.POST.get("revert", "")
    if version.isdecimal():
        editing.revert(place, to_version=int(version), based_on=draft.based_on, by=by)
    elif "restore" in request.POST:
        editing.restore_shipped(place, based_on=draft.based_on, by=by)
    else:
        editing.save(place, subject=draft.subject, body=draft.body, based_on=draft.based_on, by=by)


def _list_url() -> str:
    return reverse("admin:core_messagetemplate_changelist")
