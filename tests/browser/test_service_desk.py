"""A member complains from her phone, an agent answers by keyboard, she writes again, it is solved, she rates."""

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from core.models import User
from service_desk.models import Case, CaseEntry
from tests.browser.conftest import BrowserFor
from tests.browser.pages import Keyboard, clean, log_in, work

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo")]
SUBJECT, TEXT = "Breakfast on Sunday", "The kitchen was closed when we came at nine."
PICTURE: FilePayload = {"name": "door.txt", "mimeType": "text/plain", "buffer": b"Closed until ten"}


def test_a_complaint_from_a_phone_is_answered_by_keyboard_and_rated(open_browser: BrowserFor) -> None:
    phone = open_browser(width=360, height=780)
    log_in(phone, "thomas@example.com")
    case = write(phone)
    agent = open_browser()
    log_in(agent, "service@tessera.example", to="/admin/")
    hands = Keyboard(agent)
    find(agent, hands, case)
    answer(agent, hands, case)
    work()
    write_again(phone)
    resolve(agent, hands)
    work()
    rate(phone, case)


def write(page: Page, *, subject: str = SUBJECT, text: str = TEXT) -> Case:
    """From her page to the thread: one form."""
    page.goto("/me/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Me", exact=True).click()
    page.get_by_role("link", name="Service", exact=True).click()
    clean(page)
    page.get_by_role("link", name="Write to us").first.click()
    clean(page)
    page.get_by_text("A complaint").click()
    page.get_by_label("In a few words").fill(subject)
    page.get_by_label("What happened, what do you need?").fill(text)
    page.get_by_label(re.compile("Attachments")).set_input_files([PICTURE])
    expect(page.get_by_text("door.txt")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()
    expect(page.get_by_text("We answer by")).to_be_visible()
    clean(page)
    return Case.objects.latest("pk")


def find(page: Page, hands: Keyboard, case: Case) -> None:
    """Keys only: into the box, a word of hers, down to the case, and in."""
    page.goto("/admin/service_desk/case/queue/?tab=all")
    clean(page)
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    hands.press("/")
    expect(page.get_by_placeholder("Number, phone, words")).to_be_focused()
    hands.write("kitchen closed")
    hands.press("Enter")
    expect(page.get_by_text("Found for")).to_be_visible()
    hands.press("j")
    expect(page.locator("[data-row-link]").first).to_be_focused()
    hands.press("Enter")
    expect(page.get_by_role("heading", name=SUBJECT)).to_be_visible()
    expect(page).to_have_url(re.compile(f"/case/{case.pk}/change/"))


def answer(page: Page, hands: Keyboard, case: Case) -> None:
    """Her words, her tier, what is promised; a note for colleagues, then the answer."""
    clean(page)
    hands.press("n")
    expect(page.get_by_label("Note for colleagues")).to_be_focused()
    hands.write("Ask the kitchen.")
    hands.press("Tab", "Tab", "Enter")
    expect(page.get_by_text(f"{case.number}: Noted.")).to_be_visible()
    hands.press("r")
    expect(page.get_by_label("Answer to the member")).to_be_focused()
    hands.write("Dear {member}, we are sorry.")
    page.get_by_role("button", name="Answer", exact=True).press("Enter")
    expect(page.get_by_text(f"{case.number}: Answered.")).to_be_visible()
    said = CaseEntry.objects.get(case=case, direction="out")
    assert case.member is not None
    assert said.body == f"Dear {case.member.name}, we are sorry."
    clean(page)


def write_again(page: Page) -> None:
    """The answer is there, the note is not; she writes once more."""
    page.reload()
    expect(page.get_by_text("we are sorry.")).to_be_visible()
    expect(page.get_by_text("Ask the kitchen.")).to_have_count(0)
    page.get_by_label("Your message").fill("And my breakfast?")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said-own").last).to_contain_text("And my breakfast?")


def resolve(page: Page, hands: Keyboard) -> None:
    """The open page says that something came; the answer that resolves it."""
    expect(page.get_by_text("This case was changed meanwhile.")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Look at it anew").click()
    expect(page.get_by_text("And my breakfast?")).to_be_visible()
    hands.press("r")
    hands.write("It is on your card again.")
    page.get_by_label("And then").select_option("resolves")
    page.get_by_role("button", name="Answer", exact=True).press("Enter")
    expect(page.get_by_text("resolved", exact=True).first).to_be_visible()


def rate(page: Page, case: Case) -> None:
    """It is solved, she says, and gives five."""
    page.reload()
    expect(page.get_by_role("heading", name="Is it solved?")).to_be_visible()
    clean(page)
    page.locator(".star").last.click()
    page.get_by_label("What should we know?").fill("Quick.")
    page.get_by_role("button", name="Send the rating").click()
    expect(page.get_by_text("You rated 5 of 5")).to_be_visible()
    page.get_by_role("button", name="Yes, it’s solved").click()
    expect(page.get_by_role("heading", name="Something is still open?")).to_be_visible()
    case.refresh_from_db()
    assert (case.state, case.score, case.score_comment) == ("resolved", 5, "Quick.")


def test_two_agents_see_one_another_and_a_stale_form_loses_nothing(open_browser: BrowserFor) -> None:
    phone = open_browser(width=360, height=780)
    log_in(phone, "thomas@example.com")
    case = write(phone)
    here = f"/admin/service_desk/case/{case.pk}/change/"
    first = open_browser()
    log_in(first, "service@tessera.example", to="/admin/")
    first.goto(here)
    director = open_browser(User.objects.with_email("director@tessera.example"))
    director.goto(here)
    director.get_by_label("Answer to the member").fill("I am on it.")
    expect(director.locator("[data-watching]")).to_contain_text("looking")
    expect(first.locator("[data-watching]")).to_contain_text("is writing", timeout=60_000)
    director.get_by_role("button", name="Answer", exact=True).click()
    expect(director.get_by_text(f"{case.number}: Answered.")).to_be_visible()
    first.get_by_label("Answer to the member").fill("Mine, which took me long.")
    first.get_by_role("button", name="Answer", exact=True).click()
    expect(first.get_by_text("was changed by somebody else meanwhile")).to_be_visible()
    expect(first.get_by_label("Answer to the member")).to_have_value("Mine, which took me long.")
    assert CaseEntry.objects.filter(case=case, direction="out").count() == 1


def test_every_other_screen_of_the_desk_is_clean(open_browser: BrowserFor) -> None:
    visitor = open_browser(width=360, height=780)
    visitor.goto("/service/")
    clean(visitor)
    agent = open_browser()
    log_in(agent, "service@tessera.example", to="/admin/")
    agent.goto("/admin/service_desk/case/call/")
    clean(agent)
    agent.get_by_label("Phone number, member number, card number or e-mail").fill("thomas@example.com")
    agent.get_by_role("button", name="Look up").click()
    expect(agent.get_by_role("heading", name="New case")).to_be_visible()
    clean(agent)
    agent.get_by_label("What was said").fill("我的个人信息被泄露了")
    expect(agent.locator("[data-suggested]")).to_contain_text("Suggested")
    agent.get_by_role("button", name="Record").click()
    case = Case.objects.latest("pk")
    expect(agent.get_by_text(f"{case.number}: opened")).to_be_visible()
    for part in ("merge", "split"):
        agent.goto(f"/admin/service_desk/case/{case.pk}/{part}/")
        clean(agent)
    director = open_browser(User.objects.with_email("director@tessera.example"))
    director.goto("/admin/service_desk/case/board/")
    expect(director.get_by_role("heading", name="What presses most")).to_be_visible()
    clean(director)


def test_a_complaint_at_the_counter_by_keys(open_browser: BrowserFor) -> None:
    page = open_browser()
    log_in(page, "clerk@tessera.example", to="/counter/")
    hands = Keyboard(page)
    page.goto("/counter/contact/")
    clean(page)
    expect(page.get_by_label("What is it?")).to_be_focused()
    hands.press("ArrowDown", "Tab")
    hands.write("The lounge was locked.")
    hands.press("F2")
    expect(page.get_by_role("heading", name="Recorded.")).to_be_visible()
    clean(page)
    assert Case.objects.latest("pk").channel == "counter"
