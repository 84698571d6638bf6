"""Tiers in the back office: the board, every decision, who stands where, and guarantees (LOY-01, LOY-02, LOY-03)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget, UnfoldAdminTextareaWidget

from cards.admin.pages import page, viewer
from core import clock, parameters, periods, refusals, words
from core.admin import ReadOnly
from core.admin.base import worded, words_filter
from core.rules import RuleBroken
from loyalty.models import MemberTier, TierChange, TierHold
from loyalty.operations import tier_holds
from loyalty.policy import tiers as rules
from loyalty.policy.parameters import TierParameters
from loyalty.queries import tiers
from loyalty.wording import standing
from members.models import Member

VIEW = "loyalty.view_tierchange"
MEMBERS_A_PAGE = 50


def board(request: HttpRequest) -> HttpResponse:
    """How many stand where, how they moved, and who will lose a tier unless something is done."""
    viewer(request, VIEW)
    today = clock.today()
    ladder = rules.codes(parameters.in_force(TierParameters, on=today))
    recent = tiers.moves(since=today - dt.timedelta(days=tiers.DAYS), ladder=ladder)
    shown = Paginator(tiers.ending(on=today), MEMBERS_A_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "admin/loyalty/tiers.html",
        title=_now("Tiers"),
        shares=tiers.shares(on=today),
        recent=recent,
        summed=tiers.summed(recent, ladder=ladder),
        months=_bars(tiers.by_month(on=today, ladder=ladder)),
        year=_summed_year(today, ladder),
        leaving=[(one, standing.needed(one.missing)) for one in tiers.leaving(list(shown), on=today)],
        shown=shown,
        days=tiers.DAYS,
        ahead=tiers.AHEAD.days,
    )


def _summed_year(today: dt.date, ladder: Sequence[str]) -> tiers.Moves:
    return tiers.summed(tiers.moves(since=periods.add_months(today, -tiers.MONTHS), ladder=ladder), ladder=ladder)


def _bars(months: list[tuple[dt.date, tiers.Moves]]) -> list[dict[str, Any]]:
    """The months as bars from a line in the middle: who went up above it, who went down below."""
    most = max((max(moves.up, moves.down) for _month, moves in months), default=0) or 1
    bars = []
    for month, moves in months:
        up, down = 50 * moves.up // most, 50 * moves.down // most
        bars.append({"month": month, "moves": moves, "up_height": up, "up_top": 50 - up, "down_height": down})
    return bars


def _of_member(row: Any) -> SafeString:
    address = reverse("admin:members_member_overview", args=[row.member_id])
    return format_html('<a class="underline" href="{}">{}</a>', address, row.member)


class _OfMembers(ReadOnly):
    """Rows that are about a member: found by her number, leading to her page."""

    list_select_related: ClassVar[Any] = ("member",)
    search_exact = ("member__number",)

    @admin.display(description=_("member"))
    def of_member(self, row: Model) -> SafeString:
        return _of_member(row)


@admin.register(MemberTier)
class MemberTierAdmin(_OfMembers):
    """Who stands on which tier; who has no row stands on the lowest."""

    list_display = ("of_member", worded("tier", words.TIER, _("tier")), "since_on", "promised_through", "review_on")
    list_display_links = None
    list_filter = (words_filter("tier", words.TIER, _("tier")),)
    ordering = ("-member_id",)
    fields: ClassVar[Any] = (
        "of_member",
        worded("tier", words.TIER, _("tier")),
        "since_on",
        "promised_through",
        "decided_on",
        "review_on",
        "sequence",
    )
    readonly_fields: ClassVar[Any] = fields


@admin.register(TierChange)
class TierChangeAdmin(_OfMembers):
    list_display = (
        "effective_on",
        "of_member",
        worded("from_tier", words.TIER, pgettext_lazy("tier", "from")),
        worded("to_tier", words.TIER, _("to")),
        "why",
        "spend_minor",
        "visits",
        "activity",
        "promised_through",
    )
    list_filter = (words_filter("to_tier", words.TIER, _("to")), "why")
    ordering = ("-id",)
    fields: ClassVar[Any] = (
        "of_member",
        "sequence",
        worded("from_tier", words.TIER, pgettext_lazy("tier", "from")),
        worded("to_tier", words.TIER, _("to")),
        "why",
        "effective_on",
        "promised_through",
        "spend_minor",
        "visits",
        "activity",
        "at",
    )
    readonly_fields: ClassVar[Any] = fields

    def get_urls(self) -> list[URLPattern]:
        return [path("board/", self.admin_site.admin_view(board), name="loyalty_tierchange_board"), *super().get_urls()]


class HoldForm(forms.Form):
    """Which tier, through which day, and why."""

    tier = forms.ChoiceField(label=_("Tier"), widget=UnfoldAdminSelectWidget)
    ends_on = forms.DateField(label=_("Guaranteed through"), widget=UnfoldAdminSingleDateWidget)
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=UnfoldAdminTextareaWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = rules.codes(parameters.in_force(TierParameters))[1:]
        self.fields["tier"].choices = [(code, words.of(words.TIER, code)) for code in codes]  # type: ignore[attr-defined]


@admin.register(TierHold)
class TierHoldAdmin(_OfMembers):
    list_display = (
        "of_member",
        worded("tier", words.TIER, _("tier")),
        "starts_on",
        "ends_on",
        "author",
        "approver",
        "ended_at",
    )
    list_display_links = ("starts_on",)
    list_filter = (("ended_at", admin.EmptyFieldListFilter), words_filter("tier", words.TIER, _("tier")))
    list_select_related = ("member", "author", "approver")
    ordering = ("-id",)
    fields: ClassVar[Any] = (
        "of_member",
        worded("tier", words.TIER, _("tier")),
        "starts_on",
        "ends_on",
        "reason",
        "author",
        "approver",
        "ended_at",
    )
    readonly_fields: ClassVar[Any] = fields

    def get_urls(self) -> list[URLPattern]:
        propose = self.admin_site.admin_view(self.propose)
        return [path("of/<int:pk>/", propose, name="loyalty_tierhold_propose"), *super().get_urls()]

    def propose(self, request: HttpRequest, pk: int) -> HttpResponse:
        """LOY-02 · B8.1 — ask a second person to guarantee a member a tier."""
        user = viewer(request, tier_holds.PROPOSE)
        viewer(request, "members.view_member")
        member = Member.objects.filter(pk=pk).first()
        if member is None:
            raise Http404
        form = HoldForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            try:
                asked = tier_holds.propose(
                    member, tier=given["tier"], ends_on=given["ends_on"], reason=given["reason"], author=user
                )
            except RuleBroken as broken:
                form.add_error("ends_on" if broken.code == "hold_day_unfit" else None, refusals.said(broken))
            else:
                return redirect("admin:core_approval_change", asked.pk)
        return page(
            request,
            "admin/loyalty/hold.html",
            status=422 if form.errors else 200,
            title=_now("Guarantee a tier"),
            member=member,
            form=form,
            hold=tiers.hold_of(member),
            opts=self.opts,
        )
