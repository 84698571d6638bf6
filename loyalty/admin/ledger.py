"""The points ledger in the back office (LOY-05 · B7.3): one member's as of any instant, and the rows of all, read-only."""

import datetime as dt
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from cards.admin.buying import Lookup, money
from cards.admin.pages import page, viewer
from core import access, clock, show, words
from core.admin.base import ReadOnly, moment, number, state, worded
from core.models import User
from loyalty.models import (
    PointEntry,
    PointHold,
    PointLot,
    PointTransaction,
    Purchase,
    PurchaseLine,
    PurchaseReturn,
)
from loyalty.queries import balances, history
from loyalty.wording import reasons
from members.models import Member

VIEW = "loyalty.view_pointtransaction"
SOURCE = worded("source", words.POINTS, _("source"))
LARGEST_KEY = 2**63 - 1
FIRST_YEAR = 2000


class InstantForm(forms.Form):
    """The instant as of which the ledger is read, and behind which transaction the page begins."""

    at = forms.DateTimeField(
        label=_("As it was at"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY, widget=forms.HiddenInput)

    def clean_at(self) -> dt.datetime | None:
        given: dt.datetime | None = self.cleaned_data["at"]
        if given is not None and given.year < FIRST_YEAR:
            raise forms.ValidationError(_now("There were no points then."), code="past")
        if given is not None and given > clock.now():
            raise forms.ValidationError(_now("This instant lies in the future."), code="future")
        return given


def of_member(request: HttpRequest, pk: int) -> HttpResponse:
    """LOY-05 · B7.3 — balances and entries as they stood; without an instant, as they stand."""
    viewer(request, VIEW)
    member = Member.objects.filter(pk=pk).first() if pk <= LARGEST_KEY else None
    if member is None:
        raise Http404
    form = InstantForm(request.GET or None)
    given = form.cleaned_data if form.is_valid() else {}
    at = given.get("at")
    found = history.page(member, at=at, before=given.get("before"))
    return page(
        request,
        "admin/loyalty/ledger.html",
        status=422 if form.errors else 200,
        title=_now("Points of member %(number)s") % {"number": member.number},
        member=member,
        form=form if form.is_bound else InstantForm(),
        at=at,
        books=balances.as_of(member, at or clock.now()),
        rows=[(one, found.entries.get(one.row.pk, [])) for one in reasons.explained(found.rows)],
        older=found.older,
        is_first=given.get("before") is None,
    )  # fmt: skip


def _of_member(row: Any) -> SafeString:
    if row.member is None:
        return SafeString("—")
    return format_html(
        '<a href="{}">{}</a>', reverse("admin:members_member_overview", args=[row.member_id]), row.member
    )


_of_member.short_description = _("member")  # type: ignore[attr-defined]


class _OfOneMember(ReadOnly):
    """Found by the member's number; linked to by its number."""

    list_display_links = ("ordinal",)
    search_exact = ("member__number",)
    search_help_text = _("Member number")
    ordering = ("-pk",)

    @admin.display(description="#", ordering="pk")
    def ordinal(self, row: Any) -> int:
        return int(row.pk)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "member__id__exact" or super().lookup_allowed(lookup, value, request)


class Entries(Lookup):
    model = PointEntry
    related = ("lot",)
    fields = readonly_fields = ("from_book", "to_book", number("points", _("points")), "lot_told")

    @admin.display(description=_("lot of points"))
    def lot_told(self, entry: PointEntry) -> str:
        if entry.lot is None:
            return "—"
        return f"#{entry.lot.pk} · {show.day(entry.lot.last_valid_on) if entry.lot.last_valid_on else '—'}"


class OfLot(Lookup):
    model = PointEntry
    related = ("transaction",)
    fields = readonly_fields = ("posting", "from_book", "to_book", number("points", _("points")))

    @admin.display(description=_("points transaction"))
    def posting(self, entry: PointEntry) -> str:
        return str(entry.transaction)


@admin.register(PointTransaction)
class PointTransactionAdmin(_OfOneMember):
    list_display = (
        "ordinal", _of_member, "kind", number("points", _("points")), moment("posted_at", _("posted at")), SOURCE, "store",
        "actor",
    )  # fmt: skip
    list_filter = ("kind",)
    list_select_related = ("member", "store", "actor")
    inlines = (Entries,)
    fields: ClassVar[Any] = (
        _of_member, "kind", number("points", _("points")), "reasons", "reason", moment("occurred_at", _("happened at")),
        moment("posted_at", _("posted at")), SOURCE, "external_id", "reverses", "actor", "store",
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = path("member/<int:pk>/", inside(of_member), name="loyalty_pointtransaction_ledger")
        return [own, *super().get_urls()]

    @admin.display(description=_("why"))
    def reasons(self, row: PointTransaction) -> str:
        return " · ".join(reasons.explained([row])[0].reasons) or "—"


@admin.register(PointLot)
class PointLotAdmin(_OfOneMember):
    list_display = (
        "ordinal", _of_member, number("points", _("points")), number("remaining", _("remaining")), "earned_on", "matures_on",
        "last_valid_on", "is_pending",
    )  # fmt: skip
    list_filter = ("is_pending", "is_open")
    list_select_related = ("member",)
    inlines = (OfLot,)


@admin.register(PointHold)
class PointHoldAdmin(_OfOneMember):
    list_display = (
        "ordinal", _of_member, number("points", _("points")), "subject", state(_("state")), moment("expires_at", _("expires at")),
        moment("ended_at", _("ended at")),
    )  # fmt: skip
    list_filter = ("state",)
    list_select_related = ("member",)


class Lines(Lookup):
    model = PurchaseLine
    related = ("purchase",)
    fields = readonly_fields = (
        "position", "sku", "description", "category", "quantity", "net", "returned_quantity", "returned",
    )  # fmt: skip

    @admin.display(description=_("amount"))
    def net(self, line: PurchaseLine) -> str:
        return show.money(line.net_minor, line.purchase.currency)

    @admin.display(description=_("returned"))
    def returned(self, line: PurchaseLine) -> str:
        return show.money(line.returned_minor, line.purchase.currency)


class Returns(Lookup):
    model = PurchaseReturn
    related = ("purchase", "clerk", "taken")
    fields = readonly_fields = ("occurred_at", "net", "taken", "clerk", "source", "external_id")

    @admin.display(description=_("amount"))
    def net(self, row: PurchaseReturn) -> str:
        return show.money(row.net_minor, row.purchase.currency)


@admin.register(Purchase)
class PurchaseAdmin(_OfOneMember):
    list_display = (
        "ordinal", "receipt_number", _of_member, "store", money("net_minor", _("amount")),
        money("returned_minor", _("returned")), moment("occurred_at", _("bought at")), "source",
    )  # fmt: skip
    list_filter = ("source", "store")
    list_select_related = ("member", "store")
    inlines = (Lines, Returns)
    fields: ClassVar[Any] = (
        "receipt_number", _of_member, "store", "clerk", money("net_minor", _("amount")),
        money("returned_minor", _("returned")), worded("tier", words.TIER, _("tier")), "earned",
        moment("occurred_at", _("bought at")),
        moment("recorded_at", _("recorded at")), moment("undone_at", _("undone at")), "source", "external_id",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return access.within_scope(super().get_queryset(request), cast(User, request.user))
