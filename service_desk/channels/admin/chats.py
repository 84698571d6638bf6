"""Chats in the back office (SVC-01 · A6.2.1): the desk where they are answered, and what became of each."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core import masking, worklists
from core.admin.base import ReadOnly, moment, number, revealable, state
from service_desk.channels.admin import desk
from service_desk.channels.models import Chat
from service_desk.channels.queries import chats
from service_desk.queries.agents import HANDLE

DESK = "admin:service_desk_chat_desk"


@admin.register(Chat)
class ChatAdmin(ReadOnly):
    list_display = (
        moment("opened_at", _("opened at")), state(_("state")), "member", "agent", "ending", "case",
        number("said", _("messages")),
    )  # fmt: skip
    list_filter = ("state", "ending")
    list_select_related: ClassVar[tuple[str, ...]] = ("member", "agent", "case")
    search_exact = ("member__number", "case__number")
    search_help_text = _("Member number or case number")
    ordering = ("-id",)
    fields: ClassVar[Any] = (
        "state", "member", revealable("name", label=_("name")), revealable("phone", label=_("phone")),
        revealable("email", mask=masking.address, label=_("e-mail")), "agent", moment("opened_at", _("opened at")),
        moment("taken_at", _("taken at")), moment("ended_at", _("ended at")), "ending", number("said", _("messages")),
        "case_page",
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = (
            ("desk/", desk.desk, "desk"), ("desk/poll/", desk.poll, "poll"), ("desk/duty/", desk.on_duty, "duty"),
            ("desk/<int:pk>/files/<slug:token>/", desk.file, "file"), ("desk/<int:pk>/<slug:verb>/", desk.act, "act"),
        )  # fmt: skip
        return [
            *(path(way, inside(view), name=f"service_desk_chat_{name}") for way, view, name in own),
            *super().get_urls(),
        ]

    def member_id_of(self, row: Model) -> int | None:
        return row.member_id if isinstance(row, Chat) else None

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        return lookup == "member__id__exact" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("case"))
    def case_page(self, row: Chat) -> SafeString:
        if row.case is None:
            return SafeString("—")
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:service_desk_case_change", args=[row.case.pk]), row.case
        )


worklists.register(
    worklists.Worklist(
        code="chats.waiting",
        label=_("Chats that wait"),
        rows=lambda _user: chats.waiting(),
        url=DESK,
        right=HANDLE,
        icon="forum",
        urgent=True,
    )
)
