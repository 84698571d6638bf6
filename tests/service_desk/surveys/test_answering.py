"""A survey is answered once: each answer kept as it comes, the whole for ever, a low score followed up."""

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core import approvals, clock, parameter_revisions, sweeps
from core.models import AuditRecord, User
from members.models import Member
from service_desk.models import Case, CaseEntry
from service_desk.operations import cases
from service_desk.surveys.models import (
    Survey,
    SurveyAnswer,
    SurveyDraftAnswer,
    SurveyInvitation,
    SurveyResponse,
)
from service_desk.surveys.operations import answering, following_up
from service_desk.surveys.policy.questions import Answer
from service_desk.surveys.queries import questionnaires
from tests.service_desk.surveys import cast
from tests.service_desk.surveys.test_drafting import broken, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def asked(csat: Survey, wanqing: Member, store: Any) -> SurveyInvitation:
    return cast.invited(wanqing, csat, store=store)


def told(response: SurveyResponse) -> list[tuple[str, Any]]:
    rows = response.answers.select_related("question").order_by("question__position")
    return [(row.question.code, row.number if row.number is not None else row.chosen or row.text) for row in rows]


def test_each_answer_is_kept_until_the_last_sends_them_all(asked: SurveyInvitation) -> None:
    assert cast.answer(asked, 2) is None
    assert cast.answer(asked, 2, "The soup was cold") is None
    assert SurveyDraftAnswer.objects.count() == 2
    assert not SurveyResponse.objects.exists()
    response = cast.answer(asked, 2, "The soup was cold", ["o1"])
    assert response is not None
    assert told(response) == [("q1", 2), ("q2", "The soup was cold"), ("q3", ["o1"])]
    assert (response.score, response.is_low, response.is_partial, response.via) == (2, True, False, "email")
    assert not SurveyDraftAnswer.objects.exists()
    asked.refresh_from_db()
    assert asked.begun_at is not None
    assert asked.closed_at is not None
    assert broken() == []


def test_a_skip_leaves_out_what_it_hides_also_when_it_was_answered_before(asked: SurveyInvitation) -> None:
    """She said 1 and wrote why, then went back and said 5."""
    cast.answer(asked, 1, "Everything")
    answering.save(asked, "q1", Answer(number=5))
    response = answering.save(asked, "q3", Answer())
    assert response is not None
    assert told(response) == [("q1", 5)], "what is off the way, and what was passed over, does not count"
    assert not response.is_low


def test_only_the_questions_on_the_way_are_taken_and_none_before_its_turn(asked: SurveyInvitation) -> None:
    for code in ("q2", "q3", "q9", ""):
        with refused("survey_question_not_asked"):
            answering.save(asked, code, Answer(text="x"))
    answering.save(asked, "q1", Answer(number=4))
    with refused("survey_question_not_asked"):
        answering.save(asked, "q2", Answer(text="x"))
    with refused("survey_answer_unfit"):
        answering.save(asked, "q3", Answer(chosen=("o9",)))
    with refused("survey_answer_missing"):
        answering.save(asked, "q1", Answer())
    assert SurveyDraftAnswer.objects.get().number == 4


def test_what_was_sent_is_never_changed_and_never_sent_again(asked: SurveyInvitation) -> None:
    response = cast.answer(asked, 1, "Cold", None)
    assert response is not None
    with refused("survey_answered"):
        answering.save(asked, "q1", Answer(number=5))
    answer = response.answers.get(question__code="q1")
    attempts = (
        lambda: SurveyResponse.objects.update(score=5),
        lambda: SurveyResponse.objects.filter(pk=response.pk).delete(),
        lambda: SurveyAnswer.objects.filter(pk=answer.pk).update(number=5),
        lambda: SurveyAnswer.objects.filter(pk=answer.pk).delete(),
        lambda: SurveyDraftAnswer.objects.create(invitation=asked, question=answer.question, number=5),
        lambda: SurveyInvitation.objects.filter(pk=asked.pk).update(member=1, sequence=9),
        lambda: SurveyInvitation.objects.filter(pk=asked.pk).delete(),
        lambda: SurveyResponse.objects.create(invitation=asked, survey=asked.survey, version=asked.version),
    )
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert told(response)[0] == ("q1", 1)


def test_own_words_are_sealed_and_may_be_sealed_anew(asked: SurveyInvitation) -> None:
    cast.answer(asked, 1, "The soup was cold")
    for table in ("service_desk_surveydraftanswer", "service_desk_surveyanswer"):
        if table.endswith("surveyanswer"):
            cast.answer(asked, 1, "The soup was cold", None)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT text FROM {table} WHERE text <> ''")
            (sealed,) = cursor.fetchone()
        assert sealed.startswith("1:")
        assert "soup" not in sealed
    row = SurveyAnswer.objects.get(question__code="q2")
    SurveyAnswer.objects.filter(pk=row.pk).update(text=row.text)
    row.refresh_from_db()
    assert row.text == "The soup was cold"


def test_an_ended_link_takes_nothing(asked: SurveyInvitation) -> None:
    with clock.stopped(asked.expires_at), refused("survey_link_ended"):
        answering.save(asked, "q1", Answer(number=5))
    with clock.stopped(asked.expires_at - dt.timedelta(seconds=1)):
        answering.save(asked, "q1", Answer(number=5))


