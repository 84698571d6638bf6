"""The audit trail in the back office (SEC-02): searched by who, what, on what, whose, where and when."""

import datetime as dt
import json
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.contrib.filters.admin import RangeDateFilter, TextFilter

from core import access, audit, clock, show, words
from core.admin.base import ReadOnly, worded
from core.models import AuditRecord, Store

REASON = worded("reason", words.NOTE, _("why"))


class ActorFilter(TextFilter):  # type: ignore[misc]
    """Who: the name as it was written, or the number of the account."""

    title = _("who")
    parameter_name = "who"

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditRecord]) -> QuerySet[AuditRecord]:
        term = (self.value() or "").strip()[:120]
        if not term:
            return queryset
        known = Q(actor__display_name=term) | Q(actor__handle=term)
        return queryset.filter(known | (Q(actor=int(term)) if term.isdecimal() and len(term) < 19 else Q()))


class ActionFilter(TextFilter):  # type: ignore[misc]
    """What: words of an action in the reader’s language, or its code or the beginning of one, `core.role`."""

    title = _("what")
    parameter_name = "what"

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditRecord]) -> QuerySet[AuditRecord]:
        term = (self.value() or "").strip()[:80]
        # A range, unlike LIKE, is answered by the index whatever the collation of the database.
        coded = Q(action__gte=term, action__lt=term + "\U0010ffff")
        return queryset.filter(coded | Q(action__in=words.meaning(words.ACTION, term))) if term else queryset


class MemberFilter(TextFilter):  # type: ignore[misc]
    """Whose data."""

    title = _("member (number of the record)")
    parameter_name = "member"

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditRecord]) -> QuerySet[AuditRecord]:
        term = (self.value() or "").strip()
        if not term:
            return queryset
        return queryset.filter(member_id=int(term)) if term.isdecimal() and len(term) < 19 else queryset.none()


class StoreFilter(admin.SimpleListFilter):
    """Where."""

    title = _("store")
    parameter_name = "store"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(pk), name) for pk, name in Store.objects.values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditRecord]) -> QuerySet[AuditRecord]:
        chosen = self.value() or ""
        return queryset.filter(store=int(chosen)) if chosen.isdecimal() and len(chosen) < 19 else queryset


class DaysFilter(RangeDateFilter):  # type: ignore[misc]
    """From one business day to another, both included."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditRecord]) -> QuerySet[AuditRecord]:
        first, last = (self._day(f"at_{end}") for end in ("from", "to"))
        if first:
            queryset = queryset.filter(at__gte=dt.datetime.combine(first, dt.time(), clock.zone()))
        if last and last < dt.date.max:
            queryset = queryset.filter(at__lt=dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), clock.zone()))
        return queryset

    def _day(self, name: str) -> dt.date | None:
        try:
            return parse_date(str(self.used_parameters.get(name) or ""))
        except ValueError:
            return None


@admin.register(AuditRecord)
class AuditRecordAdmin(ReadOnly):
    list_display = ("when", "actor_worded", "done", "subject", "member_id", "store", REASON, "address")
    list_display_links = ("when",)
    list_filter = (ActorFilter, ActionFilter, MemberFilter, StoreFilter, ("at", DaysFilter))
    list_filter_submit = True
    list_select_related = ("store",)
    ordering = ("-id",)
    sortable_by = ()
    search_exact = ("subject",)
    search_help_text = _("On what: cards.card:42")
    fields: ClassVar[Any] = (
        "when",
        "actor_worded",
        "done",
        "subject",
        "member_id",
        "store",
        REASON,
        "address",
        "told",
        "link",
    )
    readonly_fields: ClassVar[Any] = fields

    class Media:
        css = {"all": ("css/admin-work.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return access.within_scope(super().get_queryset(request), request.user)  # type: ignore[arg-type]

    @admin.display(description=_("when"))
    def when(self, row: AuditRecord) -> str:
        return f"{show.moment(row.at)}:{row.at.astimezone(clock.zone()):%S}"

    @admin.display(description=_("who"))
    def actor_worded(self, row: AuditRecord) -> str:
        return (
            row.actor_label
            if row.actor_id or row.actor_label != audit.SYSTEM
            else str(pgettext_lazy("who did it", "system"))
        )

    @admin.display(description=_("what"))
    def done(self, row: AuditRecord) -> SafeString:
        """In words, and small the code: what the filter is also searched by."""
        return format_html(
            '<span class="deed">{}</span> <code class="deed-code">{}</code>',
            words.of(words.ACTION, row.action),
            row.action,
        )

    @admin.display(description=_("details"))
    def told(self, row: AuditRecord) -> SafeString:
        text = json.dumps(row.details, ensure_ascii=False, indent=2, sort_keys=True)
        return format_html('<pre class="json">{}</pre>', text)

    @admin.display(description=_("link of the chain"))
    def link(self, row: AuditRecord) -> str:
        return f"{row.chain_id}/{row.sequence} · {row.digest[:16]}…"
