"""Conversations on social networks in the back office (SVC-01 · A6.2.1): written down, read, answered."""

import uuid
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cards.admin.pages import page, staff
from core import access, refusals, show
from core.admin.base import moment, newest_values, revealable
from core.admin.deciding import Deciding, Decision
from core.rules import RuleBroken
from service_desk.channels import social_networks
from service_desk.channels.forms.social import AnsweredForm, AnswerForm, SeenForm
from service_desk.channels.models import SocialThread
from service_desk.channels.operations import socials
from service_desk.models import CaseEntry
from service_desk.queries.agents import HANDLE

SHOWN = 50


def _is_open(row: SocialThread) -> bool:
    return row.case is not None and row.case.state not in ("closed", "merged")


def _carried(row: SocialThread) -> bool:
    return _is_open(row) and social_networks.carries(row.network)


@admin.register(SocialThread)
class SocialThreadAdmin(Deciding):
    list_display = (moment("opened_at", _("first seen")), "network_told", "case", "thread")
    list_filter = (newest_values("network", _("network"), read=social_networks.name),)
    list_select_related: ClassVar[tuple[str, ...]] = ("case",)
    search_exact = ("thread", "case__number")
    search_sealed = ("handle_index",)
    search_help_text = _("Name at the network, number at the network or case number")
    ordering = ("-id",)
    fields: ClassVar[Any] = (
        "possible", "network_told", revealable("handle", label=_("name at the network")), "where", "case_page",
        moment("opened_at", _("first seen")), "said",
    )  # fmt: skip
    decisions = (
        Decision(
            "answer", _("Answer"), HANDLE, _carried, AnswerForm,
            lambda row, user, given: socials.answer(row, body=given["body"], by=user),
        ),
        Decision(
            "answered", _("I have answered at the network"), HANDLE, _is_open, AnsweredForm,
            lambda row, user, given: socials.answer(row, body=given["body"], link=given["link"], by=user, there=True),
        ),
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(request.user, HANDLE)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What a colleague has seen at a network."""
        user = staff(request)
        access.require(user, HANDLE)
        form = SeenForm(request.POST or None, initial={"key": uuid.uuid4().hex})
        if request.method == "POST" and form.is_valid():
            try:
                case = socials.record(by=user, **form.cleaned_data)
            except RuleBroken as broken:
                form.add_error(None, refusals.said(broken))
            else:
                messages.success(request, _now("Written down. Case %(number)s.") % {"number": case.number})
                return redirect("admin:service_desk_case_change", case.pk)
        status = 422 if form.is_bound else 200
        return page(
            request,
            "admin/service_desk/social_seen.html",
            status=status,
            title=_now("Seen at a social network"),
            form=form,
        )

    def member_id_of(self, row: Model) -> int | None:
        return row.case.member_id if isinstance(row, SocialThread) and row.case else None

    @admin.display(description=_("network"), ordering="network")
    def network_told(self, row: SocialThread) -> str:
        return social_networks.name(row.network)

    @admin.display(description=_("link"))
    def where(self, row: SocialThread) -> SafeString:
        if not row.link:
            return SafeString("—")
        return format_html('<a href="{}" rel="noopener noreferrer nofollow" target="_blank">{}</a>', row.link, row.link)

    @admin.display(description=_("case"))
    def case_page(self, row: SocialThread) -> SafeString:
        if row.case is None:
            return SafeString("—")
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:service_desk_case_change", args=[row.case.pk]), row.case
        )

    @admin.display(description=_("what was said"))
    def said(self, row: SocialThread) -> SafeString:
        entries = CaseEntry.objects.filter(case=row.case, channel="social").exclude(direction="note")
        found = entries.select_related("author", "social_answer").order_by("-at", "-id")[:SHOWN] if row.case else ()
        told = [
            (str(one.author or one.sender or ""), show.moment(one.at), _state(one), one.body) for one in reversed(found)
        ]
        return format_html_join(
            "", '<p class="mb-3 whitespace-pre-line" dir="auto"><strong>{}</strong> · {} {}<br>{}</p>', told
        )


def _state(entry: CaseEntry) -> str:
    answer = getattr(entry, "social_answer", None)
    return f"· {answer.get_state_display()}" if answer is not None else ""
