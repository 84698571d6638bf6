"""The list of surveys, and the addresses of their own pages (SVC-07 · D5.1)."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import show, worklists
from core.admin import ReadOnly
from core.admin.base import code
from core.models import User
from core.templatetags import ui
from service_desk.surveys.admin import occasions, pages, questions, results, trying
from service_desk.surveys.models import Survey, SurveyTrigger, SurveyVersion
from service_desk.surveys.models.texts import spoken
from service_desk.surveys.operations.drafting import PROPOSE

State = SurveyVersion.State


@admin.register(Survey)
class SurveyAdmin(ReadOnly):
    """A list that leads to own pages: a survey is drafted, published, revised and ended through them alone."""

    list_display = ("worded", code, "kind", "standing", "asked_at", "answers")
    list_display_links = ("worded",)
    list_filter = ("kind",)
    search_exact = ("code",)
    search_prefix = ("code",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(answered=Count("responses"))
        return rows.prefetch_related(
            Prefetch("versions", SurveyVersion.objects.order_by("-number"), to_attr="all_versions"),
            Prefetch("triggers", SurveyTrigger.objects.filter(stopped_at__isnull=True), to_attr="live_triggers"),
        )

    @admin.display(description=_("title"))
    def worded(self, survey: Survey) -> str:
        versions: list[SurveyVersion] = vars(survey)["all_versions"]
        return next((text for one in versions if (text := spoken(one.title))), survey.code)

    @admin.display(description=_("state"))
    def standing(self, survey: Survey) -> SafeString:
        return ui.status_pill(*pages.standing(survey, vars(survey)["all_versions"]))

    @admin.display(description=pgettext_lazy("survey", "asked"))
    def asked_at(self, survey: Survey) -> str:
        triggers: list[SurveyTrigger] = vars(survey)["live_triggers"]
        return show.listed(sorted({one.get_touch_point_display() for one in triggers})) or "—"

    @admin.display(description=pgettext_lazy("survey", "answers"))
    def answers(self, survey: Survey) -> str:
        return show.number(vars(survey)["answered"])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(PROPOSE))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return pages.begin(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return pages.survey(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        own: list[tuple[str, Any, str]] = [
            ("results/", results.board, "results"),
            ("results.csv", results.export, "results_csv"),
            ("<int:pk>/do/<slug:verb>/", pages.act, "act"),
            ("<int:pk>/question/", questions.add, "question_add"),
            ("<int:pk>/question/<int:question>/", questions.change, "question"),
            ("<int:pk>/question/<int:question>/do/<slug:verb>/", questions.act, "question_act"),
            ("<int:pk>/preview/", questions.preview, "preview"),
            ("<int:pk>/try/", trying.walk, "try"),
            ("<int:pk>/occasion/", occasions.add, "occasion"),
            ("<int:pk>/occasion/<int:trigger>/stop/", occasions.stop, "occasion_stop"),
        ]
        inside = self.admin_site.admin_view
        return [
            *(path(route, inside(view), name=f"service_desk_survey_{name}") for route, view, name in own),
            *super().get_urls(),
        ]


def _drafts(user: User) -> QuerySet[SurveyVersion]:
    return SurveyVersion.objects.filter(author=user, state=State.DRAFT)


def _in_review(_user: User) -> QuerySet[SurveyVersion]:
    return SurveyVersion.objects.filter(state=State.IN_REVIEW)


worklists.register(
    worklists.Worklist(
        code="survey-drafts",
        label=_("Surveys I am drafting"),
        rows=_drafts,
        url="admin:service_desk_survey_changelist",
        right=PROPOSE,
        icon="draw",
    )
)
worklists.register(
    worklists.Worklist(
        code="surveys-in-review",
        label=_("Surveys that wait to be published"),
        rows=_in_review,
        url="admin:service_desk_survey_changelist",
        right="service_desk.view_survey",
        icon="ballot",
    )
)
