"""A survey drawn up in the back office, as it is clicked: worded, previewed, tried, published, asked."""

import re
from typing import Any

import pytest
from django.test import Client

from core import approvals, worklists
from core.models import Approval, User
from members import panels
from members.models import Member
from service_desk.surveys.models import Survey, SurveyTrigger
from service_desk.surveys.operations import drafting
from tests.service_desk.surveys import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
HOME = "/admin/service_desk/survey/"
LANGUAGES = ("en", "zh-hans", "zh-hant")


def looks(user: User) -> Client:
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(user)
    return browser


def worded(**texts: str) -> dict[str, str]:
    """As the form sends it: one line for each language."""
    return {f"{name}_{n}": text for name, text in texts.items() for n in range(3)}


def waits(user: User) -> dict[str, int]:
    return {one.worklist.code: one.count for one in worklists.waiting_for(user)}


def test_a_survey_from_the_first_click_to_the_first_question(planner: User, director: User) -> None:
    browser = looks(planner)
    begun = browser.post(f"{HOME}add/", {"code": "how-was-it", "kind": "csat"})
    survey = Survey.objects.get()
    page = f"{HOME}{survey.pk}/change/"
    assert begun.url == page  # type: ignore[attr-defined]
    assert "Nothing is asked yet" in browser.get(page).content.decode()
    assert browser.post(page, worded(title="How was it?", intro="One minute.", thanks="Thanks!")).status_code == 302
    add = f"{HOME}{survey.pk}/question/"
    asked = worded(text="How was it?", low="bad", high="good") | {
        "kind": "scale-1-5",
        "required": "on",
        "is_measure": "on",
    }
    first = browser.post(add, asked)
    assert first.status_code == 302
    browser.post(add, worded(text="What was wrong?") | {"kind": "text", "required": "on"})
    options = worded(text="Which part?", option_0="Staff", option_1="Place") | {"kind": "choice"}
    browser.post(add, options)
    one, two, three = survey.versions.get().questions.order_by("position")
    assert [o.text["en"] for o in three.options.order_by("position")] == ["Staff", "Place"]
    skip = {"verb": "hide", "on": one.pk, "compare": "at-least", "number": "3"}
    answer = browser.post(f"{HOME}{survey.pk}/question/{two.pk}/do/skip/", skip, follow=True).content.decode()
    assert "Not asked when the answer to question 1 is 3 or more." in answer
    assert waits(planner)["survey-drafts"] == 1
    sent = browser.post(f"{HOME}{survey.pk}/do/submit/", {"reason": "To know"}, follow=True).content.decode()
    assert "Waits for a second person." in sent
    assert waits(director)["surveys-in-review"] == 1
    approval = Approval.objects.get(kind="survey")
    shown = looks(director).get(f"/admin/core/approval/{approval.pk}/change/").content.decode()
    for text in ("Question 1", "Not asked when the answer to question 1", "Staff", "must be answered", "is the score"):
        assert text in shown
    approvals.approve(approval, by=director)
    published = browser.get(page).content.decode()
    assert "published" in published
    assert "Add an occasion" in published
    asking = {"touch_point": "benefit-use", "delay_hours": "24", "share": "50", "starts_on": "2026-11-23"}
    assert browser.post(f"{HOME}{survey.pk}/occasion/", asking).status_code == 302
    assert "24 hours after: benefit used · 50 % of them · from 23" in browser.get(page).content.decode().replace(
        "&nbsp;", " "
    )
    row = SurveyTrigger.objects.get()
    assert row.share_bps == 5_000
    browser.post(f"{HOME}{survey.pk}/occasion/{row.pk}/stop/")
    row.refresh_from_db()
    assert row.stopped_at is not None
    assert HOME in browser.get(HOME).request["PATH_INFO"]
    assert "How was it?" in browser.get(HOME).content.decode()


