"""A survey is drawn up by one person, published by another, and then it stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from core import approvals, verify
from core.models import Approval, AuditRecord, User
from core.refusals import Refusal
from core.rules import RuleBroken
from service_desk.surveys.models import (
    Survey,
    SurveyOption,
    SurveyQuestion,
    SurveySkip,
    SurveyVersion,
)
from service_desk.surveys.operations import drafting, publishing, questions, triggers
from service_desk.surveys.queries import questionnaires
from tests.service_desk.surveys import cast

pytestmark = pytest.mark.django_db


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(RuleBroken) as no:
        yield
    assert no.value.code == code


def broken() -> list[tuple[str, Any]]:
    ours = [one for one in verify.invariants() if one.code.startswith("SV")]
    assert len(ours) == 4
    return [(one.code, found.examples) for one in ours if (found := verify.look(one)).broken]


def test_a_survey_is_published_by_a_second_person(planner: User, director: User) -> None:
    version = cast.draft("how", by=planner)
    asked = publishing.submit(version, reason="To know", by=planner)
    with refused("four_eyes"):
        approvals.approve(asked, by=planner)
    approvals.approve(asked, by=director)
    version.refresh_from_db()
    assert (version.state, version.approval, version.published_at is not None) == ("published", asked, True)
    assert questionnaires.published(version.survey) == version
    assert AuditRecord.objects.filter(action="service_desk.survey.publish").count() == 1
    assert broken() == []


def test_only_who_may_draws_surveys_up(service_agent: User, auditor: User) -> None:
    for stranger in (service_agent, auditor):
        with pytest.raises(Refusal) as no:
            drafting.begin("how", "csat", by=stranger)
        assert no.value.status == 403
    assert not Survey.objects.exists()


def test_a_submitted_survey_changes_no_more(planner: User) -> None:
    version = cast.draft("how", by=planner)
    first = version.questions.get(code="q1")
    publishing.submit(version, reason="To know", by=planner)
    with refused("draft_submitted"):
        drafting.word(version, dict.fromkeys(("title", "intro", "thanks"), cast.words("x")), by=planner)
    with refused("draft_submitted"):
        questions.add(version, cast.asks("More?"), by=planner)
    with refused("draft_submitted"):
        questions.remove(first, by=planner)
    with refused("draft_submitted"):
        drafting.discard(version, by=planner)


def test_what_was_turned_down_is_a_draft_again(planner: User, director: User) -> None:
    version = cast.draft("how", by=planner)
    asked = publishing.submit(version, reason="To know", by=planner)
    approvals.reject(asked, by=director, reason="Too long")
    version.refresh_from_db()
    assert version.state == "draft"
    questions.add(version, cast.asks("More?", required=False), by=planner)


def test_the_database_itself_keeps_a_published_survey_as_it_is(csat: Survey) -> None:
    version = csat.versions.get()
    row = version.questions.get(code="q1")
    third = version.questions.get(code="q3")
    attempts = (
        lambda: SurveyVersion.objects.filter(pk=version.pk).update(title=cast.words("Other")),
        lambda: SurveyVersion.objects.filter(pk=version.pk).update(state="draft"),
        lambda: SurveyVersion.objects.filter(pk=version.pk).delete(),
        lambda: SurveyQuestion.objects.filter(pk=row.pk).update(required=False),
        lambda: SurveyQuestion.objects.filter(pk=row.pk).delete(),
        lambda: SurveyQuestion.objects.create(version=version, code="q9", position=9, kind="text"),
        lambda: SurveyOption.objects.filter(question=third).update(position=7),
        lambda: SurveyOption.objects.create(question=third, code="o9", position=9),
        lambda: SurveySkip.objects.filter(question__version=version).delete(),
        lambda: SurveySkip.objects.create(question=third, position=9, verb="hide", on=row, compare="at-most"),
    )
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert broken() == []


def test_a_change_is_a_new_version_with_the_same_codes(csat: Survey, planner: User, director: User) -> None:
    draft = drafting.revise(csat, by=planner)
    assert drafting.revise(csat, by=planner) == draft, "asked twice, the draft there is"
    first, second = csat.versions.order_by("number")
    one, other = (questionnaires.form_of(version) for version in (first, second))
    contents, copied = publishing.contents_of(one), publishing.contents_of(other)
    assert copied == contents
    questions.change(other.row("q1"), cast.asks("How did you like it?", measure=True), by=planner)
    cast.publish(second, by=planner, approver=director)
    assert questionnaires.published(csat) == second
    assert publishing.contents_of(questionnaires.form_of(first)) == contents
    assert broken() == []


def test_a_question_keeps_its_options_codes_and_a_new_one_takes_none_that_was_ever_used(
    csat: Survey, planner: User
) -> None:
    form = questionnaires.form_of(drafting.revise(csat, by=planner))
    third = form.row("q3")
    kept = [(one.code, one.text) for one in form.options[third.pk]]
    wording = cast.asks("Which part?", "choice", required=False)
    changed = [kept[2], ("", cast.words("Price")), kept[0]]
    questions.change(third, questions.Wording(**{**vars(wording), "options": changed}), by=planner)
    told = [(one.code, one.text["en"]) for one in third.options.order_by("position")]
    assert told == [("o3", "Time"), ("o4", "Price"), ("o1", "Staff")]
    questions.remove(third, by=planner)
    assert questions.add(third.version, cast.asks("And now?"), by=planner).code == "q4"


def test_questions_move_and_take_their_skips_along_or_stay(planner: User) -> None:
    version = cast.draft("how", by=planner)
    first, second, third = version.questions.order_by("position")
    with refused("survey_skip_looks_ahead"):
        questions.move(second, up=True, by=planner)
    assert list(version.questions.order_by("position")) == [first, second, third]
    questions.move(third, up=True, by=planner)
    questions.move(first, up=True, by=planner)
    assert [row.code for row in version.questions.order_by("position")] == ["q1", "q3", "q2"]
    questions.remove(first, by=planner)
    assert not SurveySkip.objects.exists(), "what asked about it is gone too"
    assert [row.position for row in version.questions.order_by("position")] == [1, 2]


def test_a_question_whose_kind_no_longer_fits_a_skip_is_refused(planner: User) -> None:
    version = cast.draft("how", by=planner)
    with refused("survey_skip_unfit"):
        questions.change(version.questions.get(code="q1"), cast.asks("How was it?", "text"), by=planner)
    assert version.questions.get(code="q1").kind == "scale-1-5"


def test_a_survey_has_a_limit_of_skips(planner: User) -> None:
    version = cast.draft("how", by=planner)
    first, second = version.questions.order_by("position")[:2]
    for _ in range(9):
        questions.add_skip(second, cast.skip("hide", first, number=4), by=planner)
    with refused("survey_has_too_many_skips"):
        questions.add_skip(second, cast.skip("hide", first, number=4), by=planner)


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_what_is_not_worded_in_every_language_is_not_submitted(planner: User, language: str) -> None:
    version = cast.draft("how", by=planner)
    wording = cast.asks("How was it?", measure=True)
    half = {**wording.high, language: " "}
    questions.change(version.questions.get(code="q1"), questions.Wording(**{**vars(wording), "high": half}), by=planner)
    with pytest.raises(Refusal) as no:
        publishing.submit(version, reason="To know", by=planner)
    assert (no.value.code, no.value.params["place"]) == ("survey_question_not_worded", 1)
    drafting.word(
        version, {name: {"en": "x"} for name in ("title", "intro", "thanks")} | {"thanks": cast.words("x")}, by=planner
    )
    with refused("survey_wording_missing"):
        publishing.submit(version, reason="To know", by=planner)


def test_a_survey_that_leads_nowhere_is_not_submitted(planner: User) -> None:
    version = cast.draft("how", by=planner)
    first, second, third = version.questions.order_by("position")
    questions.add_skip(first, cast.skip("jump", first, number=1, to=third), by=planner)
    with refused("survey_question_unreachable"):
        publishing.submit(version, reason="To know", by=planner)
    assert second.version.state == "draft"


def test_a_draft_is_discarded_and_the_first_takes_the_survey_along(csat: Survey, planner: User) -> None:
    drafting.discard(drafting.revise(csat, by=planner), by=planner)
    assert csat.versions.count() == 1
    only = cast.draft("other", by=planner)
    drafting.discard(only, by=planner)
    assert not Survey.objects.filter(code="other").exists()


def test_a_survey_ends_with_a_reason_and_asks_nobody_any_more(csat: Survey, planner: User) -> None:
    with refused("reason_needed"):
        drafting.end(csat, reason=" ", by=planner)
    drafting.end(csat, reason="Season over", by=planner)
    ended_at = drafting.end(csat, reason="Again", by=planner).ended_at
    csat.refresh_from_db()
    assert csat.ended_at == ended_at is not None
    with refused("survey_ended"):
        drafting.revise(csat, by=planner)
    with refused("survey_ended"):
        cast.trigger(csat)


def test_what_nobody_published_is_not_asked(planner: User) -> None:
    with refused("survey_not_published"):
        cast.trigger(cast.draft("how", by=planner).survey)


def test_an_occasion_does_not_begin_in_the_past_and_stops_once(csat: Survey, planner: User, noon: Any) -> None:
    with refused("survey_trigger_backdated"):
        cast.trigger(csat, starts_on=noon.date().replace(year=2020))
    row = cast.trigger(csat)
    stopped = triggers.stop(row, by=planner).stopped_at
    assert triggers.stop(row, by=planner).stopped_at == stopped
    assert AuditRecord.objects.filter(action="service_desk.surveytrigger.stop").count() == 1


def test_a_request_that_is_decided_after_another_is_stale(csat: Survey, planner: User, director: User) -> None:
    draft = drafting.revise(csat, by=planner)
    questions.add(draft, cast.asks("More?", required=False), by=planner)
    asked = publishing.submit(draft, reason="More", by=planner)
    Approval.objects.filter(pk=asked.pk).update(before={})
    asked.refresh_from_db()
    with refused("stale"):
        approvals.approve(asked, by=director)


def test_a_version_that_was_changed_behind_everybodys_back_is_found(
    csat: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    Approval.objects.filter(kind="survey").update(after={"title": cast.words("Other")})
    assert [code for code, _ in broken()] == ["SV3"]
