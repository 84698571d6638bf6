"""The figures of a survey: counted right, hidden where few answered, for those who may see them."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock
from core.models import AuditRecord, Store, User
from service_desk.surveys.models import Survey, SurveyResponse
from service_desk.surveys.operations import drafting, questions
from service_desk.surveys.policy import figures
from service_desk.surveys.queries import questionnaires, results
from tests import factories
from tests.service_desk.surveys import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
BOARD, FILE = "/admin/service_desk/survey/results/", "/admin/service_desk/survey/results.csv"


def looks(user: User) -> Client:
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def all_of(survey: Survey) -> results.Asked:
    return results.Asked(survey, dt.date(2026, 1, 1), clock.today())


@pytest.fixture
def told(nps: Survey, store: Store, other_store: Store, clerk: User) -> Survey:
    """Ten answers here, two there, and three who were asked here and said nothing."""
    cast.answered(nps, 10, 10, 9, 9, 9, 8, 7, 6, 3, 0, store=store, agent=clerk)
    cast.answered(nps, 10, 10, store=other_store)
    for _ in range(3):
        cast.invited(factories.MemberFactory.create(), nps, store=store)
    return nps


def test_scores_are_counted_by_every_dimension(told: Survey, store: Store, other_store: Store, clerk: User) -> None:
    whole = results.whole(all_of(told))
    assert (whole.asked, whole.answered, sum(whole.tally.values())) == (15, 12, 12)
    by_store = results.groups(all_of(told), "store")
    assert {key: (one.asked, one.answered) for key, one in by_store.items()} == {
        store.pk: (13, 10),
        other_store.pk: (2, 2),
    }
    net = figures.nps(by_store[store.pk].tally)
    assert net is not None
    assert net.value == 20, "five of ten promote, three detract"
    assert set(results.groups(all_of(told), "agent")) == {clerk.pk, None}
    assert set(results.groups(all_of(told), "month")) == {clock.today().replace(day=1)}
    assert set(results.groups(all_of(told), "tier")) == {"normal"}
    assert set(results.groups(all_of(told), "channel")) == {"store"}
    assert set(results.groups(all_of(told), "touch-point")) == {"registration"}
    for by in results.DIMENSIONS:
        parts = results.groups(all_of(told), by).values()
        assert sum(one.asked for one in parts) == 15
        assert sum(one.answered for one in parts) == 12


def test_only_what_was_asked_in_the_period_counts(told: Survey) -> None:
    before = results.Asked(told, dt.date(2026, 1, 1), clock.today() - dt.timedelta(days=1))
    assert results.whole(before).asked == 0


def test_answers_are_counted_question_by_question_over_all_versions(
    csat: Survey, planner: User, director: User
) -> None:
    cast.answered(csat, 1, 5, 5)
    draft = drafting.revise(csat, by=planner)
    form = questionnaires.form_of(draft)
    questions.change(form.row("q1"), cast.asks("How did you like it?", measure=True), by=planner)
    cast.publish(draft, by=planner, approver=director)
    cast.answered(csat, 4)
    first, second, third = results.by_question(all_of(csat))
    assert first.question.text["en"] == "How did you like it?"
    assert dict(first.scores) == {1: 1, 4: 1, 5: 2}
    assert (second.question.code, second.answered) == ("q2", 1)
    assert (third.answered, [text["en"] for _code, text in third.options]) == (0, ["Staff", "Place", "Time"])


def test_the_page_tells_figures_with_their_intervals_and_hides_small_groups(told: Survey, planner: User) -> None:
    page = looks(planner).get(BOARD, {"survey": told.code, "by": "store"}).content.decode()
    assert "+33" in page, "seven of twelve promote, three detract"
    assert "80\N{NO-BREAK SPACE}%" in page
    assert "12 of 15" in page
    assert page.count("too few answers to be shown") == 2, "two alone, and the other store with them"
    assert "Single answers" not in page
    assert "+20" not in page


def test_below_five_answers_the_page_says_why_it_shows_nothing(nps: Survey, planner: User) -> None:
    cast.answered(nps, 10, 10, 0, 0)
    page = looks(planner).get(BOARD).content.decode()
    assert "Figures are shown of 5 answers or more" in page
    assert "Scores given" not in page
    cast.answered(nps, 10)
    page = looks(planner).get(BOARD).content.decode()
    assert "Scores given" in page
    assert "+20" in page


def test_a_store_manager_sees_her_store_alone(told: Survey, manager: User, store: Store) -> None:
    page = looks(manager).get(BOARD, {"survey": told.code, "by": "store"})
    assert [row.label for row in page.context["rows"]] == [store.name]
    assert page.context["whole"].asked == 13
    assert looks(manager).get(f"/admin/service_desk/survey/{told.pk}/change/").status_code == 403
    assert looks(manager).get("/admin/service_desk/surveyresponse/").status_code == 403


def test_who_may_not_sees_nothing(told: Survey, clerk: User, finance: User) -> None:
    for stranger in (clerk, finance):
        for address in (BOARD, FILE):
            assert looks(stranger).get(address).status_code == 403


def test_the_file_has_plain_numbers_and_no_formulas(told: Survey, planner: User, store: Store) -> None:
    Store.objects.filter(pk=store.pk).update(name="=HYPERLINK(1)")
    factories.StoreFactory.create()
    cast.answered(told, 9, 9, 9, 0, 0, store=factories.StoreFactory.create(name="Third"))
    answer = looks(planner).get(FILE, {"survey": told.code, "by": "store"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0][:4] == ["Store", "Asked", "Answered", "Net promoter score"]
    lines = {row[0]: row[1:] for row in rows[1:]}
    assert set(lines) == {"'=HYPERLINK(1)", "Third", "Chunxi Road"}
    assert lines["Chunxi Road"][:3] == ["2", "", "too few answers"]
    assert lines["'=HYPERLINK(1)"][:3] == ["13", "10", "20.0"]


def test_odd_questions_are_answered_with_the_usual(told: Survey, planner: User) -> None:
    browser = looks(planner)
    for query in (
        {"survey": "nothing"}, {"by": "; DROP TABLE"}, {"first": "2026-02-30"}, {"first": "2030-01-01"}, {"last": "‮"},
        {"survey": "x" * 900},
    ):  # fmt: skip
        answer = browser.get(BOARD, query)
        assert answer.status_code == 200
        assert answer.context["survey"] == told


def test_the_number_of_statements_does_not_grow_with_the_answers(nps: Survey, planner: User, store: Store) -> None:
    browser, counts = looks(planner), []
    for _ in range(2):
        for _ in range(3):
            place = factories.StoreFactory.create()
            cast.answered(nps, 10, 3, store=place, agent=factories.StaffFactory.create())
        for by in ("store", "agent", "month"):
            browser.get(BOARD, {"by": by})
            with CaptureQueriesContext(connection) as seen:
                browser.get(BOARD, {"by": by})
            counts.append(len(seen))
    assert counts[:3] == counts[3:]


def test_single_answers_are_for_those_who_follow_up(
    told: Survey, service_agent: User, auditor: User, planner: User
) -> None:
    row = SurveyResponse.objects.filter(is_low=True).earliest("pk")
    address = f"/admin/service_desk/surveyresponse/{row.pk}/change/"
    for reader in (service_agent, auditor):
        page = looks(reader).get(address).content.decode()
        assert "Would you recommend us?" in page
        assert "Because" not in page, "own words are masked"
    assert looks(planner).get(address).status_code == 403
    listed: Any = looks(service_agent).get("/admin/service_desk/surveyresponse/?is_low__exact=1")
    assert listed.context["cl"].result_count == 3


def test_own_words_are_revealed_one_by_one_and_on_record(
    csat: Survey, service_agent: User, auditor: User, wanqing: Any
) -> None:
    response = cast.answer(cast.invited(wanqing, csat), 1, "The soup was cold", None)
    assert response is not None
    answer = response.answers.get(question__code="q2")
    reveal = f"/admin/reveal/service_desk/surveyanswer/{answer.pk}/text/"
    assert (
        "soup" not in looks(service_agent).get(f"/admin/service_desk/surveyanswer/{answer.pk}/change/").content.decode()
    )
    assert looks(auditor).post(reveal, {"reason": "Curious"}).status_code == 403
    shown = looks(service_agent).post(reveal, {"reason": "To call her back"})
    assert "The soup was cold" in shown.content.decode()
    assert AuditRecord.objects.get(action="core.personal_data.reveal").member_id == wanqing.pk