def test_the_preview_shows_what_is_typed_in_each_language_saved_or_not(planner: User) -> None:
    version = cast.draft("how", by=planner)
    browser = looks(planner)
    address = f"{HOME}{version.survey_id}/preview/"
    typed = {
        "kind": "scale-0-10",
        "text_0": "Recommend?",
        "text_1": "推荐吗？",
        "text_2": "推薦嗎？",
        "low_0": "never",
        "high_0": "surely",
    }
    shown = browser.post(address, typed | {"shown_in": "en"}).content.decode()
    assert "Recommend?" in shown
    assert shown.count('class="ask-score"') == 11
    assert "never" in shown
    assert "Pass this question over" in shown
    assert "推荐吗？" in browser.post(address, typed | {"shown_in": "zh-hans"}).content.decode()
    assert "推薦嗎？" in browser.post(address, typed | {"shown_in": "zh-hant", "required": "on"}).content.decode()
    for odd in ({}, {"kind": "nothing"}, {"kind": "choice", "option_0_0": "<b>"}, {"shown_in": "xx"}):
        answer = browser.post(address, odd)
        assert answer.status_code == 200
        assert "<b>" not in answer.content.decode()
    assert version.questions.count() == 3


def test_a_survey_is_tried_with_its_skips_and_nothing_is_kept(planner: User, service_agent: User) -> None:
    version = cast.draft("how", by=planner)
    address = f"{HOME}{version.survey_id}/try/"
    for reader in (planner, service_agent):
        browser = looks(reader)
        page = browser.get(address).content.decode()
        assert "How was it?" in page
        low = _next(browser, address, page, value="1")
        assert "What was wrong?" in low
        high = _next(browser, address, page, value="5")
        assert "Which part?" in high
        done = _next(browser, address, _next(browser, address, low, value="Cold"), **{"pass": "1"})
        assert "This score is low: it would open a case." in done
        wrong = browser.post(address, {"question": "q1", "value": "9", "so_far": "nonsense"})
        assert wrong.status_code == 422
        for odd in ('{"q1": 5}', '{"q1": [9, [], ""]}', "[" * 5_000, '["q1"]', '{"q1": [null, 5, ""]}', "{}" * 40_000):
            assert browser.post(address, {"so_far": odd}).status_code == 200


def _next(browser: Client, address: str, page: str, **sent: str) -> str:
    question = re.search(r'name="question" value="(\w+)"', page)
    so_far = re.search(r'name="so_far" value="([^"]*)"', page)
    assert question
    assert so_far
    kept = so_far[1].replace("&quot;", '"')
    answer = browser.post(address, {"question": question[1], "so_far": kept, "shown_in": "en", **sent})
    return answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"compare": "any-of"}, "A score is at most or at least a number"),
        ({"number": ""}, "Say which score."),
        ({"number": "9"}, "asks for an answer that cannot be given"),
        ({"verb": "jump", "to": "0"}, "Select a valid choice"),
    ],
)
def test_a_skip_that_cannot_be_is_said_on_its_form(planner: User, typed: dict[str, str], said: str) -> None:
    version = cast.draft("how", by=planner)
    one, two, _three = version.questions.order_by("position")
    form = {"verb": "hide", "on": str(one.pk), "compare": "at-least", "number": "3"} | typed
    answer = looks(planner).post(f"{HOME}{version.survey_id}/question/{two.pk}/do/skip/", form)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert two.skips.count() == 1


def test_questions_are_moved_and_taken_out(planner: User) -> None:
    version = cast.draft("how", by=planner)
    one, two, three = version.questions.order_by("position")
    browser, place = looks(planner), f"{HOME}{version.survey_id}/question/"
    browser.post(f"{place}{three.pk}/do/up/")
    assert [row.code for row in version.questions.order_by("position")] == ["q1", "q3", "q2"]
    refused = browser.post(f"{place}{two.pk}/do/up/", follow=True)
    assert refused.status_code == 200
    browser.post(f"{place}{two.pk}/do/unskip/", {"skip": two.skips.get().pk})
    assert not two.skips.exists()
    browser.post(f"{place}{one.pk}/do/remove/")
    assert version.questions.count() == 2
    for address in (f"{place}{one.pk}/", f"{place}999999/", f"{HOME}999999/change/"):
        assert browser.get(address).status_code == 404
    assert browser.post(f"{place}{two.pk}/do/dance/").status_code == 404
    assert browser.get(f"{place}{two.pk}/do/up/").status_code == 405


