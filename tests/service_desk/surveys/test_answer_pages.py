"""The page of the link, and the same from the inbox: for thumbs, keyboards and whoever means ill."""

import re
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from core import clock
from core.models import AuditRecord
from members.models import Member
from service_desk.surveys.models import Survey, SurveyDraftAnswer, SurveyInvitation, SurveyResponse
from service_desk.surveys.queries import links
from tests.access.watching import written
from tests.service_desk.surveys import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_monday")]
ENGLISH: dict[str, Any] = {"headers": {"accept-language": "en"}}


@pytest.fixture
def asked(csat: Survey, wanqing: Member) -> SurveyInvitation:
    return cast.invited(wanqing, csat)


@pytest.fixture
def phone() -> Client:
    """Nobody is logged in on it."""
    return Client(headers={"accept-language": "en"})


def question(answer: Any) -> str:
    found = re.search(r'name="question" value="(\w+)"', answer.content.decode())
    return found[1] if found else ""


def test_from_the_link_to_the_thanks_without_a_log_in(phone: Client, asked: SurveyInvitation) -> None:
    link = f"{cast.link(asked)}?by=email"
    first = phone.get(link)
    page = first.content.decode()
    assert (first.status_code, question(first)) == (200, "q1")
    for text in ("How was it?", "Question 1 of 3", "Intro", 'name="value" value="5"', "noindex"):
        assert text in page
    second = phone.post(link, {"question": "q1", "value": "2"}, follow=True)
    assert second.redirect_chain == [(link, 302)]
    assert question(second) == "q2"
    assert "Question 2 of 3" in second.content.decode()
    third = phone.post(link, {"question": "q2", "value": "The soup was cold"}, follow=True)
    assert question(third) == "q3"
    assert "Pass this question over" in third.content.decode()
    thanks = phone.post(link, {"question": "q3", "pass": "1"}, follow=True).content.decode()
    assert "Thank you" in thanks
    assert "A colleague reads what you told us" in thanks
    response = SurveyResponse.objects.get()
    assert (response.score, response.via, response.language) == (2, "email", "en")


def test_whoever_comes_back_goes_on_where_she_was_and_sees_what_she_said(
    phone: Client, asked: SurveyInvitation
) -> None:
    link = cast.link(asked)
    phone.post(link, {"question": "q1", "value": "1"})
    other = Client(headers={"accept-language": "en"})
    here = other.get(link)
    assert question(here) == "q2"
    assert f'href="{link}?q=q1"' in here.content.decode()
    before = other.get(f"{link}?q=q1").content.decode()
    assert re.search(r'value="1"[^>]*aria-pressed="true"', before)
    assert question(other.post(link, {"question": "q1", "value": "4"}, follow=True)) == "q3"
    for odd in ("q3", "q9", "x" * 500, "‮٣"):
        assert other.get(link, {"q": odd}).status_code == 200


def test_what_does_not_fit_is_said_beside_the_question_and_nothing_is_lost(
    phone: Client, asked: SurveyInvitation
) -> None:
    link = cast.link(asked)
    for bad in ({}, {"value": ""}, {"value": "6"}, {"value": "-1"}, {"value": "5 "}, {"value": "٣"}, {"value": "\x00"}):
        answer = phone.post(link, {"question": "q1", **bad})
        assert answer.status_code == 422
        assert question(answer) == "q1"
        assert 'role="alert"' in answer.content.decode()
    assert phone.post(link, {"question": "q7", "value": "1"}).status_code == 422
    assert phone.post(link, {}).status_code == 422
    assert not SurveyDraftAnswer.objects.exists()
    phone.post(link, {"question": "q1", "value": "1"})
    long = phone.post(link, {"question": "q2", "value": "x" * 2_001})
    assert (long.status_code, question(long)) == (422, "q2")


def test_an_answered_link_thanks_whoever_opens_it_and_takes_nothing_more(
    phone: Client, asked: SurveyInvitation
) -> None:
    link = cast.link(asked)
    phone.post(link, {"question": "q1", "value": "5"})
    phone.post(link, {"question": "q3", "value": "o1"})
    again = phone.get(link)
    assert (again.status_code, question(again)) == (200, "")
    assert "Thank you" in again.content.decode()
    with written() as tables:
        replay = phone.post(link, {"question": "q1", "value": "1"})
    assert (replay.status_code, tables) == (409, [])
    assert SurveyResponse.objects.get().score == 5


def test_the_same_press_twice_is_one_answer(phone: Client, asked: SurveyInvitation) -> None:
    link = cast.link(asked)
    for _ in range(2):
        assert phone.post(link, {"question": "q1", "value": "5"}).status_code == 302
    assert SurveyDraftAnswer.objects.count() == 1


