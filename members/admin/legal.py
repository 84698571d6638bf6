"""Legal texts in the back office: every version readable, what changed between two, and a desk for the next one."""

import difflib
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import access, clock, refusals
from core.admin.base import ReadOnly
from core.models import User
from core.request import posted
from core.rules import RuleBroken
from members.models import LegalText
from members.operations import legal

RIGHT = "members.add_legaltext"


class NextVersionForm(forms.Form):
    """The text in every language, and its first day."""

    effective_on = forms.DateField(label=_("in force from"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language, name in settings.LANGUAGES:
            self.fields[language] = forms.CharField(
                label=name, max_length=100_000, widget=forms.Textarea(attrs={"rows": 18, "lang": language})
            )

    def bodies(self) -> dict[str, str]:
        return {language: self.cleaned_data[language] for language, _name in settings.LANGUAGES}


@admin.register(LegalText)
class LegalTextAdmin(ReadOnly):
    list_display = ("page", "version", "effective_on", "published_by")
    list_display_links = None
    list_filter = ("kind",)
    list_select_related = ("published_by",)
    ordering = ("kind", "-version")

    @admin.display(description=_("text"))
    def page(self, text: LegalText) -> SafeString:
        address = reverse("admin:members_legaltext_version", args=[text.kind, text.version])
        return format_html('<a href="{}">{}</a>', address, text)

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("<slug:kind>/next/", self.admin_site.admin_view(self.next_version), name="members_legaltext_next"),
            path(
                "<slug:kind>/<int:version>/", self.admin_site.admin_view(self.version), name="members_legaltext_version"
            ),
        ]
        return own + [url for url in super().get_urls() if url.name == "members_legaltext_changelist"]

    def version(self, request: HttpRequest, kind: str, version: int) -> HttpResponse:
        """A version, and what it changed against the one before."""
        rows = {row.version: row for row in LegalText.objects.filter(kind=kind)}
        if not self.has_view_permission(request) or version not in rows:
            raise Http404
        language = get_language() or "en"
        context = self._page(request, rows[version]) | {
            "text": rows[version],
            "body": rows[version].bodies.get(language, ""),
            "changes": difference(rows.get(version - 1), rows[version], language=language),
            "versions": sorted(rows.values(), key=lambda row: -row.version),
            "may_publish": isinstance(request.user, User) and access.allows(request.user, RIGHT),
        }
        return TemplateResponse(request, "admin/members/legal_version.html", context)

    def next_version(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Write and publish the next version."""
        latest = LegalText.objects.filter(kind=kind).order_by("-version").first()
        if latest is None or not isinstance(request.user, User):
            raise Http404
        access.require(request.user, RIGHT)
        initial = {"effective_on": clock.today(), **latest.bodies}
        form = NextVersionForm(posted(request), initial=initial)
        if request.method == "POST" and form.is_valid():
            day = form.cleaned_data["effective_on"]
            try:
                text = legal.publish(kind, bodies=form.bodies(), effective_on=day, by=request.user)
            except RuleBroken as refusal:
                form.add_error(None, refusals.said(refusal))
            else:
                messages.success(request, _("Published."))
                return redirect("admin:members_legaltext_version", kind, text.version)
        context = self._page(request, latest) | {"form": form, "latest": latest}
        return TemplateResponse(request, "admin/members/legal_next.html", context)

    def _page(self, request: HttpRequest, text: LegalText) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": text.get_kind_display()}


def difference(before: LegalText | None, after: LegalText, *, language: str) -> list[tuple[str, str]]:
    """The paragraphs as ("same" | "gone" | "new", text); empty for a first version."""
    if before is None:
        return []
    marks = {" ": "same", "-": "gone", "+": "new"}
    old, new = (text.bodies.get(language, "").split("\n") for text in (before, after))
    return [(marks[line[0]], line[2:]) for line in difflib.ndiff(old, new) if line[0] in marks and line[2:].strip()]
