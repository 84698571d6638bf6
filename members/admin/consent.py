"""The log of decisions (MEM-05): read only, because a decision is never rewritten."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin.base import ReadOnly
from members.models import Acceptance, Consent


@admin.register(Consent)
class ConsentAdmin(ReadOnly):
    list_display = ("at", "member", "purpose", "channel", "granted", "via", "text", "recorded_by")
    list_filter = ("purpose", "channel", "granted", "via")
    search_exact = ("member__number",)
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consent]:
        rows: QuerySet[Consent] = super().get_queryset(request)
        return rows.select_related("member", "text", "recorded_by")


@admin.register(Acceptance)
class AcceptanceAdmin(ReadOnly):
    list_display = ("at", "member", "text", "language", "address")
    list_filter = ("text__kind",)
    search_exact = ("member__number",)
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Acceptance]:
        rows: QuerySet[Acceptance] = super().get_queryset(request)
        return rows.select_related("member", "text")
