"""Meetings in the back office: the minutes, what was decided, and which task came of it (SVC-13 · B10.1)."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, tried, viewer
from core import access, clock, refusals, show
from core.request import posted
from service_desk.quality.admin.common import OfTheHouse, form_page, found, typed
from service_desk.quality.forms import DecisionForm, MeetingForm
from service_desk.quality.models import Meeting
from service_desk.quality.operations import meetings, planning
from service_desk.quality.queries import coordination as rows


@admin.register(Meeting)
class MeetingAdmin(OfTheHouse):
    list_display = ("title", "held", "department", "project", "decided", "without")
    list_filter = ("department",)
    list_select_related: ClassVar[tuple[str, ...]] = ("department", "project")
    ordering = ("-held_on", "-id")
    search_prefix = ("title",)
    rows_of = staticmethod(rows.meetings_visible_to)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        held: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = held.annotate(all_=Count("decisions"), tasked=Count("decisions__task"))
        return counted

    @admin.display(description=_("held on"), ordering="held_on")
    def held(self, row: Meeting) -> str:
        return show.day(row.held_on)

    @admin.display(description=_("decisions"))
    def decided(self, row: Meeting) -> str:
        return show.number(vars(row)["all_"])

    @admin.display(description=_("without a task"))
    def without(self, row: Meeting) -> str:
        return show.number(vars(row)["all_"] - vars(row)["tasked"])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(request.user, meetings.RECORD)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return record(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return one(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = [path("<int:pk>/decide/", inside(decide), name="service_desk_meeting_decide")]
        return [*own, *super().get_urls()]


def one(request: HttpRequest, pk: object) -> HttpResponse:
    """What was said, what was decided, and what came of it."""
    user = staff(request)
    related = ("department", "project", "recorded_by")
    meeting = found(rows.meetings_visible_to(user).select_related(*related), pk)
    decisions = list(meeting.decisions.select_related("task__owner", "task__department"))
    tasked = [one.task.pk for one in decisions if hasattr(one, "task")]
    return page(
        request,
        "admin/service_desk/quality/meeting.html",
        title=meeting.title,
        meeting=meeting,
        decisions=decisions,
        theirs=set(rows.visible_to(user).filter(pk__in=tasked).values_list("pk", flat=True)),
        sees_project=meeting.project is not None
        and rows.projects_visible_to(user).filter(pk=meeting.project.pk).exists(),
        attendees=meeting.attendees.order_by("display_name"),
        may_ask=access.allows(user, planning.ASK),
        may_record=access.allows(user, meetings.RECORD),
        form=DecisionForm(),
    )


def record(request: HttpRequest) -> HttpResponse:
    """The minutes of a meeting that was held."""
    user = viewer(request, meetings.RECORD)
    begins = {"held_on": clock.today(), "attendees": [user.pk], "project": request.GET.get("project", "")}
    form = MeetingForm(posted(request), initial=begins)
    if form.is_bound:
        meeting = typed(form, lambda: meetings.record(form.kept(), decisions=form.decided(), by=user))
        if meeting is not None:
            return redirect("admin:service_desk_meeting_change", meeting.pk)
    return form_page(request, form, template="meeting_form.html", title=_now("Minutes of a meeting"))


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a decision that the minutes forgot."""
    user = viewer(request, meetings.RECORD)
    meeting = found(rows.meetings_visible_to(user), pk)
    form = DecisionForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["text"]
        tried(request, lambda: meetings.decide(meeting, text, by=user), done=_now("Added."))
    else:
        messages.error(request, refusals.sentence("decision_needs_words"))
    return redirect("admin:service_desk_meeting_change", meeting.pk)
