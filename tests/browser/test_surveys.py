"""A survey on a phone of 360 px, from the link and without logging in: by thumb, by keys, with a phone that dies on the way;
and what the back office sees and builds (SVC-06, SVC-07)."""

import pytest
from playwright.sync_api import Page, expect

from members.models import Member
from service_desk.models import Case
from service_desk.surveys.models import SurveyInvitation, SurveyResponse
from service_desk.surveys.queries import links
from tests.browser.conftest import BrowserFor, Days
from tests.browser.pages import Keyboard, clean, log_in, work
from tests.browser.test_a_cards_whole_life import every_invariant_holds

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo")]
THOMAS = "+85291234567"
SURVEYS = "/admin/service_desk/survey/"


def test_a_survey_is_answered_on_a_phone(open_browser: BrowserFor) -> None:
    asked = SurveyInvitation.objects.get(member=Member.objects.by_phone(THOMAS).get())
    link = f"/s/{links.token_of(asked.public_id)}/"
    phone = open_browser(width=360, height=780, has_touch=True)
    phone.goto(link)
    expect(phone.get_by_role("heading", name="How content were you with it?")).to_be_visible()
    expect(phone.get_by_role("progressbar", name="Question 1 of 3")).to_be_visible()
    expect(phone.locator("body")).not_to_contain_text("Thomas")
    big_enough_for_a_thumb(phone)
    clean(phone)
    phone.get_by_role("button", name="4", exact=True).tap()
    expect(phone.get_by_role("heading", name="What did you like?")).to_be_visible()
    big_enough_for_a_thumb(phone)
    clean(phone)
    by_keys_alone(phone)
    phone.context.close()  # the battery is empty; the score was kept
    other = open_browser(width=360, height=780, has_touch=True)
    other.goto(link)
    expect(other.get_by_role("heading", name="What should have been better?")).to_be_visible()
    other.get_by_role("textbox").fill("The lounge was closed")
    clean(other)
    other.get_by_role("button", name="Send").tap()
    thanked(other)
    other.goto(link)
    thanked(other)
    response = SurveyResponse.objects.get(invitation=asked)
    assert (response.score, response.is_low, response.answers.count()) == (2, True, 2)
    assert Case.objects.get(key=f"survey:{response.pk}").member_id == asked.member_id
    work()
    every_invariant_holds()


def big_enough_for_a_thumb(page: Page) -> None:
    small = page.locator(".ask :is(button, .ask-option)").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).filter(r => r.width < 44 || r.height < 44).length"
    )
    assert small == 0


def by_keys_alone(page: Page) -> None:
    """Back with Tab and Enter, another score by its digit."""
    keys = Keyboard(page)
    page.get_by_role("link", name="Back").focus()
    keys.press("Enter")
    expect(page.get_by_role("heading", name="How content were you with it?")).to_be_visible()
    expect(page.get_by_role("button", name="4", exact=True)).to_have_attribute("aria-pressed", "true")
    keys.press("2")
    expect(page.get_by_role("heading", name="What should have been better?")).to_be_visible()


def thanked(page: Page) -> None:
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    expect(page.get_by_text("A colleague reads what you told us")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("lounge")
    clean(page)


def test_a_letter_in_the_inbox_leads_to_the_questions(open_browser: BrowserFor, days: Days) -> None:
    phone = open_browser(width=360, height=780)
    days.pass_by(minutes=1)
    work()
    log_in(phone, "thomas@example.com", to="/inbox/")
    phone.get_by_text("How was it?").first.click()
    phone.get_by_role("link", name="Open", exact=True).click()
    expect(phone.get_by_role("heading", name="How content were you with it?")).to_be_visible()
    phone.get_by_role("button", name="5 · very").click()
    expect(phone.get_by_role("heading", name="What did you like?")).to_be_visible()
    phone.get_by_label("The people").check()
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    clean(phone)


def test_the_planner_builds_tries_and_reads(open_browser: BrowserFor) -> None:
    page = open_browser()
    log_in(page, "planner@tessera.example", to=SURVEYS)
    clean(page)
    page.get_by_role("link", name="How was it?").click()
    clean(page)
    tried(page)
    drafted(page)
    read(page)
    lead = open_browser()
    log_in(lead, "lead@tessera.example", to=SURVEYS)
    lead.goto(f"{SURVEYS}results/?survey=after-a-benefit")
    lead.get_by_role("link", name="Single answers").click()
    clean(lead)
    work()
    every_invariant_holds()


def tried(page: Page) -> None:
    page.get_by_role("link", name="Try it").click()
    clean(page)
    page.get_by_role("button", name="2", exact=True).click()
    expect(page.get_by_text("What should have been better?")).to_be_visible()
    page.locator("textarea").fill("More chairs")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("This score is low: it would open a case.")).to_be_visible()
    clean(page)


def drafted(page: Page) -> None:
    """A new version of what is in force: one question more, seen as the member will see it while it is typed."""
    page.goto(SURVEYS)
    page.get_by_role("link", name="How was it?").click()
    page.get_by_role("button", name="Draft a new version").click()
    clean(page)
    page.get_by_role("link", name="Add a question").click()
    page.get_by_label("Question · English").fill("Was it easy to find?")
    page.get_by_label("Kind of answer").select_option("scale-1-7")
    expect(page.locator(".phone .ask-text")).to_have_text("Was it easy to find?")
    expect(page.locator(".phone .ask-score")).to_have_count(7)
    clean(page)


def read(page: Page) -> None:
    page.goto(f"{SURVEYS}results/?survey=after-a-benefit")
    expect(page.get_by_label("Asked from")).not_to_have_value("")
    expect(page.get_by_role("heading", name="Month by month")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Store")).to_be_visible()
    clean(page)
    with page.expect_download() as file:
        page.get_by_role("link", name="As a file (CSV)").click()
    assert file.value.suggested_filename == "survey-results.csv"
    expect(page.get_by_role("link", name="Single answers")).to_have_count(0)
