"""A survey's own page: begun, worded, submitted, published, revised, ended (SVC-07 · D5.1)."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from cards.admin.pages import page, staff, tried, viewer
from core import access, audit, refusals
from core.models import Approval, User
from core.request import reason_of
from core.rules import RuleBroken
from service_desk.surveys.forms.drafting import BeginForm, TextsForm
from service_desk.surveys.models import Survey, SurveyVersion
from service_desk.surveys.models.texts import spoken
from service_desk.surveys.operations import drafting, publishing
from service_desk.surveys.queries import questionnaires
from service_desk.surveys.queries.questionnaires import Form
from service_desk.surveys.wording import occasions, shown, skips

VIEW = "service_desk.view_survey"
RESULTS = "service_desk.view_surveyresult"
State = SurveyVersion.State
Act = Callable[[Survey, User, str], object]


def draft_of(survey: Survey) -> SurveyVersion:
    """The open draft; there must be one."""
    found = survey.versions.select_related("survey").filter(state=State.DRAFT).first()
    if found is None:
        raise Http404
    return found


# verb → what it does, what is said when done
VERBS: dict[str, tuple[Act, str | Promise]] = {
    "revise": (lambda survey, by, _reason: drafting.revise(survey, by=by), _("A new draft stands below.")),
    "submit": (
        lambda survey, by, reason: publishing.submit(draft_of(survey), reason=reason, by=by),
        _("Waits for a second person."),
    ),
    "discard": (lambda survey, by, _reason: drafting.discard(draft_of(survey), by=by), _("The draft is gone.")),
    "end": (lambda survey, by, reason: drafting.end(survey, reason=reason, by=by), _("Nobody is asked any more.")),
}


def begin(request: HttpRequest) -> HttpResponse:
    """The code and what is measured; the draft follows."""
    user = viewer(request, drafting.PROPOSE)
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = drafting.begin(form.cleaned_data["code"], form.cleaned_data["kind"], by=user)
            return redirect("admin:service_desk_survey_change", made.pk)
        except RuleBroken as refusal:
            form.add_error("code", refusals.said(refusal))
    return page(
        request, "admin/cards/begin.html", status=422 if form.errors else 200, title=_now("A new survey"), form=form
    )


def survey(request: HttpRequest, pk: str) -> HttpResponse:
    """What it asks and when, as a draft and as published; a POST keeps the draft's wording."""
    user, found = viewer(request, VIEW), found_at(pk)
    versions = list(found.versions.select_related("author", "approval__decided_by", "survey"))
    draft = next((one for one in versions if one.state == State.DRAFT), None)
    may_propose = access.allows(user, drafting.PROPOSE)
    texts = _texts(request, draft) if draft and may_propose else None
    if request.method == "POST":
        access.require(user, drafting.PROPOSE)
        if draft is None or texts is None:
            raise Http404
        if texts.is_valid() and _kept(request, draft, texts, by=user):
            return redirect("admin:service_desk_survey_change", found.pk)
    looked_at = next((one for one in versions if one.state != State.PUBLISHED), versions[0])
    form = questionnaires.form_of(looked_at)
    is_published = any(one.state == State.PUBLISHED for one in versions)
    return page(
        request,
        "admin/service_desk/surveys/survey.html",
        status=422 if texts is not None and texts.errors else 200,
        title=next((text for one in versions if (text := spoken(one.title))), found.code),
        survey=found,
        standing=standing(found, versions),
        version=looked_at,
        versions=versions,
        questions=told(form),
        texts=texts,
        occasions=_occasions(found),
        waiting=Approval.objects.filter(subject=audit.label_of(found), state=Approval.State.PENDING).first(),
        may_change=may_propose and draft is not None,
        may_revise=may_propose and draft is None and looked_at.state == State.PUBLISHED and found.ended_at is None,
        may_ask=may_propose and is_published and found.ended_at is None,
        may_see_results=is_published and access.allows(user, RESULTS),
    )


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One of the verbs."""
    user, found = staff(request), found_at(str(pk))
    access.require(user, drafting.PROPOSE)
    if verb not in VERBS:
        raise Http404
    do, done = VERBS[verb]
    tried(request, lambda: do(found, user, reason_of(request)), done=str(done))
    if not Survey.objects.filter(pk=found.pk).exists():
        return redirect("admin:service_desk_survey_changelist")
    return redirect("admin:service_desk_survey_change", found.pk)


def standing(survey: Survey, versions: Sequence[SurveyVersion]) -> tuple[str, str]:
    """The tone of a survey's state, and its word."""
    states = {version.state for version in versions}
    if survey.ended_at is not None:
        return "quiet", pgettext("survey", "ended")
    if State.PUBLISHED in states:
        return "ok", str(State.PUBLISHED.label)
    return ("warn", str(State.IN_REVIEW.label)) if State.IN_REVIEW in states else ("quiet", str(State.DRAFT.label))


def told(form: Form) -> list[dict[str, Any]]:
    """Every question with its skips in words."""
    return [
        {
            "row": row,
            "place": place,
            "shown": shown.question(form, row),
            "skips": [(skip, skips.told(form, skip)) for skip in form.skips_at(row)],
        }
        for place, row in enumerate(form.questions, start=1)
    ]


def found_at(pk: str) -> Survey:
    found = Survey.objects.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None
    if found is None:
        raise Http404
    return found


def _texts(request: HttpRequest, draft: SurveyVersion) -> TextsForm:
    initial = {"title": draft.title, "intro": draft.intro, "thanks": draft.thanks}
    return TextsForm(request.POST if request.method == "POST" else None, initial=initial)


def _kept(request: HttpRequest, draft: SurveyVersion, texts: TextsForm, *, by: User) -> bool:
    given = {name: texts.cleaned_data[name] or {} for name in ("title", "intro", "thanks")}
    return tried(request, lambda: drafting.word(draft, given, by=by), done=_now("Saved."))


def _occasions(survey: Survey) -> list[tuple[Any, str]]:
    """The triggers in words, those that ask first."""
    names = occasions.products()
    rows = survey.triggers.prefetch_related("stores").select_related("author").order_by("stopped_at", "pk")
    told = [(row, occasions.sentence(row, names)) for row in rows]
    return sorted(told, key=lambda one: one[0].stopped_at is not None)