def test_what_was_answered_before_a_phone_died_counts_when_the_link_ends(asked: SurveyInvitation) -> None:
    answering.save(asked, "q1", Answer(number=1))
    assert sweeps.run("surveys.close").done == 0
    with clock.stopped(asked.expires_at):
        assert sweeps.run("surveys.close").done == 1
        assert sweeps.run("surveys.close").done == 0
    response = SurveyResponse.objects.get()
    assert (response.score, response.is_partial, response.is_low) == (1, True, True)
    assert Case.objects.filter(key=f"survey:{response.pk}").count() == 1
    assert broken() == []


def test_who_only_passed_over_said_nothing(nps: Survey, planner: User, director: User, stranger: Member) -> None:
    other = cast.published(
        "open", (cast.asks("What?", "text", required=False), cast.asks("And?", "text")), kind="other",
        by=planner, approver=director,
    )  # fmt: skip
    row = cast.invited(stranger, other)
    answering.save(row, "q1", Answer())
    with clock.stopped(row.expires_at):
        assert sweeps.run("surveys.close").done == 1
    assert not SurveyResponse.objects.exists()
    assert SurveyInvitation.objects.get().closed_at is not None


def test_a_low_score_opens_one_case_with_what_she_said(asked: SurveyInvitation, wanqing: Member) -> None:
    response = cast.answer(asked, 2, "The soup was cold", ["o2"])
    assert response is not None
    case = Case.objects.get()
    assert (case.key, case.member, case.kind, case.channel) == (f"survey:{response.pk}", wanqing, "suggestion", "web")
    assert case.store == asked.store
    assert case.subject == "Title: 2"
    body = CaseEntry.objects.get(case=case, direction="in").body
    for part in ("How was it?\n2", "What was wrong?\nThe soup was cold", "Which part?\nPlace", "joining on 23"):
        assert part in body
    form = questionnaires.form_of(response.version)
    given = questionnaires.answers_of(form, response.answers.all())
    assert following_up.open_case(response, form=form, given=given) == case
    assert Case.objects.count() == 1


def test_a_case_that_a_survey_opened_is_not_asked_about(asked: SurveyInvitation, nps: Survey) -> None:
    cast.answer(asked, 1, "Cold", None)
    case = Case.objects.get()
    Case.objects.filter(pk=case.pk).update(
        state="closed", resolved_at=clock.now(), closed_at=clock.now() - dt.timedelta(hours=2)
    )
    cast.trigger(nps, "case-closed")
    with clock.stopped(clock.now() + 31 * DAY):
        Case.objects.filter(pk=case.pk).update(closed_at=clock.now() - dt.timedelta(hours=2))
        assert cast.sweep() == 0


def test_a_good_score_opens_none(asked: SurveyInvitation) -> None:
    cast.answer(asked, 3)
    answering.save(asked, "q3", Answer())
    assert not Case.objects.exists()


def test_if_the_case_cannot_be_opened_the_answer_is_not_sent_either(
    asked: SurveyInvitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: Any) -> None:
        raise RuntimeError("no desk")

    cast.answer(asked, 1, "Cold")
    with monkeypatch.context() as patch:
        patch.setattr(cases, "open_case", fails)
        with pytest.raises(RuntimeError):
            answering.save(asked, "q3", Answer())
    assert not SurveyResponse.objects.exists()
    assert SurveyDraftAnswer.objects.count() == 2, "what was kept before is kept"
    assert answering.save(asked, "q3", Answer()) is not None
    assert Case.objects.count() == 1


def test_what_is_low_is_a_parameter_of_the_day(
    nps: Survey, stranger: Member, planner: User, director: User, django_capture_on_commit_callbacks: Any
) -> None:
    row = cast.invited(stranger, nps)
    asked = parameter_revisions.propose(
        "surveys", values={"nps_low": 4}, effective_on=clock.today(), reason="Too many", author=planner
    )
    with django_capture_on_commit_callbacks(execute=True):
        approvals.approve(asked, by=director)
    cast.answer(row, 6)
    response = answering.save(row, "q2", Answer())
    assert response is not None
    assert (response.score, response.is_low) == (6, False)


def test_the_trail_says_that_she_answered_and_no_word_of_hers(asked: SurveyInvitation, wanqing: Member) -> None:
    cast.answer(asked, 1, "The soup was cold", None)
    row = AuditRecord.objects.get(action="service_desk.survey.answer")
    assert (row.member_id, row.store_id, row.details["score"]) == (wanqing.pk, asked.store_id, 1)
    assert "soup" not in str(list(AuditRecord.objects.values_list("details", "subject", "reason")))


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        ("INSERT INTO service_desk_surveyanswer (response_id, question_id, number, chosen, text, at)"
         " SELECT r.id, q.id, 4, '[]', '', r.answered_at FROM service_desk_surveyresponse r, service_desk_surveyquestion q"
         " WHERE q.version_id <> r.version_id", "SV1"),
        ("UPDATE service_desk_surveyinvitation SET closed_at = NULL", "SV1"),
    ],
)  # fmt: skip
def test_damage_to_answers_is_found(asked: SurveyInvitation, nps: Survey, damage: str, code: str) -> None:
    cast.answer(asked, 5)
    answering.save(asked, "q3", Answer())
    assert nps.versions.exists()
    with connection.cursor() as cursor:
        cursor.execute(damage)
    assert code in [found for found, _ in broken()]
