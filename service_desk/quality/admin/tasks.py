"""Tasks in the back office: the list, one with what it waits for, asking for one, and what is done with it (SVC-13 · B10.2)."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, tried
from core import access, clock, show
from core.models import Department, User
from core.request import posted
from core.templatetags import ui
from service_desk.quality.admin.common import OfTheHouse, form_page, found, typed
from service_desk.quality.forms import TaskForm
from service_desk.quality.models import MeetingDecision, Project, Task
from service_desk.quality.operations import planning, steering, tasks
from service_desk.quality.policy import coordination
from service_desk.quality.queries import coordination as rows


class StandingFilter(admin.SimpleListFilter):
    """What is to be done, unless something else is asked for."""

    title = _("state")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("late", _("late")), ("done", _("done")), ("dropped", _("given up")), ("all", _("all of them"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("to do")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "late":
                return queryset.late(clock.today())
            case "done" | "dropped" as ended:
                return queryset.filter(state=ended)
            case "all":
                return queryset
        return queryset.undone()


class WhoseFilter(admin.SimpleListFilter):
    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mine", _("mine")),
            ("asked", _("asked by me")),
            ("ours", _("of my department")),
            ("nobodys", _("of my department, and nobody’s yet")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Task]) -> QuerySet[Task]:
        user = request.user
        if not isinstance(user, User):
            return queryset.none()
        match self.value():
            case "mine":
                return queryset.filter(owner=user)
            case "asked":
                return queryset.filter(made_by=user)
            case "ours":
                return rows.of_department(queryset, user)
            case "nobodys":
                return rows.of_department(queryset, user).filter(owner__isnull=True)
        return queryset


class DepartmentFilter(admin.SimpleListFilter):
    title = _("department")
    parameter_name = "department"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(one.code, str(one)) for one in Department.objects.all()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Task]) -> QuerySet[Task]:
        return queryset.filter(department__code=self.value()) if self.value() else queryset


@admin.register(Task)
class TaskAdmin(OfTheHouse):
    list_display = ("title", "due", "stands", "department", "owner", "project")
    list_filter = (StandingFilter, WhoseFilter, DepartmentFilter)
    list_select_related: ClassVar[tuple[str, ...]] = ("department", "owner", "project")
    ordering = ("due_on", "id")
    search_prefix = ("title",)
    rows_of = staticmethod(rows.visible_to)

    @admin.display(description=_("to be done by"), ordering="due_on")
    def due(self, row: Task) -> str:
        if coordination.is_late(row.due_on, row.state, today=clock.today()):
            return ui.status_pill("bad", show.day(row.due_on))
        return show.day(row.due_on)

    @admin.display(description=_("state"), ordering="state")
    def stands(self, row: Task) -> str:
        return ui.status_pill(row.tone, row.get_state_display())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(request.user, planning.ASK)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return ask(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return one(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = [
            path("<int:pk>/edit/", inside(change), name="service_desk_task_edit"),
            path("<int:pk>/act/<slug:verb>/", inside(act), name="service_desk_task_act"),
        ]
        return [*own, *super().get_urls()]


def one(request: HttpRequest, pk: object) -> HttpResponse:
    """What is asked, for what it waits, what waits for it, and what can be done."""
    user = staff(request)
    task = _found(user, pk)
    steers, mine = steering.may_steer(task, user), task.owner_id == user.pk
    is_undone = task.state in coordination.UNDONE
    before = rows.open_before(task)
    return page(
        request,
        "admin/service_desk/quality/task.html",
        title=task.title,
        task=task,
        is_late=coordination.is_late(task.due_on, task.state, today=clock.today()),
        before=list(task.waits_for.select_related("owner").order_by("due_on", "pk")),
        after=list(task.followed_by.select_related("owner").order_by("due_on", "pk")),
        too_early=rows.too_early(before, task),
        waits=bool(before),
        may_take=is_undone and task.owner_id is None and (steers or rows.works_in(task.department_id, user)),
        may_work=is_undone and (mine or steers),
        may_steer=steers,
        is_undone=is_undone,
        sees_meetings=task.decision is not None
        and rows.meetings_visible_to(user).filter(pk=task.decision.meeting_id).exists(),
        sees_project=task.project is not None and rows.projects_visible_to(user).filter(pk=task.project.pk).exists(),
    )


def ask(request: HttpRequest) -> HttpResponse:
    """Ask a department for something: of its own accord, for a project, or because a meeting decided so."""
    user = staff(request)
    project, decision = _of_project(request, user), _of_decision(request, user)
    if project is None or project.owner_id != user.pk:
        access.require(user, planning.ASK)
    today = clock.today()
    begins: dict[str, object] = {"starts_on": today, "due_on": today + dt.timedelta(days=7)}
    if decision is not None:
        meeting = decision.meeting
        begins |= {"title": decision.text[:120], "department": meeting.department_id, "project": meeting.project_id}
    if project is not None:
        begins |= {"project": project.pk, "department": project.department_id}
    form = TaskForm(posted(request), initial=begins)
    if form.is_bound:
        task = typed(form, lambda: planning.ask(form.order(), decision=decision, by=user))
        if task is not None:
            return redirect("admin:service_desk_task_change", task.pk)
    return form_page(request, form, template="task_form.html", title=_now("A new task"), decision=decision)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked from now on."""
    user = staff(request)
    task = _found(user, pk)
    steering.require(task, user)
    form = TaskForm(posted(request), task=task, initial=TaskForm.initial_of(task))
    if form.is_bound and typed(form, lambda: planning.change(task, form.order(), by=user)) is not None:
        return redirect("admin:service_desk_task_change", task.pk)
    return form_page(request, form, template="task_form.html", title=_now("Change the task"), task=task)


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One deed of one operation, and back to the page."""
    user = staff(request)
    task = _found(user, pk)
    if verb not in DEEDS:
        raise Http404
    operation, said, done = DEEDS[verb]
    more = {said: request.POST.get("said", "")[:4_000]} if said else {}
    tried(request, partial(operation, task, by=user, **more), done=str(done))
    return redirect("admin:service_desk_task_change", task.pk)


DEEDS: Mapping[str, tuple[Callable[..., Any], str, str | Promise]] = {
    "take": (tasks.take, "", _("It is yours now.")),
    "begin": (tasks.begin, "", _("Begun.")),
    "finish": (tasks.finish, "proof", _("Done. Whoever asked is told, and whoever waited for it.")),
    "drop": (tasks.drop, "reason", _("Given up. Whoever asked is told.")),
    "reopen": (tasks.reopen, "reason", _("Open again.")),
}
"""Verb → operation, what it is given of what was typed, and what is said when done."""


def _found(user: User, pk: object) -> Task:
    related = ("department", "owner", "project", "decision__meeting", "made_by", "ended_by", "finding")
    return found(rows.visible_to(user).select_related(*related), pk)


def _of_project(request: HttpRequest, user: User) -> Project | None:
    key = request.GET.get("project", "")
    return found(rows.projects_visible_to(user), key) if key else None


def _of_decision(request: HttpRequest, user: User) -> MeetingDecision | None:
    key = request.GET.get("decision", "")
    theirs = MeetingDecision.objects.filter(meeting__in=rows.meetings_visible_to(user).values("pk"))
    return found(theirs.select_related("meeting"), key) if key else None
