"""Incidents in the back office: the list, declaring one, and the addresses of its room (SVC-16 · D12)."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from cards.admin.pages import staff
from core import access
from core.admin.base import moment
from core.models import User
from core.request import posted
from core.templatetags import ui
from service_desk.incidents.admin import cases, figures, reviews, room, tellings
from service_desk.incidents.admin.common import shown
from service_desk.incidents.forms.room import DeclareForm
from service_desk.incidents.models import Incident
from service_desk.incidents.operations import declaring
from service_desk.incidents.queries import rooms
from service_desk.models import Case
from service_desk.operations.holding import HANDLE
from service_desk.quality.admin.common import OfTheHouse, typed


class WhoseFilter(admin.SimpleListFilter):
    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("calls", _("call me")), ("mine", _("led by me")), ("owed", _("report owed to the authority"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Incident]) -> QuerySet[Incident]:
        user = request.user
        if not isinstance(user, User):
            return queryset.none()
        match self.value():
            case "calls":
                return queryset.filter(pk__in=rooms.unanswered_by(user).values("pk"))
            case "mine":
                return queryset.filter(pk__in=rooms.led_by(user).values("pk"))
            case "owed":
                return queryset.filter(pk__in=rooms.to_report(user).values("pk"))
        return queryset


class StandingFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("on", _("going on")), *((str(code), label) for code, label in Incident.State.choices)]

    def choices(self, changelist: Any) -> Iterator[Any]:
        return super().choices(changelist)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "on":
            return queryset.going_on()
        return queryset.filter(state=self.value()) if self.value() in Incident.State.values else queryset


@admin.register(Incident)
class IncidentAdmin(OfTheHouse):
    list_display = (
        "number", "what", "kind", "gravity", "standing", "commander", moment("declared_at", _("declared at")),
    )  # fmt: skip
    list_filter = (StandingFilter, WhoseFilter, "severity", "is_drill")
    list_select_related: ClassVar[tuple[str, ...]] = ("kind", "commander")
    ordering = ("-id",)
    search_exact = ("number",)
    search_prefix = ("what",)
    rows_of = staticmethod(rooms.visible_to)

    @admin.display(description=_("severity"), ordering="severity")
    def gravity(self, row: Incident) -> SafeString:
        return ui.status_pill(row.gravity, str(row.get_severity_display()))

    @admin.display(description=_("state"), ordering="state")
    def standing(self, row: Incident) -> str:
        state = ui.status_pill(row.tone, str(row.get_state_display()))
        return state + SafeString(" ") + ui.status_pill("quiet", _now("drill")) if row.is_drill else state

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return declare(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return room.one(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = [
            path("figures/", inside(figures.year), name="service_desk_incident_figures"),
            path("case/<int:pk>/", inside(cases.of_case), name="service_desk_incident_of_case"),
            path("<int:pk>/live/", inside(room.live), name="service_desk_incident_live"),
            path("<int:pk>/act/<slug:verb>/", inside(room.act), name="service_desk_incident_act"),
            path("<int:pk>/cases/", inside(cases.cases), name="service_desk_incident_cases"),
            path("<int:pk>/tell/", inside(tellings.tell), name="service_desk_incident_tell"),
            path("<int:pk>/tell/count/", inside(tellings.count), name="service_desk_incident_count"),
            path("<int:pk>/announce/", inside(tellings.announce), name="service_desk_incident_announce"),
            path("<int:pk>/review/", inside(reviews.review), name="service_desk_incident_review"),
            path("<int:pk>/review/submit/", inside(reviews.submit), name="service_desk_incident_submit"),
        ]
        return [*own, *super().get_urls()]


@never_cache
def declare(request: HttpRequest) -> HttpResponse:
    """Four things, and it is declared; from a case, that case belongs to it."""
    user = staff(request)
    case = _case(request, user)
    begins = DeclareForm.begins() | ({"stores": [case.store_id]} if case is not None and case.store_id else {})
    form = DeclareForm(posted(request), initial=begins)
    if form.is_bound:
        made = typed(form, lambda: declaring.declare(form.report(), by=user, key=form.cleaned_data["key"], case=case))
        if made is not None:
            return redirect("admin:service_desk_incident_change", made.pk)
    return shown(request, "declare", wrong=bool(form.errors), form=form, case=case, title=_now("Report an emergency"))


def _case(request: HttpRequest, user: User) -> Case | None:
    """The case that it is declared from, for those who handle cases."""
    wanted = request.GET.get("case", "")
    if not wanted.isdecimal() or len(wanted) > 18 or not access.allows(user, HANDLE):
        return None
    return Case.objects.filter(pk=int(wanted)).first()
