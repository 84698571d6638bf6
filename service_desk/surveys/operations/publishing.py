"""Publishing a survey (SVC-07 · D5.1): asked for by one person, agreed to by another; from then on it is frozen."""

from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.db.models import JSONField

from core import approvals, audit, clock
from core.models import Approval, User
from core.refusals import Refusal
from service_desk.surveys.models import Survey, SurveyVersion
from service_desk.surveys.models.texts import Words
from service_desk.surveys.operations import drafting
from service_desk.surveys.policy import checking
from service_desk.surveys.policy.questions import SCALES, QuestionKind
from service_desk.surveys.queries import questionnaires
from service_desk.surveys.queries.questionnaires import Form

KIND = "survey"
State = SurveyVersion.State


@transaction.atomic
def submit(draft: SurveyVersion, *, reason: str, by: User) -> Approval:
    """SVC-07 · D5.1 — ask a second person to publish the draft.

    Refuses what is not worded in every language (`survey_wording_missing`) and what `policy.checking` refuses: a question
    that no answers lead to, a score that some may miss.
    """
    draft = drafting.locked(draft, by=by)
    form = questionnaires.form_of(draft)
    _refuse_unworded(form)
    checking.check(form.rules, kind=form.kind, measure=form.measure)
    asked = approvals.request(
        KIND,
        subject=draft.survey,
        title=draft.title["en"],
        before=_published_contents(draft.survey),
        after=contents_of(form),
        effect={"version": draft.number},
        reason=reason,
        author=by,
    )
    draft.state = State.IN_REVIEW
    draft.save(update_fields=["state"])
    return asked


def approve(approval: Approval) -> None:
    """What the decision does: from now on this version is asked; whoever was asked another one still answers that."""
    survey = of(approval)
    draft = survey.versions.get(state=State.IN_REVIEW)
    draft.state, draft.approval, draft.published_at = State.PUBLISHED, approval, clock.now()
    draft.save(update_fields=["state", "approval", "published_at"])
    audit.record(
        "service_desk.survey.publish",
        subject=survey,
        actor=approval.decided_by,
        reason=approval.reason,
        details={"version": draft.number, "before": approval.before, "after": approval.after},
    )


def take_back(approval: Approval) -> None:
    """Rejected or withdrawn: what was submitted is a draft again."""
    of(approval).versions.filter(state=State.IN_REVIEW).update(state=State.DRAFT)


def current(approval: Approval) -> dict[str, Any]:
    """What is asked by now: a request that compared with anything else is stale."""
    return _published_contents(of(approval))


def of(approval: Approval) -> Survey:
    """The survey that a request is about."""
    return Survey.objects.get(pk=int(approval.subject.rpartition(":")[2]))


def contents_of(form: Form) -> dict[str, Any]:
    """All that a version asks, as plain data: what a second person agrees to, and what stays so."""
    version = form.version
    found: dict[str, Any] = {"title": version.title, "intro": version.intro, "thanks": version.thanks}
    for place, row in enumerate(form.questions, start=1):
        found[row.code] = {
            "place": place,
            "kind": row.kind,
            "required": row.required,
            "measure": row.is_measure,
            "text": row.text,
            "low": row.low,
            "high": row.high,
            "options": [[one.code, one.text] for one in form.options.get(row.pk, ())],
            "skips": [_skip(form, one) for one in form.skips_at(row)],
        }
    return found


def _skip(form: Form, skip: Any) -> dict[str, Any]:
    return {
        "verb": skip.verb,
        "on": form.of_row(skip.on_id).code,
        "compare": skip.compare,
        "number": skip.number,
        "options": skip.options,
        "to": form.of_row(skip.to_id).code if skip.to_id is not None else "",
    }


def _published_contents(survey: Survey) -> dict[str, Any]:
    version = questionnaires.published(survey)
    return contents_of(questionnaires.form_of(version)) if version else {}


def _refuse_unworded(form: Form) -> None:
    """Every text in every language; the ends of a scale too, so that nobody guesses which end is good."""
    version = form.version
    for name in ("title", "intro", "thanks"):
        if language := _missing(getattr(version, name)):
            label = cast(JSONField, version._meta.get_field(name)).verbose_name
            raise Refusal("survey_wording_missing", what=label, language=language)
    for place, row in enumerate(form.questions, start=1):
        scale = QuestionKind(row.kind) in SCALES
        for words in (row.text, *((row.low, row.high) if scale else ()), *(one.text for one in form.options[row.pk])):
            if language := _missing(words):
                raise Refusal("survey_question_not_worded", place=place, language=language)


def _missing(words: Words) -> object:
    """The first language that has no text."""
    return next((name for code, name in settings.LANGUAGES if not words.get(code, "").strip()), None)
