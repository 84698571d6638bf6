"""E-mails received (SVC-01 · A6.2.1): what became of each, and those that wait for a colleague to say what they are."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core import masking, worklists
from core import request as current_request
from core.admin.base import ReadOnly, masked, moment, number, revealable
from core.admin.deciding import ConfirmForm, Deciding, Decision
from service_desk.channels.models import FetchedMail, InboundMail
from service_desk.channels.operations import mail_desk
from service_desk.channels.queries import mails
from service_desk.queries.agents import HANDLE

CHANGELIST = "admin:service_desk_inboundmail_changelist"


def _waits(row: InboundMail) -> bool:
    return row.outcome == InboundMail.Outcome.SET_ASIDE and row.settled_at is None


class Waiting(admin.SimpleListFilter):
    """Mails that nobody has said anything about yet."""

    title = _("set aside")
    parameter_name = "aside"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("waiting"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(pk__in=mails.set_aside().values("pk")) if self.value() == "open" else queryset


@admin.register(InboundMail)
class InboundMailAdmin(Deciding):
    list_display = (
        moment("received_at", _("received at")), masked("sender", mask=masking.address, label=_("sender")), "kind",
        "outcome", "reason", "case",
    )  # fmt: skip
    list_filter = (Waiting, "outcome", "kind", "via")
    list_select_related: ClassVar[tuple[str, ...]] = ("case",)
    search_sealed = ("sender_index",)
    search_exact = ("message_id", "case__number")
    search_help_text = _("E-mail address, Message-ID or case number")
    ordering = ("-id",)
    fields: ClassVar[Any] = (
        "possible", moment("received_at", _("received at")), moment("sent_at", _("sent at")), "via",
        revealable("sender", mask=masking.address, label=_("sender")), revealable("sender_name", label=_("name")),
        "kind", "outcome", "reason", "case_page", "is_acknowledged", "subject_told", "whole", "files",
        number("size", _("bytes")), "message_id", moment("settled_at", _("settled at")), "settled_by",
    )  # fmt: skip
    decisions = (
        Decision("case", _("Make it a case"), HANDLE, _waits, ConfirmForm,
                 lambda row, user, _given: mail_desk.admit(row, by=user)),
        Decision("dismiss", _("Nothing to do"), HANDLE, _waits, ConfirmForm,
                 lambda row, user, _given: mail_desk.dismiss(row, by=user)),
    )  # fmt: skip

    def member_id_of(self, row: Model) -> int | None:
        return row.case.member_id if isinstance(row, InboundMail) and row.case else None

    @admin.display(description=_("case"))
    def case_page(self, row: InboundMail) -> SafeString:
        if row.case is None:
            return SafeString("—")
        address = reverse("admin:service_desk_case_change", args=[row.case.pk])
        return format_html('<a href="{}">{}</a>', address, row.case)

    @admin.display(description=_("subject"))
    def subject_told(self, row: InboundMail) -> str:
        return _for_agents(row.subject)

    @admin.display(description=_("whole text"))
    def whole(self, row: InboundMail) -> SafeString:
        return format_html('<div class="whitespace-pre-line max-w-3xl" dir="auto">{}</div>', _for_agents(row.text))


def _for_agents(text: str) -> str:
    """What somebody wrote is read by those who work on it."""
    user = current_request.current().user
    if not text or (user is not None and user.has_perm(HANDLE)):
        return text or "—"
    return masking.HIDDEN * 8


@admin.register(FetchedMail)
class FetchedMailAdmin(ReadOnly):
    list_display = ("mailbox", "uid", "tries", "error", moment("at", _("at")))
    ordering = ("-id",)
    fields: ClassVar[Any] = ("mailbox", "validity", "uid", "mail", "tries", "error", moment("at", _("at")))


worklists.register(
    worklists.Worklist(
        code="mails.aside",
        label=_("E-mails set aside"),
        rows=lambda _user: mails.set_aside(),
        url=CHANGELIST,
        query="aside=open",
        right=HANDLE,
        icon="mark_email_unread",
    )
)
