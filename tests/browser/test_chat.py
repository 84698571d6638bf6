"""A chat in two real browsers (SVC-01 · A6.2.1): a member on her phone, an agent at his desk; nothing that is typed is lost."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.models import User
from members.models import Member
from service_desk.channels.models import Chat, ChatLine
from service_desk.channels.operations import chat_desk
from service_desk.channels.policy.parameters import ChatParameters
from service_desk.models import Case
from tests.browser.conftest import BrowserFor, Days
from tests.browser.pages import clean

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 780, "has_touch": True}


@pytest.fixture
def desk(open_browser: BrowserFor, days: Days, service_agent: User) -> Page:
    """The agent's desk, open, on duty."""
    page = open_browser(service_agent)
    page.goto("/admin/service_desk/chat/desk/")
    page.get_by_role("button", name="Begin duty").click()
    expect(page.get_by_text("You are on duty.")).to_be_visible()
    clean(page)
    return page


def writes(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send").click()


def test_a_member_and_an_agent_talk_until_it_is_a_case(
    open_browser: BrowserFor, desk: Page, wanqing: Member, tmp_path: Path
) -> None:
    page = open_browser(wanqing.user, **PHONE)
    page.goto("/me/service/chat/")
    expect(page.get_by_text("A colleague is here.")).to_be_visible()
    clean(page)
    page.get_by_label("How can we help?").fill("Is breakfast served on Sundays?")
    page.get_by_role("button", name="Start the chat").click()
    expect(page.get_by_text("Waiting for a colleague: place 1")).to_be_visible()
    clean(page)

    expect(desk.get_by_text("Is breakfast served on Sundays?")).to_be_visible()
    clean(desk)
    desk.keyboard.press("Alt+n")
    answer = desk.get_by_label("Your answer")
    expect(answer).to_be_focused()
    expect(page.get_by_text("You are talking with Gao Yun")).to_be_visible()
    answer.press_sequentially("Yes, from 7")
    expect(page.get_by_text("… is writing")).to_be_visible()
    answer.press_sequentially(" to 11.")
    answer.press("Enter")
    expect(page.get_by_role("log").get_by_text("Yes, from 7 to 11.")).to_be_visible()
    expect(page.get_by_text("… is writing")).to_be_hidden()

    bill = tmp_path / "bill.txt"
    bill.write_text("breakfast 38")
    page.locator("input[type=file]").set_input_files(bill)
    writes(page, "This is what I paid.")
    expect(desk.get_by_role("log").get_by_text("This is what I paid.")).to_be_visible()
    expect(desk.get_by_role("link", name="bill.txt")).to_be_visible()
    clean(page)
    clean(desk)

    desk.get_by_label("Your answer").focus()
    desk.keyboard.press("Alt+e")
    expect(desk.get_by_label("What settled it")).to_be_focused()
    desk.keyboard.type("Told the hours.")
    desk.get_by_role("button", name="End, settled").click()
    expect(page.get_by_text(re.compile(r"Case C\d"))).to_be_visible()
    case = Case.objects.get()
    expect(desk.get_by_role("link", name=case.number)).to_be_visible()
    expect(page.get_by_text(f"Case {case.number}")).to_be_visible()
    clean(page)
    clean(desk)
    assert (case.state, case.owner) == ("resolved", User.objects.get(display_name="Gao Yun"))
    assert [one.direction for one in case.entries.order_by("at", "id")] == ["in", "out", "in"]


def test_nothing_typed_is_lost_by_a_reload_or_a_lost_connection(
    open_browser: BrowserFor, desk: Page, wanqing: Member
) -> None:
    page = open_browser(wanqing.user, **PHONE)
    page.goto("/me/service/chat/")
    page.get_by_label("How can we help?").fill("Hello?")
    page.get_by_role("button", name="Start the chat").click()
    expect(page.get_by_text("Waiting for a colleague")).to_be_visible()
    expect(desk.get_by_text("Hello?")).to_be_visible()
    desk.keyboard.press("Alt+n")
    expect(page.get_by_text("You are talking with")).to_be_visible()
    page.get_by_label("Your message").fill("half a sen")
    page.reload()
    expect(page.get_by_label("Your message")).to_have_value("half a sen")

    page.context.set_offline(True)
    writes(page, "sent in a tunnel")
    expect(page.get_by_text("Not sent yet. We try again.")).to_be_visible()
    assert not ChatLine.objects.filter(position__gt=1).exists()
    page.context.set_offline(False)
    expect(desk.get_by_role("log").get_by_text("sent in a tunnel")).to_be_visible()
    expect(page.get_by_text("Not sent yet")).to_be_hidden()

    # The answer to what was sent is lost on its way: it is sent again, and kept once.
    page.route("**/chat/say/", lambda route: (route.fetch(), route.abort()), times=1)
    writes(page, "sent by a shaky phone")
    expect(desk.get_by_role("log").get_by_text("sent by a shaky phone")).to_have_count(1)
    expect(page.get_by_role("log").get_by_text("sent by a shaky phone")).to_have_count(1)
    page.reload()
    expect(page.get_by_role("log").get_by_text("sent by a shaky phone")).to_have_count(1)
    said = [one.body for one in ChatLine.objects.order_by("position")]
    assert said == ["Hello?", "sent in a tunnel", "sent by a shaky phone"]


def test_when_nobody_takes_it_in_time_the_page_says_so_and_it_is_a_case(
    open_browser: BrowserFor, desk: Page, wanqing: Member, service_agent: User, days: Days
) -> None:
    page = open_browser(wanqing.user, **PHONE)
    page.goto("/me/service/chat/")
    page.get_by_label("How can we help?").fill("Hello?")
    page.get_by_role("button", name="Start the chat").click()
    expect(page.get_by_text("Waiting for a colleague")).to_be_visible()
    desk.close()
    days.pass_by(seconds=ChatParameters().patience_seconds)
    chat_desk.sit(by=service_agent)
    expect(page.get_by_text("Nobody was free in time")).to_be_visible()
    clean(page)
    case = Case.objects.get()
    page.get_by_label("Add something to your case").fill("It is about Sunday.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log").get_by_text("It is about Sunday.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("log").get_by_text("It is about Sunday.")).to_be_visible()
    assert [one.body for one in case.entries.order_by("id")] == ["Hello?", "It is about Sunday."]


def test_a_visitor_when_it_is_closed(open_browser: BrowserFor, days: Days) -> None:
    days.pass_by(hours=12.5)
    page = open_browser(**PHONE)
    page.goto("/chat/")
    expect(page.get_by_text("09:00–21:00")).to_be_visible()
    expect(page.get_by_text("we open")).to_be_visible()
    clean(page)
    page.get_by_label("Your name").fill("Ann")
    page.get_by_label("Phone number or e-mail address").fill("nobody")
    page.get_by_label("How can we help?").fill("Do you sell gift cards?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".errorlist")).to_be_visible()
    clean(page)
    page.get_by_label("Phone number or e-mail address").fill("ann@example.net")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Nobody is at the desk just now. Nothing is lost")).to_be_visible()
    clean(page)
    case = Case.objects.get()
    expect(page.get_by_text(f"Case {case.number}")).to_be_visible()
    assert case.contact_email == "ann@example.net"


def test_three_chats_side_by_side_by_keyboard(open_browser: BrowserFor, desk: Page) -> None:
    pages = []
    for number in range(3):
        page = open_browser(**PHONE)
        page.goto("/chat/")
        page.get_by_label("Your name").fill(f"Visitor {number}")
        page.get_by_label("Phone number or e-mail address").fill(f"visitor{number}@example.net")
        page.get_by_label("How can we help?").fill(f"Question {number}")
        page.get_by_role("button", name="Start the chat").click()
        expect(page.get_by_text("Waiting for a colleague")).to_be_visible()
        pages.append(page)
    for number in range(3):
        expect(desk.locator("[data-line] button:enabled").first).to_be_visible()
        desk.keyboard.press("Alt+n")
        expect(desk.locator(".pane")).to_have_count(number + 1)
    clean(desk)
    for number in range(3):
        desk.keyboard.press(f"Alt+{number + 1}")
        name = desk.locator(".pane").nth(number).locator("[data-name]").inner_text()
        desk.keyboard.type(f"Hello {name}")
        desk.keyboard.press("Enter")
    for number, page in enumerate(pages):
        expect(page.get_by_role("log").get_by_text(f"Hello Visitor {number}")).to_be_visible()
    assert Chat.objects.filter(state="talking").count() == 3
