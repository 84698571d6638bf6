"""Complaints, compensations and root causes in the back office (SVC-04, SVC-05 · D6), and what waits for somebody there."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core import show, worklists
from core.admin.base import Audited, ReadOnly, code, moment, state
from core.models import User
from core.templatetags import ui
from service_desk.admin import complaint_analysis, complaint_page
from service_desk.models import Compensation, Complaint, ComplaintFollowUp, RootCause
from service_desk.models.choices import CaseState
from service_desk.operations.holding import HANDLE
from service_desk.policy.codes import Kind
from service_desk.policy.states import UNDONE, State
from service_desk.queries import complaints as kept
from service_desk.queries import finding

MOST_FOUND = 500


class StateFilter(admin.SimpleListFilter):
    """Where it stands: open, answered, closed; answered without a cause; to be asked by telephone."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", _("open")),
            ("answered", _("answered")),
            ("closed", CaseState.CLOSED.label),
            ("no-cause", _("mine, answered without finding or cause")),
            ("telephone", _("to be asked by telephone")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        user = request.user
        if not isinstance(user, User) or self.value() is None:
            return queryset
        chosen: dict[str, QuerySet[Any]] = {
            "open": queryset.filter(case__state__in=[str(one) for one in UNDONE]),
            "answered": queryset.filter(case__state=State.RESOLVED),
            "closed": queryset.filter(case__state=State.CLOSED),
            "no-cause": queryset.filter(pk__in=kept.without_cause(user).values("pk")),
            "telephone": queryset.filter(pk__in=kept.to_telephone().values("complaint")),
        }
        return chosen.get(self.value() or "", queryset)


@admin.register(Complaint)
class ComplaintAdmin(ReadOnly):
    list_display = (
        "number",
        "stands",
        "category",
        "finding_told",
        "cause",
        "owner",
        moment("began_at", _("taken as a complaint at")),
    )
    list_display_links = ("number",)
    list_filter = (StateFilter, "finding")
    list_select_related: ClassVar[tuple[str, ...]] = ("case__category", "case__owner", "cause")
    ordering = ("-case_id",)

    @admin.display(description=_("case number"), ordering="pk")
    def number(self, row: Complaint) -> str:
        return row.case.number

    @admin.display(description=_("state"))
    def stands(self, row: Complaint) -> str:
        return ui.status_pill(row.case.state, row.case.get_state_display())

    @admin.display(description=_("category"))
    def category(self, row: Complaint) -> str:
        return str(row.case.category or "—")

    @admin.display(description=_("finding"))
    def finding_told(self, row: Complaint) -> str:
        return str(row.get_finding_display()) if row.finding else "—"

    @admin.display(description=_("owner"))
    def owner(self, row: Complaint) -> str:
        return str(row.case.owner or "—")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).filter(case__kind=Kind.COMPLAINT)
        return rows.exclude(case__state=State.MERGED)

    def search_index(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        return rows.filter(pk__in=finding.find(term, limit=MOST_FOUND))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return complaint_page.complaint(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        inside, code = self.admin_site.admin_view, "service_desk_complaint"
        return [
            path("analysis/", inside(complaint_analysis.analysis), name=f"{code}_analysis"),
            path("analysis/cases/", inside(complaint_analysis.cases), name=f"{code}_analysis_cases"),
            path("<int:pk>/evidence/<slug:token>/", inside(complaint_page.evidence), name=f"{code}_evidence"),
            path("<int:pk>/<slug:verb>/do/", inside(complaint_page.act), name=f"{code}_act"),
            *super().get_urls(),
        ]


@admin.register(Compensation)
class CompensationAdmin(ReadOnly):
    list_display = (
        "of_case",
        "means",
        "worth",
        state(_("state")),
        "authority",
        "asked_by",
        "decided_by",
        moment("asked_at", _("asked at")),
    )
    list_filter = ("state", "means", "authority")
    list_select_related: ClassVar[tuple[str, ...]] = ("case", "asked_by", "decided_by")
    ordering = ("-id",)
    fields: ClassVar[Any] = (
        "of_case", "member", "means", "points", "offer", "payment", "worth", "counted", "authority", "allowed", "reason",
        "state", "asked_by", moment("asked_at", _("asked at")), "approval", "decided_by", "refund_approval",
        moment("given_at", _("given at")), "transaction", "coupon", "refund",
    )  # fmt: skip

    @admin.display(description=_("case"))
    def of_case(self, row: Compensation) -> str:
        url = reverse("admin:service_desk_complaint_change", args=[row.case_id])
        return format_html('<a class="underline" href="{}">{}</a>', url, row.case.number)

    @admin.display(description=_("worth"), ordering="amount_minor")
    def worth(self, row: Compensation) -> str:
        return show.money(row.amount_minor, row.currency)

    @admin.display(description=_("given in the case with it"))
    def counted(self, row: Compensation) -> str:
        return show.money(row.counted_minor, row.currency)

    @admin.display(description=_("most that the authority covers"))
    def allowed(self, row: Compensation) -> str:
        return "—" if row.limit_minor is None else show.money(row.limit_minor, row.currency)

    def search_index(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        return rows.filter(case__in=finding.find(term, limit=MOST_FOUND))


@admin.register(RootCause)
class RootCauseAdmin(Audited):
    list_display = ("localized_name", code, "parent", "department", "position", "is_active")
    list_filter = ("is_active",)
    list_select_related: ClassVar[tuple[str, ...]] = ("parent", "department")
    search_exact = ("code",)
    search_prefix = ("name", "name_zh_hans")
    ordering = ("position", "code")


CHANGELIST = "admin:service_desk_complaint_changelist"


def _without_cause(user: User) -> QuerySet[Complaint]:
    return kept.without_cause(user)


def _to_telephone(_user: User) -> QuerySet[ComplaintFollowUp]:
    return kept.to_telephone()


worklists.register(
    worklists.Worklist(
        code="complaints.no-cause",
        label=_("My complaints without finding or root cause"),
        rows=_without_cause,
        url=CHANGELIST,
        query="state=no-cause",
        right=HANDLE,
        icon="troubleshoot",
    )
)
worklists.register(
    worklists.Worklist(
        code="complaints.telephone",
        label=_("Members to ask by telephone whether they are satisfied"),
        rows=_to_telephone,
        url=CHANGELIST,
        query="state=telephone",
        right=HANDLE,
        icon="call",
    )
)
