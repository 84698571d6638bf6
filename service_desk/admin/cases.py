"""Cases in the back office, to be looked up: found by numbers, addresses and the words in them (SVC-01, SVC-02).

The page of a case and what can be done there is `admin.desk`.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from core import figures, show, worklists
from core.admin.base import ReadOnly, moment, state
from core.figures import Figure, Table
from core.models import User
from service_desk.admin import desk
from service_desk.admin.desk import case_page
from service_desk.models import Case, CaseClock
from service_desk.operations.holding import HANDLE
from service_desk.operations.presence import VIEW
from service_desk.queries import asked, finding, queue
from service_desk.queries import figures as told

MOST_FOUND = 500


def asked_of(user: User) -> QuerySet[Case]:
    """Cases about which the department of somebody, or he himself, is asked and has not answered."""
    return queue.undone().filter(pk__in=asked.waiting(user).values("case"))


class WhoseFilter(admin.SimpleListFilter):
    """Whose case it is: my own, nobody's, one that I am asked about."""

    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mine", _("mine")),
            ("nobody", _("nobody’s")),
            ("followed", _("that I follow")),
            ("asked", _("that I am asked about")),
            ("all", _("every open one")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        user = request.user
        if not isinstance(user, User):
            return queryset
        chosen = {
            "mine": queue.mine(user),
            "nobody": queue.nobodys(),
            "followed": queue.followed(user),
            "asked": asked_of(user),
            "all": queue.undone(),
        }.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(pk__in=chosen.order_by().values("pk"))


class DeadlineFilter(admin.SimpleListFilter):
    """How close the next deadline is, and whether one was missed."""

    title = _("deadline")
    parameter_name = "deadline"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("near", _("near or passed")), ("missed", _("one was missed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "near":
            return queryset.filter(pk__in=queue.near_breach().order_by().values("pk"))
        if self.value() == "missed":
            return queryset.filter(pk__in=CaseClock.objects.filter(breached_at__isnull=False).values("case"))
        return queryset


@admin.register(Case)
class CaseAdmin(ReadOnly):
    list_display = (
        "number",
        state(_("state")),
        "kind",
        "category",
        "severity",
        "member",
        "owner",
        moment("opened_at", _("opened at")),
        "deadline",
    )
    list_filter = (WhoseFilter, DeadlineFilter, "state", "kind", "channel", "severity")
    list_select_related: ClassVar[tuple[str, ...]] = ("category", "member", "owner")
    ordering = ("-id",)
    masked_fields = ("contact_name", "contact_phone", "contact_email")

    def get_urls(self) -> list[URLPattern]:
        return [*desk.urls(), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The workbench's page of a case is the only one there is."""
        if not object_id.isdecimal():
            raise Http404
        return case_page.case(request, int(object_id))

    @admin.display(description=_("next deadline"))
    def deadline(self, row: Case) -> Any:
        return show.moment(row.due_at) if row.due_at else "—"

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        return lookup == "member__id__exact" or super().lookup_allowed(lookup, value, request)

    def search_index(self, request: HttpRequest, rows: QuerySet[Any], term: str) -> QuerySet[Any]:
        return rows.filter(pk__in=finding.find(term, limit=MOST_FOUND))


CHANGELIST, QUEUE = "admin:service_desk_case_changelist", "admin:service_desk_case_queue"
worklists.register(
    worklists.Worklist(
        code="cases.near-breach",
        label=_("Cases near their deadline"),
        rows=lambda user: queue.near_breach().filter(Q(owner=user) | Q(owner__isnull=True)),
        url=QUEUE,
        query="tab=near",
        right=HANDLE,
        icon="alarm",
        urgent=True,
    )
)
worklists.register(
    worklists.Worklist(
        code="cases.mine",
        label=_("My open cases"),
        rows=queue.mine,
        url=QUEUE,
        query="tab=mine",
        right=HANDLE,
        icon="support_agent",
    )
)
figures.register(
    Table(
        code="cases.opened",
        order=40,
        right=VIEW,
        by_day=told.opened,
        figures=(
            Figure(code="cases", label=_("Cases opened"), column="opened", url=CHANGELIST, since="opened_at"),
            Figure(
                code="complaints", label=_("Complaints"), column="complaints", url=CHANGELIST,
                query={"kind__exact": "complaint"}, since="opened_at",
            ),
        ),
    )
)  # fmt: skip
figures.register(
    Table(
        code="cases.resolved",
        order=41,
        right=VIEW,
        by_day=told.resolved,
        figures=(
            Figure(
                code="cases-resolved", label=_("Cases resolved"), column="resolved", url=CHANGELIST, since="resolved_at"
            ),
        ),
    )
)
figures.register(
    Table(
        code="cases.missed",
        order=42,
        right=VIEW,
        by_day=told.missed,
        figures=(
            Figure(
                code="cases-missed", label=_("Deadlines missed"), column="missed", url=CHANGELIST,
                query={"deadline": "missed"}, is_bad=True,
            ),
        ),
    )
)  # fmt: skip
figures.register(
    Table(
        code="cases.waiting",
        order=43,
        right=VIEW,
        by_day=told.waiting,
        figures=(
            Figure(
                code="cases-undone", label=_("Open cases"), column="undone", waits=True, url=CHANGELIST,
                query={"whose": "all"},
            ),
            Figure(
                code="cases-unowned", label=_("Cases of nobody"), column="unowned", waits=True, url=CHANGELIST,
                query={"whose": "nobody"}, is_bad=True,
            ),
        ),
    )
)  # fmt: skip
