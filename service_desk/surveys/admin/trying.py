"""A survey tried out as the member will answer it, skips and all; nothing of it is kept (SVC-07 · D5.1)."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _now

from cards.admin.pages import page, viewer
from core import parameters, refusals
from core.rules import RuleBroken
from service_desk.surveys.admin.pages import VIEW, found_at
from service_desk.surveys.forms.answering import read
from service_desk.surveys.models import SurveyVersion
from service_desk.surveys.models.texts import spoken
from service_desk.surveys.policy import low_scores, questions, routing
from service_desk.surveys.policy.parameters import SurveyParameters
from service_desk.surveys.policy.questions import Answer
from service_desk.surveys.queries import progress, questionnaires
from service_desk.surveys.queries.questionnaires import Form
from service_desk.surveys.wording import shown

LANGUAGE, SO_FAR = "shown_in", "so_far"
LONGEST = 60_000


def walk(request: HttpRequest, pk: int) -> HttpResponse:
    """The next question after the answers so far, which travel with the form."""
    viewer(request, VIEW)
    survey = found_at(str(pk))
    version = survey.versions.select_related("survey").order_by("-number")[0]
    form = questionnaires.form_of(version)
    given = _so_far(form, request.POST.get(SO_FAR, ""))
    problem = _answer(request, form, given)
    language = request.POST.get(LANGUAGE, "") or translation.get_language() or ""
    language = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    return page(
        request,
        "admin/service_desk/surveys/try.html",
        status=422 if problem else 200,
        title=_now("Try it"),
        survey=survey,
        version=version,
        problem=problem,
        language=language,
        languages=settings.LANGUAGES,
        survey_title=spoken(version.title, language),
        so_far=json.dumps({code: [one.number, one.chosen, one.text] for code, one in given.items()}),
        **_next(form, version, given, language),
    )


def _next(form: Form, version: SurveyVersion, given: Mapping[str, Answer], language: str) -> dict[str, Any]:
    """The question that follows; at the end the thanks, and whether the score would be followed up."""
    following = routing.next_question(form.rules, given) if form.questions else None
    if following is None:
        score = given[form.measure].number if form.measure in given else None
        is_low = low_scores.is_low(form.kind, score, parameters=parameters.in_force(SurveyParameters))
        return {"question": None, "thanks": spoken(version.thanks, language), "is_low": is_low}
    at = progress.at(form, given)
    return {
        "question": shown.question(form, form.row(following.code), language=language),
        "at": at,
        "intro": spoken(version.intro, language) if at.number == 1 else "",
    }


def _answer(request: HttpRequest, form: Form, given: dict[str, Answer]) -> str:
    """Take what was answered; what does not fit is said."""
    asked = form.rule(request.POST.get("question", "")) if request.method == "POST" else None
    if asked is None:
        return ""
    try:
        given[asked.code] = questions.fit(asked, read(asked, request.POST))
    except RuleBroken as broken:
        return refusals.said(broken)
    return ""


def _so_far(form: Form, told: str) -> dict[str, Answer]:
    """The answers that the form carried; what cannot be read, or does not fit, begins anew."""
    try:
        kept = json.loads(told) if told and len(told) <= LONGEST else {}
        found = {
            code: questions.fit(rule, Answer(number, tuple(chosen), text))
            for code, (number, chosen, text) in kept.items()
            if (rule := form.rule(code)) is not None
        }
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}
    return found
