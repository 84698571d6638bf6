"""The results of a survey: figures with their intervals, pictures, a table by whatever one asks, a file (SVC-07 · D5.1)."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _now

from cards.admin.pages import page, viewer
from core import access, clock, parameters, periods, spreadsheet
from core.models import User
from service_desk.surveys.admin.pages import RESULTS
from service_desk.surveys.forms.results import ResultsForm
from service_desk.surveys.models.texts import spoken
from service_desk.surveys.policy import figures
from service_desk.surveys.policy.parameters import SurveyParameters
from service_desk.surveys.policy.questions import MEASURED_ON, SCALES, QuestionKind, SurveyKind
from service_desk.surveys.queries import results as counted
from service_desk.surveys.queries.results import Asked
from service_desk.surveys.wording import figures as wording
from service_desk.surveys.wording import results as told

RESPONSES = "service_desk.view_surveyresponse"
MONTHS = 12


def board(request: HttpRequest) -> HttpResponse:
    """One survey's figures within a period, and by a dimension."""
    user = viewer(request, RESULTS)
    form, asked, by = _asked(request, user)
    context: dict[str, Any] = {"title": _now("Results of surveys"), "form": form, "asked": asked, "by": by}
    if asked is not None:
        context |= _figures(asked, by, drill=access.allows(user, RESPONSES))
        context["file"] = f"{reverse('admin:service_desk_survey_results_csv')}?{urlencode(_query(asked, by))}"
    return page(request, "admin/service_desk/surveys/results.html", **context)


def export(request: HttpRequest) -> StreamingHttpResponse:
    """The table as a file for a spreadsheet: what the page hides for its few answers is hidden here too."""
    user = viewer(request, RESULTS)
    _form, asked, by = _asked(request, user)
    lines = _lines(asked, by) if asked is not None else iter(())
    answer = StreamingHttpResponse(spreadsheet.csv_lines(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="survey-results.csv"'
    return answer


def _asked(request: HttpRequest, user: User) -> tuple[ResultsForm, Asked | None, str]:
    """What is looked at: of the surveys that were published the chosen one, at the stores that the reader may see."""
    surveys = list(counted.surveys())
    names = counted.titles(surveys)
    first = periods.add_months(clock.today().replace(day=1), 1 - MONTHS)
    form = ResultsForm(
        request.GET,
        surveys=[(one.code, spoken(names.get(one.pk, {})) or one.code) for one in surveys],
        first=first,
        last=clock.today(),
    )
    chosen = form.chosen()
    survey = next((one for one in surveys if one.code == chosen["survey"]), surveys[0] if surveys else None)
    if survey is None:
        return form, None, ""
    stores = access.stores_of(user, right=RESULTS)
    return form, Asked(survey, chosen["first"], chosen["last"], stores), chosen["by"]


def _figures(asked: Asked, by: str, *, drill: bool) -> dict[str, Any]:
    policy = parameters.in_force(SurveyParameters)
    kind, all_ = SurveyKind(asked.survey.kind), counted.whole(asked)
    enough = all_.answered >= policy.least_answers
    groups = counted.groups(asked, by)
    months = groups if by == "month" else counted.groups(asked, "month")
    rows = told.rows(kind, by, groups, policy=policy)
    return {
        "survey": asked.survey,
        "kind": kind,
        "enough": enough,
        "least": policy.least_answers,
        "headline": told.headline(kind, all_, policy=policy) if enough else [],
        "rate": wording.percent(figures.share(all_.answered, all_.asked)),
        "rate_span": wording.percent_span(figures.share(all_.answered, all_.asked)),
        "whole": all_,
        "rows": rows,
        "dimension": told.DIMENSIONS[by],
        "columns": told.columns(kind),
        "trend": told.trend(kind, told.rows(kind, "month", months, policy=policy)),
        "scores": told.distribution(all_.tally, SCALES.get(_scale(kind), range(0))) if enough else [],
        "questions": told.questions(counted.by_question(asked)) if enough else [],
        "drill": f"{reverse('admin:service_desk_surveyresponse_changelist')}?survey__id__exact={asked.survey.pk}"
        if drill
        else "",
    }


def _scale(kind: SurveyKind) -> QuestionKind:
    return MEASURED_ON.get(kind, QuestionKind.TEXT)


def _lines(asked: Asked, by: str) -> Iterator[list[object]]:
    """One line for each group, figures as plain numbers."""
    policy = parameters.in_force(SurveyParameters)
    kind = SurveyKind(asked.survey.kind)
    yield [told.DIMENSIONS[by], _now("Asked"), _now("Answered"), *map(str, told.plain_columns(kind))]
    for row in told.rows(kind, by, counted.groups(asked, by), policy=policy):
        yield [row.label, row.asked, "" if row.is_hidden else row.answered, *told.plain(kind, row)]


def _query(asked: Asked, by: str) -> dict[str, str]:
    return {
        "survey": asked.survey.code,
        "first": asked.first.isoformat(),
        "last": asked.last.isoformat(),
        "by": by,
    }