def test_an_ended_link_says_so(phone: Client, asked: SurveyInvitation) -> None:
    link = cast.link(asked)
    with clock.stopped(asked.expires_at):
        for answer in (phone.get(link), phone.post(link, {"question": "q1", "value": "5"})):
            assert answer.status_code == 410
            assert "This link has ended" in answer.content.decode()
    assert not SurveyDraftAnswer.objects.exists()


def test_the_page_names_nobody(phone: Client, asked: SurveyInvitation, wanqing: Member) -> None:
    link = cast.link(asked)
    pages = [phone.get(link)]
    pages.append(phone.post(link, {"question": "q1", "value": "5"}, follow=True))
    pages.append(phone.post(link, {"question": "q3", "pass": "1"}, follow=True))
    for page in pages:
        text = page.content.decode()
        for secret in (
            wanqing.name,
            wanqing.number,
            wanqing.phone,
            wanqing.email,
            str(asked.public_id),
            wanqing.address,
        ):
            assert str(secret) not in text
        assert page["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in page["Cache-Control"]
        assert page["Referrer-Policy"] == "same-origin"


def test_reading_the_page_writes_nothing(phone: Client, asked: SurveyInvitation) -> None:
    """Mail programs open links by themselves."""
    with written() as tables:
        phone.get(cast.link(asked))
    assert tables == []


def test_a_guessed_link_is_as_good_as_missing_and_may_not_be_tried_often(
    phone: Client, asked: SurveyInvitation
) -> None:
    token = links.token_of(asked.public_id)
    near = token[:-1] + ("0" if token[-1] != "0" else "1")
    odd = (near, token.upper(), asked.public_id.hex, token[:-1], token + "0", "ü" * 32, str(asked.pk))
    for guess in odd:
        assert phone.get(f"/s/{guess}/").status_code == 404
    assert phone.post(f"/s/{near}/", {"question": "q1", "value": "1"}).status_code == 404
    for number in range(20):
        phone.get(f"/s/{number:032x}/")
    assert phone.get(f"/s/{near}/").status_code == 429
    assert phone.get(cast.link(asked)).status_code == 429, "or else a right guess would still tell"
    assert Client(REMOTE_ADDR="203.0.113.9").get(cast.link(asked)).status_code == 200
    cache.clear()
    assert phone.get(cast.link(asked)).status_code == 200
    assert not SurveyDraftAnswer.objects.exists()


def test_from_the_inbox_she_answers_her_own_and_nobody_elses(
    asked: SurveyInvitation, wanqing: Member, stranger: Member, phone: Client
) -> None:
    address = f"/me/surveys/{asked.public_id}/"
    assert phone.get(address).status_code == 302
    his, hers = Client(), Client(**ENGLISH)
    his.force_login(stranger.user)  # type: ignore[arg-type]
    hers.force_login(wanqing.user)  # type: ignore[arg-type]
    missing = his.get(f"/me/surveys/{uuid.uuid4()}/")
    with written() as tables:
        foreign = his.get(address), his.post(address, {"question": "q1", "value": "1"})
    assert [one.status_code for one in (missing, *foreign)] == [404, 404, 404]
    assert tables == []
    assert question(hers.get(address, **ENGLISH)) == "q1"
    hers.post(address, {"question": "q1", "value": "5"}, **ENGLISH)
    done = hers.post(address, {"question": "q3", "value": "o2"}, follow=True, **ENGLISH).content.decode()
    assert "To the inbox" in done
    assert (SurveyResponse.objects.get().via, SurveyResponse.objects.get().score) == ("inbox", 5)
    assert AuditRecord.objects.get(action="service_desk.survey.answer").actor == wanqing.user


@pytest.mark.parametrize(("language", "text"), [("zh-hans", "How was it?（简）"), ("zh-hant", "How was it?（繁）")])
def test_the_questions_are_asked_in_the_readers_language(asked: SurveyInvitation, language: str, text: str) -> None:
    page = Client(headers={"accept-language": language}).get(cast.link(asked)).content.decode()
    assert text in page
    assert f'lang="{language}"' in page


def test_a_way_that_nobody_came_by_is_not_noted(phone: Client, asked: SurveyInvitation) -> None:
    link = f"{cast.link(asked)}?by=<script>"
    phone.post(link, {"question": "q1", "value": "5"})
    phone.post(link, {"question": "q3", "pass": "1"})
    assert SurveyResponse.objects.get().via == ""
