"""The bank of questions in the back office: listed by course, written and revised in words (SVC-09 · D7.2)."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.text import Truncator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, tried, viewer
from core import access
from service_desk.models import QuizQuestion
from service_desk.people.admin.base import OfPeople
from service_desk.people.admin.question_form import QuestionForm
from service_desk.people.operations import courses, questions
from service_desk.people.queries import bank

VIEW = "people.view_quizquestion"
SHOWN = 90


@admin.register(QuizQuestion)
class QuizQuestionAdmin(OfPeople):
    list_display = ("asked", "course", "kind", "is_active", "share")
    list_display_links = ("asked",)
    list_filter = ("course", "is_active", "version__kind")
    list_select_related = ("course", "version")
    search_prefix = ("version__text", "course__code")
    ordering = ("course__code", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return bank.with_outcome(super().get_queryset(request))

    @admin.display(description=_("question"), ordering="version__text")
    def asked(self, row: QuizQuestion) -> str:
        return Truncator(str(row)).chars(SHOWN)

    @admin.display(description=_("kind"), ordering="version__kind")
    def kind(self, row: QuizQuestion) -> str:
        return row.version.get_kind_display() if row.version else "—"

    @admin.display(description=_("answered right"))
    def share(self, row: QuizQuestion) -> str:
        asked, right = vars(row)["times_asked"], vars(row)["times_right"]
        return f"{100 * right // asked}\N{NO-BREAK SPACE}% ({asked})" if asked else "—"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.allows(staff(request), courses.CHANGE)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        user = viewer(request, courses.CHANGE)
        form = QuestionForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            made: list[QuizQuestion] = []
            if tried(
                request,
                lambda: made.append(questions.write(form.cleaned_data["course"], form.content, by=user)),
                done=_now("It is in the bank."),
            ):
                return redirect("admin:service_desk_quizquestion_change", made[0].pk)
        status = 422 if request.method == "POST" else 200
        return page(request, "admin/service_desk/question.html", status=status, title=_now("A new question"), form=form)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        user, row = viewer(request, VIEW), _found(object_id)
        may_change = access.allows(user, courses.CHANGE)
        form = QuestionForm(request.POST if request.method == "POST" else None, version=row.version)
        if request.method == "POST":
            access.require(user, courses.CHANGE)
            if form.is_valid() and tried(
                request,
                lambda: questions.revise(row, form.content, by=user),
                done=_now("A new version is asked from now on."),
            ):
                return redirect("admin:service_desk_quizquestion_change", row.pk)
        return page(
            request,
            "admin/service_desk/question.html",
            status=422 if request.method == "POST" else 200,
            title=Truncator(str(row)).chars(SHOWN),
            form=form,
            question=row,
            versions=row.versions.select_related("author")[:20],
            may_change=may_change,
        )

    def get_urls(self) -> list[URLPattern]:
        use_ = self.admin_site.admin_view(use)
        return [path("<int:pk>/use/<slug:verb>/", use_, name="service_desk_quizquestion_use"), *super().get_urls()]


@require_POST
def use(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Draw it again, or no more."""
    user, row = viewer(request, courses.CHANGE), _found(str(pk))
    if verb not in ("in", "out"):
        raise Http404
    done = _now("It is asked again.") if verb == "in" else _now("It is asked no more.")
    tried(request, lambda: questions.use(row, is_active=verb == "in", by=user), done=done)
    return redirect("admin:service_desk_quizquestion_change", row.pk)


def _found(pk: str) -> QuizQuestion:
    rows = QuizQuestion.objects.select_related("course", "version")
    row = rows.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None
    if row is None:
        raise Http404
    return row
