"""A clerk cannot activate until he is certified: refused, the course, the quiz on his phone, and then it goes (SVC-08)."""

import re

import pytest
from playwright.sync_api import Page, expect

from cards.models import Activation, Card
from core.models import Certificate
from members.models import IdentityDocument, Member
from service_desk.models import QuizAttempt
from service_desk.people.queries import bank
from tests.browser.conftest import BrowserFor
from tests.browser.pages import Keyboard, clean, log_in, outbox_code
from tests.browser.test_a_cards_whole_life import every_invariant_holds

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo")]
BUYER = "+8613800138009"
"""She bought at a counter of Nanjing Road; her card waits for activation."""


def test_a_clerk_activates_once_he_is_certified(open_browser: BrowserFor) -> None:
    till, phone = open_browser(), open_browser(width=390, height=844)
    card = Card.objects.get(purchaser=Member.objects.by_phone(BUYER).get(), state="issued")
    log_in(till, "clerk2@tessera.example", to="/counter/")
    shut(till, card)
    log_in(phone, "clerk2@tessera.example", to="/work/training/")
    read(phone)
    fail(phone)
    succeed(phone)
    activate(till, card)
    every_invariant_holds()


def shut(page: Page, card: Card) -> None:
    """Before he types anything the counter says what he may not do, and where it is learned."""
    closed = page.locator("[data-shut]")
    expect(closed).to_contain_text("Activate a card")
    expect(closed).to_contain_text("needs the certificate “Activating cards”")
    expect(page.get_by_role("link", name="Sell a card S", exact=True)).to_be_visible()
    clean(page)
    Keyboard(page).scan(card.number.number)
    expect(page.locator("[data-shut]")).to_contain_text("Activate")
    clean(page)
    page.goto(f"/counter/cards/{card.public_id}/activate/")
    expect(page.get_by_role("heading", name="Not yet")).to_be_visible()
    clean(page)
    page.get_by_role("link", name="Learn: Activating cards").click()
    page.wait_for_url("**/work/training/activating/")
    clean(page)


def read(page: Page) -> None:
    clean(page)
    page.get_by_role("link", name=re.compile("Begin.*Activating cards")).click()
    expect(page.get_by_text("Activating a card at the counter")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Read")).click()
    expect(page.get_by_role("heading", name="What you never do")).to_be_visible()
    clean(page)
    page.get_by_role("button", name="I have read this").click()
    expect(page.get_by_role("button", name="Begin the quiz")).to_be_visible()


def fail(page: Page) -> None:
    """Handed in at once: nothing was answered, and the page says kindly that it was not enough."""
    page.get_by_role("button", name="Begin the quiz").click()
    expect(page.get_by_text("Question 1 of 5")).to_be_visible()
    expect(page.locator("[data-left]")).to_contain_text(":")
    clean(page)
    page.goto(f"/work/quiz/{QuizAttempt.objects.latest('pk').pk}/")
    expect(page.get_by_role("heading", name="Ready to hand in?")).to_be_visible()
    clean(page)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Not passed yet")).to_be_visible()
    clean(page)


def succeed(page: Page) -> None:
    """Question by question, with a thumb."""
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Question 1 of 5")).to_be_visible()
    attempt = QuizAttempt.objects.latest("pk")
    for one in attempt.answers.select_related("version").order_by("position"):
        expect(page.get_by_text(f"Question {one.position} of 5")).to_be_visible()
        if one.version.kind == "number":
            page.locator("[name=typed]").fill(one.version.answer)
        else:
            key = bank.key_of(one.version)
            places = [place for place, choice in enumerate(one.order) if choice in key.right] or sorted(key.right)
            for place in places:
                page.locator("label.choice").nth(place).click()
        page.get_by_role("button", name="To the overview" if one.position == 5 else "Next").click()
    expect(page.get_by_text("5 of 5 answered")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Passed")).to_be_visible()
    clean(page)
    page.get_by_role("link", name="Back to the course").click()
    expect(page.get_by_text("This is open to you now")).to_be_visible()
    clean(page)
    page.get_by_role("link", name="My training").first.click()
    expect(page.get_by_text("valid through").first).to_be_visible()
    assert (
        Certificate.objects.get(competence__code="activating", user__display_name__startswith="何博").state == "valid"
    )


def activate(page: Page, card: Card) -> None:
    """The very same card, by the very same clerk."""
    page.goto("/counter/")
    expect(page.get_by_role("link", name="Activate a card A", exact=True)).to_be_visible()
    Keyboard(page).scan(card.number.number)
    expect(page.get_by_role("link", name="Activate A", exact=True)).to_be_visible()
    Keyboard(page).press("a")
    document = IdentityDocument.objects.get(member=card.purchaser)
    page.locator("select[name=document_kind]").select_option(document.kind)
    page.get_by_label("scan or type the number").fill(document.number or "")
    page.get_by_label("has read the agreement").check()
    page.get_by_role("button", name="Send the code").click()
    expect(page.get_by_label("Code that the customer reads out")).to_be_visible()
    page.get_by_label("Code that the customer reads out").fill(outbox_code(page, to=BUYER))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Activated")).to_be_visible()
    assert Activation.objects.get(card=card).clerk.display_name.startswith("何博")  # type: ignore[union-attr]
