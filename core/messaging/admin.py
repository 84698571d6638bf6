"""Messages in the back office: what was told and how far it got, and the desk where wording is edited (MEM-08)."""

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin

from core import access, refusals
from core.messaging import dead_letters, desk, editing, events, masking
from core.messaging.editing import Place
from core.models import Message, MessageTemplate
from core.rules import RuleBroken

COUNTED = 10_000


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than staff would leaf, so that a list of millions opens at once."""

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Message] = self.object_list  # type: ignore[assignment]
        return rows.order_by()[:COUNTED].count()


class EventFilter(admin.SimpleListFilter):
    """Which event; read from the register, not from a million rows."""

    title = _("event")
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(event.code, event.label) for event in events.registered()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        return queryset.filter(event=self.value()) if self.value() else queryset


@admin.register(Message)
class MessageAdmin(ModelAdmin):  # type: ignore[misc]
    """Read-only. A given-up message can be tried again; texts and addresses are not shown."""

    list_display = ("created_at", "told", "channel", "masked_address", "progress", "attempts", "due_at", "error")
    list_display_links = ("created_at",)
    list_filter = ("state", "channel", EventFilter)
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    search_fields = ("dedup_key",)
    search_help_text = _("Member number of the record, or the beginning of a key such as cards.renewal:42")
    actions = ("retry",)
    fields = (
        "told", "channel", "purpose", "language", "recipient", "member_id", "masked_address", "progress",
        "suppressed_because", "attempts", "error", "created_at", "due_at", "consent_checked_at", "sent_at", "read_at",
        "provider", "provider_reference", "dedup_key", "wiped_at",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("event"), ordering="event")
    def told(self, message: Message) -> str:
        event = events.find(message.event)
        return str(event.label) if event else message.event

    @admin.display(description=_("address"))
    def masked_address(self, message: Message) -> str:
        return masking.address(message.address) or "—"

    @admin.display(description=_("state"), ordering="state")
    def progress(self, message: Message) -> str:
        reason = f" · {message.suppressed_because}" if message.suppressed_because else ""
        return format_html('<span class="told told-{}">{}{}</span>', message.state, message.get_state_display(), reason)

    @admin.action(description=_("Try again"), permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        chosen = list(queryset.order_by().values_list("pk", flat=True)[:COUNTED])
        try:
            count = dead_letters.retry(chosen, by=desk.staff(request))
        except RuleBroken as refusal:
            messages.error(request, refusals.said(refusal))
        else:
            messages.success(request, _("%(count)s messages are tried again.") % {"count": count})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        rows: QuerySet[Message] = super().get_queryset(request)
        return rows.select_related("recipient").defer("context", "subject", "body")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Message], search_term: str
    ) -> tuple[QuerySet[Message], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        if term.isascii() and term.isdigit() and len(term) < 19:
            return queryset.filter(member_id=int(term)), False
        return queryset.filter(dedup_key__startswith=term), False

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return access.allows(desk.staff(request), dead_letters.RIGHT)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False

    class Media:
        css = {"all": ("css/admin-messages.css",)}


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ModelAdmin):  # type: ignore[misc]
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
