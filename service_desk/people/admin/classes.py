"""Classes in the back office: planned, cancelled, attendance taken (SVC-08 · D7.1.3)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, tried, viewer
from core import access, clock
from core.admin.base import moment, state
from core.models import User
from core.request import reason_of
from service_desk.models import ClassSession
from service_desk.people.admin.base import OfPeople
from service_desk.people.admin.forms import ClassForm
from service_desk.people.operations import courses, sessions
from service_desk.people.queries import classes

VIEW = "people.view_classsession"


@admin.register(ClassSession)
class ClassSessionAdmin(OfPeople):
    list_display = (
        "step",
        "course",
        moment("starts_at", _("begins at")),
        "place",
        "trainer",
        state(_("state")),
        "filled",
    )
    list_filter = ("state",)
    list_select_related = ("step__course", "trainer")
    search_prefix = ("place", "step__course__code")

    @admin.display(description=_("course"))
    def course(self, row: ClassSession) -> str:
        return row.step.course.localized_name

    @admin.display(description=_("seats taken"))
    def filled(self, row: ClassSession) -> str:
        return f"{row.taken} / {row.seats}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).select_related("step__course", "trainer", "created_by")
        return rows

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(staff(request), courses.CHANGE)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        user = viewer(request, courses.CHANGE)
        form = ClassForm(request.POST if request.method == "POST" else None, by=user)
        if request.method == "POST" and form.is_valid():
            made: list[ClassSession] = []
            if tried(
                request, lambda: made.append(sessions.plan(**form.cleaned_data, by=user)), done=_now("It is planned.")
            ):
                return redirect("admin:service_desk_classsession_change", made[0].pk)
        return page(
            request,
            "admin/core/form.html",
            status=422 if request.method == "POST" else 200,
            title=_now("Plan a class"),
            form=form,
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        user, row = viewer(request, VIEW), _found(object_id)
        may_mark = row.trainer_id == user.pk or access.allows(user, courses.CHANGE)
        return page(
            request,
            "admin/service_desk/class.html",
            title=str(row.step),
            session=row,
            course=row.step.course,
            seats=classes.seats_of(row),
            may_mark=may_mark and row.state != ClassSession.State.CANCELLED and row.starts_at <= clock.now(),
            may_cancel=access.allows(user, courses.CHANGE) and row.state == ClassSession.State.PLANNED,
            me=user,
        )

    def get_urls(self) -> list[URLPattern]:
        inside = self.admin_site.admin_view
        own = [
            path("<int:pk>/mark/", inside(mark), name="service_desk_classsession_mark"),
            path("<int:pk>/cancel/", inside(cancel), name="service_desk_classsession_cancel"),
        ]
        return [*own, *super().get_urls()]


@require_POST
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was there: a tick for each seat; no tick is “was not there”."""
    user, row = viewer(request, VIEW), _found(str(pk))
    tried(request, lambda: sessions.mark(row, _present(request, row, user), by=user), done=_now("Noted."))
    return redirect("admin:service_desk_classsession_change", row.pk)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """It does not take place."""
    user, row = viewer(request, courses.CHANGE), _found(str(pk))
    tried(
        request,
        lambda: sessions.cancel(row, reason=reason_of(request), by=user),
        done=_now("Cancelled; whoever had a seat is told."),
    )
    return redirect("admin:service_desk_classsession_change", row.pk)


def _present(request: HttpRequest, row: ClassSession, user: User) -> dict[int, bool]:
    """Of everybody but oneself."""
    ticked = set(request.POST.getlist("present"))
    return {seat.pk: str(seat.pk) in ticked for seat in classes.seats_of(row) if seat.enrolment.user_id != user.pk}


def _found(pk: str) -> ClassSession:
    rows = ClassSession.objects.select_related("step__course", "trainer", "created_by")
    row = rows.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None
    if row is None:
        raise Http404
    return row
