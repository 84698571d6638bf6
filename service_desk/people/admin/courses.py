"""Courses in the back office: the list, a course with its steps and checklist, a step with what there is to read."""

from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, tried, viewer
from core import access, refusals
from core.admin.base import code, state
from core.models import User
from core.request import reason_of
from core.rules import RuleBroken
from service_desk.models import Course, CourseStep, PracticalItem
from service_desk.people.admin.base import OfPeople
from service_desk.people.admin.forms import CourseForm, ItemForm, MaterialForm, NewCourseForm, StepForm
from service_desk.people.operations import courses, files
from service_desk.people.queries import bank
from service_desk.people.wording import CHECKLIST

VIEW = "people.view_course"
Kind = CourseStep.Kind
Act = Callable[[CourseStep, User, str], object]
# verb → what it does with a step, what is said when done
OF_STEP: dict[str, tuple[Act, str | Promise]] = {
    "up": (lambda step, by, _reason: courses.move_step(step, by=by), _("Moved.")),
    "drop": (lambda step, by, reason: courses.drop_step(step, reason=reason, by=by), _("Taken out of the course.")),
}


@admin.register(Course)
class CourseAdmin(OfPeople):
    """A list that leads to own pages."""

    list_display = ("localized_name", code, state(_("state")), "competence", "due_days", "at_it")
    list_filter = ("state",)
    list_select_related = ("competence",)
    search_exact = ("code",)
    search_prefix = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        open_ = Q(enrolments__completed_at=None, enrolments__withdrawn_at=None)
        found: QuerySet[Any] = super().get_queryset(request).annotate(open_=Count("enrolments", filter=open_))
        return found

    @admin.display(description=_("at it now"))
    def at_it(self, row: Course) -> int:
        return int(vars(row)["open_"])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(staff(request), courses.CHANGE)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return _begin(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return _course(request, found(object_id))

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = [
            path("<int:pk>/state/<slug:verb>/", inside(act), name="service_desk_course_act"),
            path("<int:pk>/steps/add/<slug:kind>/", inside(add_step), name="service_desk_course_add_step"),
            path("steps/<int:step>/", inside(change_step), name="service_desk_course_step"),
            path("steps/<int:step>/do/<slug:verb>/", inside(act_on_step), name="service_desk_course_step_act"),
            path("steps/<int:step>/items/", inside(add_item), name="service_desk_course_item"),
            path("items/<int:item>/drop/", inside(drop_item), name="service_desk_course_item_drop"),
        ]
        return [*own, *super().get_urls()]


def found(pk: object) -> Course:
    text = str(pk)
    rows = Course.objects.select_related("competence")
    course = rows.filter(pk=int(text)).first() if text.isdecimal() and len(text) < 19 else None
    if course is None:
        raise Http404
    return course


def _found_step(pk: int) -> CourseStep:
    step = CourseStep.objects.select_related("course").filter(pk=pk).first() if pk < 10**18 else None
    if step is None:
        raise Http404
    return step


def _begin(request: HttpRequest) -> HttpResponse:
    user = viewer(request, courses.CHANGE)
    form = NewCourseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            made = courses.begin(given.pop("code"), given, by=user)
        except RuleBroken as refusal:
            form.add_error("code", refusals.said(refusal))
        else:
            return redirect("admin:service_desk_course_change", made.pk)
    return _form(request, form, title=_now("A new course"))


def _course(request: HttpRequest, course: Course) -> HttpResponse:
    """Its words, its steps, what it still lacks; a POST keeps the words."""
    user = viewer(request, VIEW)
    may_change = access.allows(user, courses.CHANGE)
    form = CourseForm(request.POST if request.method == "POST" else None, initial=_initial(course, courses.COURSE))
    if request.method == "POST":
        access.require(user, courses.CHANGE)
        if form.is_valid() and tried(
            request, partial(courses.change, course, form.cleaned_data, by=user), done=_now("Saved.")
        ):
            return redirect("admin:service_desk_course_change", course.pk)
    return page(
        request,
        "admin/service_desk/course.html",
        status=422 if form.errors else 200,
        title=course.localized_name,
        course=course,
        form=form if may_change else None,
        steps=bank.steps_of(course),
        kinds=Kind.choices,
        checklist=[_line(line) for line in bank.checklist(course)],
        questions=bank.asked(course).count(),
        at_it=course.enrolments.filter(completed_at=None, withdrawn_at=None).count(),
        finished=course.enrolments.filter(completed_at__isnull=False).count(),
        may_change=may_change,
    )


def _line(line: bank.Line) -> tuple[str, bool]:
    words = str(CHECKLIST[line.code])
    return (f"{line.step}: {words}" if line.step else words), line.met


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Open it, or retire it."""
    user, course = viewer(request, courses.CHANGE), found(pk)
    if verb == "open":
        tried(request, partial(courses.open_, course, by=user), done=_now("It can be taken now."))
    elif verb == "retire":
        tried(request, partial(courses.retire, course, reason=reason_of(request), by=user), done=_now("Retired."))
    else:
        raise Http404
    return redirect("admin:service_desk_course_change", course.pk)


def add_step(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """A further step of one of the kinds."""
    user, course = viewer(request, courses.CHANGE), found(pk)
    if kind not in Kind.values:
        raise Http404
    form = StepForm(request.POST if request.method == "POST" else None, kind=kind)
    if request.method == "POST" and form.is_valid():
        made: list[CourseStep] = []
        if tried(
            request,
            lambda: made.append(courses.add_step(course, kind, form.cleaned_data, by=user)),
            done=_now("Added."),
        ):
            return redirect("admin:service_desk_course_step", made[0].pk)
    return _form(request, form, title=f"{course} · {Kind(kind).label}")


def change_step(request: HttpRequest, step: int) -> HttpResponse:
    """A step: its words and terms, what there is to read, its check sheet."""
    user, row = viewer(request, VIEW), _found_step(step)
    may_change = access.allows(user, courses.CHANGE)
    posted = request.POST if request.method == "POST" else None
    reads = posted is not None and "body" in posted
    form = StepForm(None if reads else posted, kind=row.kind, initial=_initial(row, courses.STEP))
    newest = bank.material_of(row)
    given = _initial(newest, courses.BODIES) if newest else {}
    reading = MaterialForm(posted if reads else None, request.FILES if reads else None, initial=given)
    if posted is not None:
        access.require(user, courses.CHANGE)
        done = _write(request, row, reading, user) if reads else _change(request, row, form, user)
        if done:
            return redirect("admin:service_desk_course_step", row.pk)
    return page(
        request,
        "admin/service_desk/step.html",
        status=422 if posted is not None else 200,
        title=row.localized_name,
        course=row.course,
        step=row,
        form=form if may_change else None,
        reading=reading if may_change and row.kind == Kind.READ else None,
        newest=newest,
        versions=row.materials.select_related("author")[:20] if row.kind == Kind.READ else [],
        items=bank.items_of(row),
        item_form=ItemForm() if may_change and row.kind == Kind.CHECK else None,
        may_change=may_change,
    )


def _change(request: HttpRequest, row: CourseStep, form: StepForm, user: User) -> bool:
    return form.is_valid() and tried(
        request, lambda: courses.change_step(row, form.cleaned_data, by=user), done=_now("Saved.")
    )


def _write(request: HttpRequest, row: CourseStep, reading: MaterialForm, user: User) -> bool:
    if not reading.is_valid():
        return False

    def write() -> None:
        upload = reading.cleaned_data["file"]
        kept = files.keep(upload) if upload else ""
        name = PurePath(upload.name).name if upload else ""
        courses.write_material(row, reading.cleaned_data, by=user, file=kept, file_name=name)

    return tried(request, write, done=_now("A new version is read from now on."))


@require_POST
def act_on_step(request: HttpRequest, step: int, verb: str) -> HttpResponse:
    """Move it up, or take it out."""
    user, row = viewer(request, courses.CHANGE), _found_step(step)
    if verb not in OF_STEP:
        raise Http404
    do, done = OF_STEP[verb]
    tried(request, lambda: do(row, user, reason_of(request)), done=str(done))
    return redirect("admin:service_desk_course_change", row.course_id)


@require_POST
def add_item(request: HttpRequest, step: int) -> HttpResponse:
    """A further line of the check sheet."""
    user, row = viewer(request, courses.CHANGE), _found_step(step)
    form = ItemForm(request.POST)
    if form.is_valid():
        tried(request, lambda: courses.add_item(row, form.cleaned_data, by=user), done=_now("Added."))
    return redirect("admin:service_desk_course_step", row.pk)


@require_POST
def drop_item(request: HttpRequest, item: int) -> HttpResponse:
    """Take a line off the check sheet."""
    user = viewer(request, courses.CHANGE)
    row = PracticalItem.objects.filter(pk=item).first() if item < 10**18 else None
    if row is None:
        raise Http404
    tried(request, lambda: courses.drop_item(row, by=user), done=_now("Taken off."))
    return redirect("admin:service_desk_course_step", row.step_id)


def _form(request: HttpRequest, form: forms.Form, *, title: str) -> HttpResponse:
    return page(request, "admin/core/form.html", status=422 if form.errors else 200, title=title, form=form)


def _initial(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
