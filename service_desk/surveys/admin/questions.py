"""A question of a draft: worded with a preview beside it, moved, taken out; its skips (SVC-07 · D5.1)."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _now
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, tried, viewer
from core import access, refusals
from core.refusals import Refusal
from core.rules import RuleBroken
from service_desk.surveys.admin.pages import draft_of, found_at, told
from service_desk.surveys.forms.drafting import QuestionForm, SkipForm
from service_desk.surveys.models import Survey, SurveyQuestion, SurveySkip, SurveyVersion
from service_desk.surveys.models.texts import spoken
from service_desk.surveys.operations import drafting, questions
from service_desk.surveys.operations.questions import Wording
from service_desk.surveys.queries import questionnaires
from service_desk.surveys.queries.questionnaires import Form
from service_desk.surveys.wording import shown

LANGUAGE = "shown_in"


def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new question at the end of the draft."""
    user, survey = viewer(request, drafting.PROPOSE), found_at(str(pk))
    draft = draft_of(survey)
    asking = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and asking.is_valid():
        try:
            made = questions.add(draft, asking.wording(), by=user)
            return redirect("admin:service_desk_survey_question", survey.pk, made.pk)
        except RuleBroken as refusal:
            _say(asking, refusal)
    return _page(request, survey, draft, asking, title=_now("A new question"))


def change(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """A question's wording and options; its skips stand below."""
    user, survey = viewer(request, drafting.PROPOSE), found_at(str(pk))
    draft = draft_of(survey)
    form = questionnaires.form_of(draft)
    row = _row(form, question)
    asking = QuestionForm(request.POST if request.method == "POST" else None, form=form, question=row)
    if request.method == "POST" and asking.is_valid():
        try:
            questions.change(row, asking.wording(), by=user)
            return redirect("admin:service_desk_survey_change", survey.pk)
        except RuleBroken as refusal:
            _say(asking, refusal)
    place = next(n for n, one in enumerate(form.questions, start=1) if one.pk == row.pk)
    title = _now("Question %(place)s") % {"place": place}
    return _page(request, survey, draft, asking, title=title, form=form, row=row)


@require_POST
def act(request: HttpRequest, pk: int, question: int, verb: str) -> HttpResponse:
    """Move a question, take it out, add a skip at it or take one out."""
    user, survey = staff(request), found_at(str(pk))
    access.require(user, drafting.PROPOSE)
    draft = draft_of(survey)
    form = questionnaires.form_of(draft)
    row = _row(form, question)
    if verb == "skip":
        return _skip(request, survey, draft, form, row)
    if verb == "unskip":
        skip = _skip_of(row, request.POST.get("skip", ""))
        tried(request, lambda: questions.remove_skip(skip, by=user), done=_now("Taken out."))
        return redirect("admin:service_desk_survey_question", survey.pk, row.pk)
    if verb == "remove":
        tried(request, lambda: questions.remove(row, by=user), done=_now("Taken out."))
    elif verb in ("up", "down"):
        tried(request, lambda: questions.move(row, up=verb == "up", by=user), done=_now("Moved."))
    else:
        raise Http404
    return redirect("admin:service_desk_survey_change", survey.pk)


@require_POST
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands in the form, saved or not, as the member will see it."""
    viewer(request, drafting.PROPOSE)
    draft = draft_of(found_at(str(pk)))
    language = request.POST.get(LANGUAGE, "")
    asking = QuestionForm(request.POST)
    asking.is_valid()
    known = language if language in dict(settings.LANGUAGES) else _own_language()
    return page(request, "admin/service_desk/surveys/_preview.html", **_of(draft, asking.wording(), known))


def _own_language() -> str:
    return translation.get_language() or settings.LANGUAGE_CODE


def _of(draft: SurveyVersion, wording: Wording, language: str) -> dict[str, Any]:
    row = SurveyQuestion(
        code="preview",
        kind=wording.kind,
        required=wording.required,
        text=wording.text,
        low=wording.low,
        high=wording.high,
    )
    options = [(code or f"new-{place}", text) for place, (code, text) in enumerate(wording.options)]
    return {
        "question": shown.of(row, options, language=language),
        "survey_title": spoken(draft.title, language),
        "language": language,
    }


def _page(
    request: HttpRequest,
    survey: Survey,
    draft: SurveyVersion,
    asking: QuestionForm,
    *,
    title: str,
    form: Form | None = None,
    row: SurveyQuestion | None = None,
    skip: SkipForm | None = None,
) -> HttpResponse:
    wrong = bool(asking.errors) or (skip is not None and bool(skip.errors))
    context: dict[str, Any] = {"skips": [], "skip_form": None}
    if form is not None and row is not None:
        context["skips"] = next(one["skips"] for one in told(form) if one["row"].pk == row.pk)
        context["skip_form"] = skip or SkipForm(form=form, question=row)
    if asking.is_bound:
        wording = asking.wording()
    elif form is not None and row is not None:
        options = [(one.code, one.text) for one in form.options.get(row.pk, ())]
        wording = Wording(row.kind, row.required, row.is_measure, row.text, row.low, row.high, options)
    else:
        wording = Wording(SurveyQuestion.Kind.SCALE_5, True, False, {}, {}, {})
    return page(
        request,
        "admin/service_desk/surveys/question.html",
        status=422 if wrong else 200,
        title=title,
        survey=survey,
        asking=asking,
        row=row,
        wrong=bool(asking.errors),
        languages=settings.LANGUAGES,
        **context,
        **_of(draft, wording, _own_language()),
    )


def _skip(request: HttpRequest, survey: Survey, draft: SurveyVersion, form: Form, row: SurveyQuestion) -> HttpResponse:
    asked = SkipForm(request.POST, form=form, question=row)
    if asked.is_valid():
        try:
            questions.add_skip(row, asked.terms(), by=staff(request))
            return redirect("admin:service_desk_survey_question", survey.pk, row.pk)
        except RuleBroken as refusal:
            _say(asked, refusal)
    asking = QuestionForm(form=form, question=row)
    return _page(request, survey, draft, asking, title=_now("A skip"), form=form, row=row, skip=asked)


def _say(form: QuestionForm | SkipForm, refusal: RuleBroken) -> None:
    if isinstance(refusal, Refusal) and refusal.status == 403:
        raise refusal
    form.add_error(None, refusals.said(refusal))


def _row(form: Form, key: int) -> SurveyQuestion:
    found = next((row for row in form.questions if row.pk == key), None)
    if found is None:
        raise Http404
    return found


def _skip_of(row: SurveyQuestion, key: str) -> SurveySkip:
    found = row.skips.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
    if found is None:
        raise Http404
    return found
