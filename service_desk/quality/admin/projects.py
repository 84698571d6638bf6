"""Projects in the back office: the list with its lights, one with its time line, notes and milestones (SVC-13 · B10.3)."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, tried, viewer
from core import access, clock, refusals, show
from core.admin.base import state
from core.models import User
from core.request import posted
from core.templatetags import ui
from service_desk.quality.admin.common import OfTheHouse, form_page, found, typed
from service_desk.quality.forms import EndForm, MilestoneForm, NoteForm, ProjectForm
from service_desk.quality.models import Milestone, Project, ProjectNote
from service_desk.quality.operations import planning, projects
from service_desk.quality.queries import coordination as rows

TONES = {"on-track": "ok", "at-risk": "warn", "off-track": "bad"}


@admin.register(Project)
class ProjectAdmin(OfTheHouse):
    list_display = ("name", "stands", "progress", "late", "department", "owner", "ends", state(_("state")))
    list_filter = ("state",)
    list_select_related: ClassVar[tuple[str, ...]] = ("department", "owner")
    ordering = ("-starts_on", "-id")
    search_prefix = ("name",)
    rows_of = staticmethod(rows.projects_visible_to)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return rows.with_progress(super().get_queryset(request))

    @admin.display(description=_("how it stands"))
    def stands(self, row: Project) -> str:
        light = vars(row)["light"]
        return ui.status_pill(TONES[light], str(ProjectNote.Light(light).label)) if light else "—"

    @admin.display(description=_("tasks done"))
    def progress(self, row: Project) -> str:
        return f"{show.number(vars(row)['done_tasks'])} / {show.number(vars(row)['all_tasks'])}"

    @admin.display(description=_("late"))
    def late(self, row: Project) -> str:
        return show.number(vars(row)["late_tasks"]) if vars(row)["late_tasks"] else "—"

    @admin.display(description=_("ends on"), ordering="ends_on")
    def ends(self, row: Project) -> str:
        return show.day(row.ends_on)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(request.user, projects.CHANGE)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return begin(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return one(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = [
            path("<int:pk>/edit/", inside(change), name="service_desk_project_edit"),
            path("<int:pk>/act/<slug:verb>/", inside(act), name="service_desk_project_act"),
            path("milestones/<int:pk>/reach/", inside(reach), name="service_desk_project_reach"),
        ]
        return [*own, *super().get_urls()]


def one(request: HttpRequest, pk: object) -> HttpResponse:
    """Its plan as a picture and as a table, how it stood, its meetings, and what can be done."""
    user = staff(request)
    project = _found(user, pk)
    running = project.state == Project.State.RUNNING
    leads = running and projects.may_lead(project, user)
    return page(
        request,
        "admin/service_desk/quality/project.html",
        title=project.name,
        project=project,
        whole=rows.whole(project, today=clock.today()),
        tones=TONES,
        leads=leads,
        may_ask=running and (leads or access.allows(user, planning.ASK)),
        theirs=set(rows.visible_to(user).filter(project=project).values_list("pk", flat=True)),
        meetings=rows.meetings_visible_to(user).filter(project=project)[: rows.MOST],
        note_form=NoteForm(auto_id="note-%s"),
        milestone_form=MilestoneForm(auto_id="milestone-%s"),
        end_form=EndForm(auto_id="end-%s"),
    )


def begin(request: HttpRequest) -> HttpResponse:
    """A new project."""
    user = viewer(request, projects.CHANGE)
    today = clock.today()
    form = ProjectForm(posted(request), initial={"starts_on": today, "owner": user.pk})
    if form.is_bound:
        project = typed(form, lambda: projects.begin(form.plan(), by=user))
        if project is not None:
            return redirect("admin:service_desk_project_change", project.pk)
    return form_page(request, form, template="project_form.html", title=_now("A new project"))


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another plan, or another owner."""
    user = staff(request)
    project = _found(user, pk)
    _require_leading(project, user)
    form = ProjectForm(posted(request), project=project, initial=ProjectForm.initial_of(project))
    if form.is_bound and typed(form, lambda: projects.change(project, form.plan(), by=user)) is not None:
        return redirect("admin:service_desk_project_change", project.pk)
    return form_page(request, form, template="project_form.html", title=_now("Change the plan"), project=project)


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One deed of one operation, and back to the page."""
    user = staff(request)
    project = _found(user, pk)
    _require_leading(project, user)
    if verb not in DEEDS:
        raise Http404
    DEEDS[verb](request, project, user)
    return redirect("admin:service_desk_project_change", project.pk)


@require_POST
def reach(request: HttpRequest, pk: int) -> HttpResponse:
    """A milestone has been reached today."""
    user = staff(request)
    theirs = Milestone.objects.filter(project__in=rows.projects_visible_to(user).values("pk"))
    milestone = found(theirs.select_related("project"), pk)
    _require_leading(milestone.project, user)
    tried(request, lambda: projects.reach(milestone, by=user), done=_now("Reached."))
    return redirect("admin:service_desk_project_change", milestone.project_id)


def _note(request: HttpRequest, project: Project, user: User) -> None:
    form = NoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, refusals.sentence("note_needs_words"))
        return
    said = form.cleaned_data
    note = lambda: projects.note(project, light=said["light"], text=said["text"], by=user)  # noqa: E731
    tried(request, note, done=_now("Noted. Everybody who has a part in it is told."))


def _set_milestone(request: HttpRequest, project: Project, user: User) -> None:
    form = MilestoneForm(request.POST)
    if not form.is_valid():
        messages.error(request, refusals.sentence("milestone_needs_a_name"))
        return
    said = form.cleaned_data
    tried(
        request,
        lambda: projects.set_milestone(project, said["name"], due_on=said["due_on"], by=user),
        done=_now("The milestone is set."),
    )


def _ended(is_done: bool) -> Callable[[HttpRequest, Project, User], None]:
    def deed(request: HttpRequest, project: Project, user: User) -> None:
        outcome = request.POST.get("outcome", "")[:4_000]
        end = lambda: projects.end(project, is_done=is_done, outcome=outcome, by=user)  # noqa: E731
        tried(request, end, done=_now("The project is over. Everybody who had a part in it is told."))

    return deed


DEEDS: Mapping[str, Callable[[HttpRequest, Project, User], None]] = {
    "note": _note,
    "milestone": _set_milestone,
    "finish": _ended(is_done=True),
    "stop": _ended(is_done=False),
}


def _require_leading(project: Project, user: User) -> None:
    if project.owner_id != user.pk:
        access.require(user, projects.CHANGE)


def _found(user: User, pk: object) -> Project:
    return found(rows.projects_visible_to(user).select_related("department", "owner", "made_by"), pk)
