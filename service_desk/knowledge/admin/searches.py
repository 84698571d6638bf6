"""What people looked for in vain: the editors' list of what is missing (SVC-15 · D6.4)."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.base import moment, number
from core.admin.deciding import Deciding, Decision, ReasonForm
from service_desk.knowledge.models import VainSearch
from service_desk.knowledge.operations import feedback
from service_desk.knowledge.operations.articles import PROPOSE

LANGUAGES = dict(settings.LANGUAGES)


class SettledFilter(admin.SimpleListFilter):
    title = _("settled")
    parameter_name = "settled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("open")), ("yes", _("settled"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[VainSearch]) -> QuerySet[VainSearch]:
        return queryset.filter(settled_at__isnull=self.value() == "no") if self.value() in {"no", "yes"} else queryset


class LanguageFilter(admin.SimpleListFilter):
    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(settings.LANGUAGES)

    def queryset(self, request: HttpRequest, queryset: QuerySet[VainSearch]) -> QuerySet[VainSearch]:
        return queryset.filter(language=self.value()) if self.value() in LANGUAGES else queryset


@admin.register(VainSearch)
class VainSearchAdmin(Deciding):
    list_display = (
        "text", "spoken", number("times", _("how often")), moment("last_at", _("last at")),
        moment("settled_at", _("settled at")),
    )  # fmt: skip
    list_filter = (SettledFilter, LanguageFilter)
    search_prefix = ("text",)
    ordering = ("-times", "-last_at")
    fields = ("text", "spoken", "times", "first_at", "last_at", "settled_at", "settled_by", "outcome", "possible")
    decisions = (
        Decision(
            "settle", _("Settle"), PROPOSE, lambda row: row.settled_at is None, ReasonForm,
            lambda row, user, given: feedback.settle(row, outcome=given["reason"], by=user),
        ),
    )  # fmt: skip

    @admin.display(description=_("language"), ordering="language")
    def spoken(self, row: VainSearch) -> str:
        return str(LANGUAGES.get(row.language, row.language))