def test_who_may_not_draw_up_changes_nothing(planner: User, service_agent: User, clerk: User) -> None:
    version = cast.draft("how", by=planner)
    row = version.questions.get(code="q1")
    reader = looks(service_agent)
    assert reader.get(f"{HOME}{version.survey_id}/change/").status_code == 200
    posts = ("change/", "do/submit/", "do/discard/", "question/", f"question/{row.pk}/", f"question/{row.pk}/do/remove/",
             "preview/", "occasion/")  # fmt: skip
    for place in posts:
        for user in (service_agent, clerk):
            assert looks(user).post(f"{HOME}{version.survey_id}/{place}", {"reason": "x"}).status_code == 403
    version.refresh_from_db()
    assert (version.state, version.questions.count()) == ("draft", 3)


def test_a_published_survey_is_revised_and_ended_from_its_page(csat: Survey, planner: User) -> None:
    browser = looks(planner)
    page = f"{HOME}{csat.pk}/change/"
    assert browser.post(page, worded(title="x")).status_code == 404, "there is no draft"
    browser.post(f"{HOME}{csat.pk}/do/revise/")
    assert csat.versions.count() == 2
    assert "Draft, version 2" in browser.get(page).content.decode()
    browser.post(f"{HOME}{csat.pk}/do/discard/")
    assert "reason" in browser.post(f"{HOME}{csat.pk}/do/end/", {"reason": ""}, follow=True).content.decode()
    browser.post(f"{HOME}{csat.pk}/do/end/", {"reason": "Season over"})
    csat.refresh_from_db()
    assert csat.ended_at is not None
    assert "ended" in browser.get(page).content.decode()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"touch_point": "periodic"}, "every_months"),
        ({"last_valid_on": "2026-11-22"}, "last_valid_on"),
        ({"share": "0"}, "share"),
        ({"share": "NaN"}, "share"),
        ({"delay_hours": "9" * 20}, "delay_hours"),
        ({"starts_on": "2026-11-22"}, "__all__"),
        ({"touch_point": "anywhere"}, "touch_point"),
        ({"tiers": "nothing"}, "tiers"),
    ],
)
def test_an_occasion_that_cannot_be_is_said_on_its_form(
    csat: Survey, planner: User, typed: dict[str, str], field: str
) -> None:
    form = {"touch_point": "registration", "delay_hours": "1", "share": "100", "starts_on": "2026-11-23"} | typed
    answer = looks(planner).post(f"{HOME}{csat.pk}/occasion/", form)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not SurveyTrigger.objects.exists()


def test_the_members_page_tells_when_she_was_asked_and_what_she_said(
    csat: Survey, wanqing: Member, service_agent: User, planner: User
) -> None:
    cast.answer(cast.invited(wanqing, csat), 1, "Cold", None)
    page = looks(service_agent).get(f"/admin/members/member/{wanqing.pk}/").content.decode()
    assert "score 1" in page
    assert "low score" in page
    assert waits(service_agent)["surveys-low"] == 1
    assert "surveys" not in [one.panel.code for one in panels.shown(wanqing, to=planner)]


def test_what_is_unworded_is_said_when_it_is_submitted(planner: User) -> None:
    survey = drafting.begin("half", "other", by=planner)
    page: Any = looks(planner).post(f"{HOME}{survey.pk}/do/submit/", {"reason": "x"}, follow=True)
    assert "The title is not worded in: English." in page.content.decode()
