"""Messages in the back office (MEM-08): what was told, how far it got, and another try for what was given up."""

from typing import Any

from django.contrib import admin
from django.contrib import messages as notices
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core import access, masking, refusals, words
from core.admin.base import COUNTED, ReadOnly, masked, revealable
from core.messaging import dead_letters, desk, events
from core.models import Message
from core.rules import RuleBroken


class EventFilter(admin.SimpleListFilter):
    """Which event; read from the register, not from a million rows."""

    title = _("event")
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(event.code, event.label) for event in events.registered()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        return queryset.filter(event=self.value()) if self.value() else queryset


def _nothing(text: str) -> str:
    return masking.HIDDEN * 8


@admin.register(Message)
class MessageAdmin(ReadOnly):
    """Address and text are masked and revealed one by one; a message with a one-time code is never opened to staff."""

    list_display = (
        "created_at",
        "told",
        "channel",
        masked("address", mask=masking.address, label=_("address")),
        "progress",
        "attempts",
        "due_at",
        "error",
    )
    list_filter = ("state", "channel", EventFilter)
    search_prefix = ("dedup_key",)
    search_help_text = _("Number of a member’s record, or the beginning of a key such as order.paid:42")
    actions = ("retry",)
    masked_fields = ("address", "subject", "body")
    fields = readonly_fields = (  # type: ignore[assignment]
        "told", "channel", "why", "language", "recipient", "member_id",
        revealable("address", mask=masking.address, label=_("address")),
        revealable("subject", mask=_nothing, label=_("subject")),
        revealable("body", mask=_nothing, label=_("text")),
        "progress", "attempts", "error", "created_at", "due_at", "consent_checked_at", "sent_at", "read_at",
        "provider", "provider_reference", "dedup_key", "wiped_at",
    )  # fmt: skip

    @admin.display(description=_("event"), ordering="event")
    def told(self, message: Message) -> str:
        event = events.find(message.event)
        return str(event.label) if event else message.event

    @admin.display(description=_("purpose"))
    def why(self, message: Message) -> str:
        known = message.purpose in events.Purpose
        return str(events.Purpose(message.purpose).label) if known else message.purpose

    @admin.display(description=_("state"), ordering="state")
    def progress(self, message: Message) -> SafeString:
        unsent = words.of(words.UNSENT, message.suppressed_because)
        reason = f" · {unsent}" if unsent else ""
        return format_html('<span class="told told-{}">{}{}</span>', message.state, message.get_state_display(), reason)

    @admin.action(description=_("Try again"), permissions=["retry"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        chosen = list(queryset.order_by().values_list("pk", flat=True)[:COUNTED])
        try:
            count = dead_letters.retry(chosen, by=desk.staff(request))
        except RuleBroken as refusal:
            notices.error(request, refusals.said(refusal))
        else:
            notices.success(request, _("Messages that are tried again: %(count)s") % {"count": count})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        rows: QuerySet[Message] = super().get_queryset(request)
        return rows.select_related("recipient").defer("context", "subject", "body")

    def search_index(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        if term.isascii() and term.isdigit() and len(term) < 19:
            return rows.filter(member_id=int(term))
        return super().search_index(request, rows, term)

    def may_see(self, request: HttpRequest, pk: object) -> Model | None:
        row = super().may_see(request, pk)
        return None if isinstance(row, Message) and row.secret else row

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return access.allows(desk.staff(request), dead_letters.RIGHT)

    class Media:
        css = {"all": ("css/admin-messages.css",)}
