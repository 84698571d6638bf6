"""Practical checks that were made, in the back office: read only (SVC-09 · D7.2)."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from cards.admin.pages import staff
from core import access
from core.admin import revealable
from core.admin.base import moment
from core.templatetags import ui
from service_desk.models import PracticalCheck
from service_desk.people.admin.base import OfPeople


@admin.register(PracticalCheck)
class PracticalCheckAdmin(OfPeople):
    list_display = ("trainee", "step", "outcome", "assessor", "store", moment("at", _("at")))
    list_filter = ("passed", "store")
    list_select_related = ("trainee", "assessor", "step", "store")
    search_exact = ("trainee__employment__staff_number",)
    search_prefix = ("trainee__display_name",)
    masked_fields = ("comment",)
    fields: ClassVar[Any] = (
        "trainee", "step", "outcome", "sheet", "assessor", "store", moment("at", _("at")),
        revealable("comment", label=_("comment")),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).select_related("trainee", "assessor", "step", "store")
        return access.within_scope(rows, staff(request))

    @admin.display(description=_("outcome"))
    def outcome(self, row: PracticalCheck) -> SafeString:
        return ui.status_pill("ok" if row.passed else "bad", str(_("passed") if row.passed else _("not passed")))

    @admin.display(description=_("check sheet"))
    def sheet(self, row: PracticalCheck) -> SafeString:
        lines = ((("✓" if one["is_right"] else "✗"), one["name"]) for one in row.marks)
        return (
            format_html("<ul>{}</ul>", format_html_join("", "<li>{} {}</li>", lines)) if row.marks else SafeString("—")
        )
