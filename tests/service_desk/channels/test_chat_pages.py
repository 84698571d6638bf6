"""The pages of chat (SVC-01): what both sides see, who may see it, and how little is asked again and again."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import User
from members.models import Member
from service_desk.channels.models import Chat, ChatFile, ChatLine
from service_desk.channels.operations import chat_desk, chat_lines
from service_desk.channels.operations import chats as life
from service_desk.models import Case
from tests import factories
from tests.service_desk.desk import on

pytestmark = pytest.mark.django_db
HERS, EVERYBODYS = "/me/service/chat/", "/chat/"
POLL, SAY, TYPING, LEAVE = "/chat/poll/", "/chat/say/", "/chat/typing/", "/chat/leave/"
DESK = reverse("admin:service_desk_chat_desk")
DESK_POLL = reverse("admin:service_desk_chat_poll")
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _no_limits_of_another_test() -> None:
    cache.clear()


@pytest.fixture
def hers(wanqing: Member) -> Client:
    return logged_in(wanqing.user)


@pytest.fixture
def lings(ling: User) -> Client:
    """The agent on duty, her desk open."""
    browser = logged_in(ling)
    browser.post(DESK_POLL)
    return browser


def logged_in(user: User | None) -> Client:
    browser = Client()
    assert user is not None
    browser.force_login(user)
    return browser


def begins(browser: Client, page: str = HERS, **told: str) -> Any:
    return browser.post(page, {"text": "Is breakfast served on Sundays?", "key": "a1", **told})


def polled(browser: Client, after: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = browser.post(POLL, {"after": after}).json()
    return found


def says(browser: Client, text: str, key: str = "k1", **more: Any) -> Any:
    return browser.post(SAY, {"text": text, "key": key, **more}, headers=JSON)


def acts(browser: Client, chat: int, verb: str, **told: Any) -> Any:
    return browser.post(reverse("admin:service_desk_chat_act", args=[chat, verb]), told)


def test_a_chat_from_both_sides(hers: Client, lings: Client, ling: User) -> None:
    assert "A colleague is here" in hers.get(HERS).content.decode()
    assert begins(hers).status_code == 302
    told = polled(hers)
    assert (told["state"], told["place"], [one["text"] for one in told["lines"]]) == (
        "waiting", 1, ["Is breakfast served on Sundays?"],
    )  # fmt: skip
    seen = lings.post(DESK_POLL).json()
    assert [(one["words"], one["mine"]) for one in seen["waiting"]] == [("Is breakfast served on Sundays?", True)]
    chat = seen["waiting"][0]["id"]
    assert acts(lings, chat, "take").status_code == 200
    assert acts(lings, chat, "say", text="Yes, from 7 to 11.", key="l1").json() == {"n": 2, "key": "l1"}
    acts(lings, chat, "typing")
    told = polled(hers, after=1)
    assert (told["state"], told["agent"], told["typing"]) == ("talking", str(ling), True)
    assert [(one["text"], one["ours"], one["who"]) for one in told["lines"]] == [("Yes, from 7 to 11.", True, "Ling")]
    hers.post(TYPING)
    seen = lings.post(DESK_POLL, {"c": f"{chat}:2"}).json()["chats"][0]
    assert (seen["typing"], seen["lines"]) == (True, [])
    assert says(hers, "Thank you!").json() == {"n": 3, "key": "k1"}
    assert [one["text"] for one in lings.post(DESK_POLL, {"c": f"{chat}:2"}).json()["chats"][0]["lines"]] == [
        "Thank you!"
    ]
    ended = acts(lings, chat, "end", resolution="Told the hours.").json()
    case = Case.objects.get()
    assert (ended["case"], case.state) == (case.number, "resolved")
    page = hers.get(HERS).content.decode()
    assert case.number in page
    assert "This chat has ended" in page
    assert "Yes, from 7 to 11." in page
    assert "How can we help?" in hers.get(HERS, {"new": "1"}).content.decode()


def test_the_agent_sees_a_member_masked(hers: Client, lings: Client, wanqing: Member) -> None:
    begins(hers)
    seen = lings.post(DESK_POLL).json()["waiting"][0]
    assert seen["name"] != wanqing.name
    assert seen["number"] == wanqing.number
    assert wanqing.name not in lings.get(DESK).content.decode()


def test_nobody_there_is_said_and_nothing_is_lost(hers: Client) -> None:
    assert "Nobody is at the desk" in hers.get(HERS).content.decode()
    begins(hers)
    case = Case.objects.get()
    page = hers.get(HERS).content.decode()
    assert case.number in page
    assert "Nothing is lost" in page
    assert says(hers, "One more thing").status_code == 200
    assert [one.body for one in case.entries.order_by("id")] == ["Is breakfast served on Sundays?", "One more thing"]


def test_a_closed_day_tells_the_hours(hers: Client, categories: None) -> None:
    with on("23 23:00"):
        page = hers.get(HERS).content.decode()
    assert "09:00–21:00" in page
    assert "24\N{NO-BREAK SPACE}November 2026, 09:00" in page


def test_a_visitor_says_who_he_is_and_his_session_is_his_key(lings: Client) -> None:
    visitor, other = Client(), Client()
    assert begins(visitor, EVERYBODYS).status_code == 422
    assert begins(visitor, EVERYBODYS, name="Ann", address="nobody").status_code == 422
    assert not Chat.objects.exists()
    assert begins(visitor, EVERYBODYS, name="Ann", address="ann@example.net").status_code == 302
    assert polled(visitor)["state"] == "waiting"
    assert other.post(POLL).status_code == 404
    for address in (SAY, TYPING, LEAVE):
        assert other.post(address, {"text": "x"}).status_code == 404
    assert says(visitor, "hello").status_code == 200


def test_another_persons_opening_key_opens_nothing(lings: Client) -> None:
    first, second = Client(), Client()
    for browser in (first, second):
        begins(browser, EVERYBODYS, name="Ann", address="139 1234 5678", key="the-same")
    assert Chat.objects.count() == 2
    assert len(polled(second)["lines"]) == 1


def test_a_member_has_her_own_page_and_staff_have_none(hers: Client, lings: Client) -> None:
    assert hers.get(EVERYBODYS).headers["Location"] == HERS
    assert lings.get(HERS).status_code == 404
    assert Client().get(HERS).status_code == 302


def test_sent_twice_and_after_a_reload_a_line_is_there_once(hers: Client, lings: Client) -> None:
    begins(hers)
    begins(hers)  # the form went out twice
    for _ in range(3):
        assert says(hers, "hello", key="same").json()["n"] == 2
    page = hers.get(HERS).content.decode()
    assert page.count("Is breakfast served on Sundays?") == 1
    assert page.count('data-key="same"') == 1


def test_without_scripts_the_form_does_it_too(hers: Client, lings: Client) -> None:
    begins(hers)
    assert hers.post(SAY, {"text": "plain form", "key": "p"}).headers["Location"] == HERS
    assert "plain form" in hers.get(HERS).content.decode()
    assert hers.post(LEAVE).headers["Location"] == HERS
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("told", "status"), [({"text": ""}, 422), ({"text": "x" * 4_001}, 413), ({"text": "a", "key": "k" * 65}, 422)]
)
def test_what_cannot_be_said_is_explained(hers: Client, lings: Client, told: dict[str, str], status: int) -> None:
    begins(hers)
    answer = hers.post(SAY, {"key": "q", **told}, headers=JSON)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert ChatLine.objects.count() == 1


def test_files_go_to_both_sides_and_to_nobody_else(hers: Client, lings: Client, stranger: Member, clerk: User) -> None:
    begins(hers)
    assert says(hers, "", key="f", file=SimpleUploadedFile("bill.txt", b"38 yuan")).status_code == 200
    refused = says(hers, "", key="g", file=SimpleUploadedFile("a.html", b"<html>"))
    assert (refused.status_code, ChatFile.objects.count()) == (422, 1)
    kept = ChatFile.objects.get()
    address = reverse("channels:chat_file", args=[kept.token])
    answer = hers.get(address)
    assert answer.content == b"38 yuan"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert logged_in(stranger.user).get(address).status_code == 404
    assert Client().get(address).status_code == 404
    at_desk = reverse("admin:service_desk_chat_file", args=[kept.line.chat_id, kept.token])
    assert lings.get(at_desk).content == b"38 yuan"
    assert logged_in(clerk).get(at_desk).status_code == 403
    assert hers.get(at_desk).status_code in (302, 403)
    assert lings.get(at_desk.replace(kept.token, "a" * 24)).status_code == 404


def test_markup_is_text_on_both_sides(hers: Client, lings: Client) -> None:
    begins(hers, text="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in hers.get(HERS).content.decode()
    assert lings.post(DESK_POLL)["Content-Type"].startswith("application/json")


def test_the_desk_is_for_who_handles_cases(clerk: User, auditor: User, hers: Client, lings: Client) -> None:
    begins(hers)
    chat = Chat.objects.get()
    for user in (clerk, auditor):
        browser = logged_in(user)
        assert browser.get(DESK).status_code == 403
        assert browser.post(DESK_POLL).status_code == 403
        for verb in ("take", "say", "typing", "back", "end"):
            assert acts(browser, chat.pk, verb, text="x").status_code == 403
    chat.refresh_from_db()
    assert chat.state == "waiting"


def test_a_colleague_does_nothing_to_anothers_chat(hers: Client, lings: Client, otto: User) -> None:
    begins(hers)
    chat = Chat.objects.get()
    acts(lings, chat.pk, "take")
    other = logged_in(otto)
    other.post(DESK_POLL)
    for verb, told in (("take", {}), ("say", {"text": "me"}), ("back", {}), ("end", {})):
        answer = acts(other, chat.pk, verb, **told)
        assert (answer.status_code, answer.json()["code"]) == (409, "chat_taken")
    assert acts(other, chat.pk, "typing").status_code == 200
    assert chat_lines.who_types([chat.pk], who=chat_lines.AGENT) == set()
    assert acts(other, chat.pk, "nonsense").status_code == 404
    assert acts(other, 999_999, "take").status_code == 404
    assert other.post(DESK_POLL).json()["chats"] == []


def test_duty_is_begun_and_ended_at_the_desk(service_agent: User) -> None:
    browser = logged_in(service_agent)
    assert browser.get(DESK).status_code == 200
    assert browser.post(DESK_POLL).json()["on_duty"] is False
    duty = reverse("admin:service_desk_chat_duty")
    assert browser.post(duty, {"on": "1"}).json() == {"on_duty": True}
    assert browser.post(DESK_POLL).json()["on_duty"] is True
    assert browser.post(duty, {"on": "0"}).json() == {"on_duty": False}


@pytest.mark.parametrize("text", ["", "x", "1:2,3", "1:2:3", "-1:0", "9" * 30 + ":1", "1:" + "9" * 30, "1:1," * 200])
def test_any_cursor_is_taken(hers: Client, lings: Client, text: str) -> None:
    begins(hers)
    acts(lings, Chat.objects.get().pk, "take")
    assert lings.post(DESK_POLL, {"c": text}).status_code == 200
    assert hers.post(POLL, {"after": text}).status_code == 200


def statements(browser: Client, address: str, told: dict[str, Any]) -> int:
    browser.post(address, told)
    with CaptureQueriesContext(connection) as seen:
        assert browser.post(address, told).status_code == 200
    return len(seen)


def test_what_is_asked_again_and_again_costs_the_same_whatever_there_is(
    hers: Client, lings: Client, ling: User
) -> None:
    begins(hers)
    chat = Chat.objects.get()
    life.take(chat, by=ling)
    for number in range(3):
        chat_lines.say(chat, text=f"word {number}", key=f"a{number}")
    few = statements(hers, POLL, {"after": chat.said}), statements(lings, DESK_POLL, {"c": f"{chat.pk}:{chat.said}"})
    few_fresh = statements(hers, POLL, {"after": 0}), statements(lings, DESK_POLL, {})
    for number in range(40):
        chat_lines.say(chat, text=f"more {number}", key=f"b{number}")
    for number in range(2):
        other = life.open_chat(text="hello", member=factories.MemberFactory.create(), key=f"o{number}")
        life.take(other, by=ling)
    for number in range(12):
        waiting = life.open_chat(text="hello", member=factories.MemberFactory.create(), key=f"w{number}")
        Chat.objects.filter(pk=waiting.pk).update(offered_to=ling, offered_at=waiting.opened_at)
    chat.refresh_from_db()
    many = statements(hers, POLL, {"after": chat.said}), statements(lings, DESK_POLL, {"c": f"{chat.pk}:{chat.said}"})
    assert many[0] <= few[0] <= 5
    assert many[1] <= few[1] + 3  # the first words of those who wait, and two chats more of one's own
    assert statements(hers, POLL, {"after": 0}) <= few_fresh[0]
    assert statements(lings, DESK_POLL, {}) <= few_fresh[1] + 3


def test_reading_changes_nothing(hers: Client, lings: Client) -> None:
    begins(hers)
    for address in (POLL, SAY, TYPING, LEAVE, DESK_POLL):
        assert (hers if address.startswith("/chat") else lings).get(address).status_code == 405
    with on("23 10:59"):
        hers.get(HERS)
    assert Chat.objects.get().state == "waiting"


def test_too_many_openings_are_slowed_down(db: None, categories: None) -> None:
    visitor = Client()
    answers = [
        begins(Client(), EVERYBODYS, name="Ann", address="ann@example.net", key=f"k{number}").status_code
        for number in range(25)
    ]
    assert answers.count(302) == 20
    assert 422 in answers or 429 in answers
    assert visitor.get(EVERYBODYS).status_code == 200


def test_a_desk_poll_tends_what_waits_too_long(hers: Client, lings: Client, ling: User) -> None:
    begins(hers)
    with on("23 10:20"):
        chat_desk.sit(by=ling)
        assert lings.post(DESK_POLL).json()["waiting"] == []
    assert Chat.objects.get().state == "missed"
