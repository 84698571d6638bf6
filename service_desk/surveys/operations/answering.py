"""Answering a survey (SVC-07 · D5.1): each answer is kept as it is given, the whole is sent once and never changed.

The link answers one set of questions once. Whoever opens it again is thanked; an answer sent again is refused.
"""

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db import transaction

from core import audit, clock, parameters
from core.models import Channel
from core.refusals import Refusal
from service_desk.surveys.models import SurveyAnswer, SurveyDraftAnswer, SurveyInvitation, SurveyResponse
from service_desk.surveys.operations import following_up
from service_desk.surveys.policy import low_scores, questions, routing
from service_desk.surveys.policy.parameters import SurveyParameters
from service_desk.surveys.policy.questions import Answer
from service_desk.surveys.queries import questionnaires
from service_desk.surveys.queries.questionnaires import Form


@transaction.atomic
def save(
    invitation: SurveyInvitation, code: str, answer: Answer, *, via: str = "", language: str = ""
) -> SurveyResponse | None:
    """SVC-07 · D5.1 — keep the answer to a question; with the last one the survey is sent, and the response is returned.

    An earlier question may be answered anew until then. Refuses an answered survey (`survey_answered`), a link that has ended
    (`survey_link_ended`), a question that these answers do not lead to (`survey_question_not_asked`) and an answer that does
    not fit it.
    """
    row = _locked(invitation)
    form = questionnaires.form_of(row.version)
    drafts = {one.question_id: one for one in row.drafts.all()}
    given = questionnaires.answers_of(form, drafts.values())
    question = form.rule(code)
    if question is None or not _may_be_answered(form, code, given):
        raise Refusal("survey_question_not_asked")
    given[code] = kept = questions.fit(question, answer)
    _keep(row, form.row(code).pk, kept, drafts)
    if row.begun_at is None:
        row.begun_at = clock.now()
        row.save(update_fields=["begun_at"])
    if routing.next_question(form.rules, given) is not None:
        return None
    return _send(row, form, routing.on_the_way(form.rules, given), via=via, language=language)


@transaction.atomic
def close_unfinished(keys: Sequence[int]) -> int:
    """SVC-07 · D5.1 — links that ended before the last question: what was answered counts, marked as unfinished.

    So nothing that somebody told us is lost because a phone died. Returns how many were closed; a repeat closes none.
    """
    held = SurveyInvitation.objects.select_for_update(of=("self",)).select_related(
        "survey", "version__survey", "member"
    )
    rows = held.filter(pk__in=keys, closed_at__isnull=True, expires_at__lte=clock.now()).order_by("pk")
    for row in (found := list(rows)):
        form = questionnaires.form_of(row.version)
        given = routing.on_the_way(form.rules, questionnaires.answers_of(form, row.drafts.all()))
        if any(not one.is_empty for one in given.values()):
            _send(row, form, given, is_partial=True)
        else:
            _close(row)
    return len(found)


def _locked(invitation: SurveyInvitation) -> SurveyInvitation:
    rows = SurveyInvitation.objects.select_for_update(of=("self",)).select_related(
        "survey", "version__survey", "member"
    )
    row = rows.get(pk=invitation.pk)
    if SurveyResponse.objects.filter(invitation=row).exists():
        raise Refusal("survey_answered")
    if row.closed_at is not None or row.expires_at <= clock.now():
        raise Refusal("survey_link_ended", status=410)
    return row


def _may_be_answered(form: Form, code: str, given: Mapping[str, Answer]) -> bool:
    """On the way, up to and with the first question that has no answer yet."""
    for question in routing.way(form.rules, given):
        if question.code == code:
            return True
        if question.code not in given:
            return False
    return False


def _keep(row: SurveyInvitation, question: int, kept: Answer, drafts: Mapping[int, SurveyDraftAnswer]) -> None:
    draft = drafts.get(question) or SurveyDraftAnswer(invitation=row, question_id=question)
    draft.number, draft.chosen, draft.text, draft.at = kept.number, list(kept.chosen), kept.text, clock.now()
    draft.save()


def _send(
    row: SurveyInvitation,
    form: Form,
    given: Mapping[str, Answer],
    *,
    via: str = "",
    language: str = "",
    is_partial: bool = False,
) -> SurveyResponse:
    score = given[form.measure].number if form.measure in given else None
    response = SurveyResponse.objects.create(
        invitation=row,
        survey=row.survey,
        version=row.version,
        score=score,
        is_low=low_scores.is_low(form.kind, score, parameters=parameters.in_force(SurveyParameters)),
        is_partial=is_partial,
        via=via if via in Channel.values else "",
        language=language if language in dict(settings.LANGUAGES) else "",
    )
    at = {one.question_id: one.at for one in row.drafts.all()}
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(
            response=response,
            question=question,
            number=answer.number,
            chosen=list(answer.chosen),
            text=answer.text,
            at=at[question.pk],
        )
        for question, answer in ((form.row(code), answer) for code, answer in given.items())
        if not answer.is_empty
    )
    row.drafts.all().delete()
    _close(row)
    audit.record(
        "service_desk.survey.answer",
        subject=response,
        member_id=row.member_id,
        store_id=row.store_id,
        details={"survey": row.survey.code, "version": row.version.number, "score": score, "unfinished": is_partial},
    )
    if response.is_low:
        following_up.open_case(response, form=form, given=given)
    return response


def _close(row: SurveyInvitation) -> None:
    row.closed_at = clock.now()
    row.save(update_fields=["closed_at"])
