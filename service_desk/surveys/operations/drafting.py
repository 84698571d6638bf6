"""Drawing up a survey (SVC-07 · D5.1): a draft is changed freely, what was submitted never again."""

from collections.abc import Mapping

from django.db import transaction

from core import access, audit, clock
from core.models import User
from core.refusals import Refusal
from service_desk.surveys.models import Survey, SurveyOption, SurveyQuestion, SurveySkip, SurveyVersion
from service_desk.surveys.models.texts import Words
from service_desk.surveys.queries import questionnaires

PROPOSE = "service_desk.propose_survey"
State = SurveyVersion.State


@transaction.atomic
def begin(code: str, kind: str, *, by: User) -> Survey:
    """SVC-07 · D5.1 — a new survey with an empty draft; refuses a code that is taken (`survey_code_taken`)."""
    access.require(by, PROPOSE)
    if Survey.objects.filter(code=code).exists():
        raise Refusal("survey_code_taken")
    survey = Survey.objects.create(code=code, kind=kind)
    SurveyVersion.objects.create(survey=survey, number=1, author=by)
    audit.record("service_desk.survey.begin", subject=survey, actor=by, details={"kind": kind})
    return survey


@transaction.atomic
def revise(survey: Survey, *, by: User) -> SurveyVersion:
    """SVC-07 · D5.1 — a draft that begins as the newest version stands. A repeat gives the draft there is.

    Refuses a survey that has ended (`survey_ended`).
    """
    access.require(by, PROPOSE)
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    if survey.ended_at is not None:
        raise Refusal("survey_ended")
    if draft := survey.versions.exclude(state=State.PUBLISHED).first():
        return draft
    last = survey.versions.select_related("survey").order_by("-number")[0]
    draft = SurveyVersion.objects.create(
        survey=survey, number=last.number + 1, author=by, title=last.title, intro=last.intro, thanks=last.thanks
    )
    _copy(questionnaires.form_of(last), draft)
    return draft


def _copy(form: questionnaires.Form, draft: SurveyVersion) -> None:
    made: dict[int, SurveyQuestion] = {}
    for row in form.questions:
        known = row.pk
        made[known] = SurveyQuestion.objects.create(
            version=draft, code=row.code, position=row.position, kind=row.kind, required=row.required,
            is_measure=row.is_measure, text=row.text, low=row.low, high=row.high,
        )  # fmt: skip
        SurveyOption.objects.bulk_create(
            SurveyOption(question=made[known], code=one.code, position=one.position, text=one.text)
            for one in form.options[known]
        )
    SurveySkip.objects.bulk_create(
        SurveySkip(
            question=made[one.question_id], position=one.position, verb=one.verb, on=made[one.on_id],
            compare=one.compare, number=one.number, options=one.options,
            to=made[one.to_id] if one.to_id is not None else None,
        )
        for one in form.skips
    )  # fmt: skip


@transaction.atomic
def word(draft: SurveyVersion, texts: Mapping[str, Words], *, by: User) -> SurveyVersion:
    """SVC-07 · D5.1 — keep title, introduction and thanks as they were written."""
    draft = locked(draft, by=by)
    draft.title, draft.intro, draft.thanks, draft.author = texts["title"], texts["intro"], texts["thanks"], by
    draft.save(update_fields=["title", "intro", "thanks", "author"])
    return draft


@transaction.atomic
def discard(draft: SurveyVersion, *, by: User) -> None:
    """SVC-07 · D5.1 — throw a draft away; the first version of a survey goes with it."""
    draft = locked(draft, by=by)
    survey = draft.survey
    audit.record("service_desk.survey.discard", subject=survey, actor=by, details={"version": draft.number})
    draft.delete()
    if not survey.versions.exists():
        survey.delete()


@transaction.atomic
def end(survey: Survey, *, reason: str, by: User) -> Survey:
    """SVC-07 · D5.1 — ask nobody any more; who was asked may still answer. A repeat changes nothing.

    Needs no second person: it only stops something. Refuses without a reason, and while a draft stands open.
    """
    access.require(by, PROPOSE)
    if not reason.strip():
        raise Refusal("reason_needed")
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    if survey.ended_at is None:
        if survey.versions.exclude(state=State.PUBLISHED).exists():
            raise Refusal("survey_has_a_draft")
        survey.ended_at = clock.now()
        survey.save(update_fields=["ended_at"])
        audit.record("service_desk.survey.end", subject=survey, actor=by, reason=reason.strip())
    return survey


def locked(draft: SurveyVersion, *, by: User) -> SurveyVersion:
    """The draft, held until the transaction ends; refuses what was submitted meanwhile (`draft_submitted`)."""
    access.require(by, PROPOSE)
    row = SurveyVersion.objects.select_for_update(of=("self",)).select_related("survey").filter(pk=draft.pk).first()
    if row is None or row.state != State.DRAFT:
        raise Refusal("draft_submitted")
    return row
