"""The counter in a real browser: keys counted, codes scanned from a phone, nothing called recorded that is not."""

import pytest
from playwright.sync_api import Page, Route, expect

from cards.models import Activation, BenefitUse, Card, Entitlement, SpentCode
from core.models import Message, Store, User
from members.models import Member
from tests.browser.conftest import BrowserFor
from tests.browser.pages import Keyboard, accessible
from tests.cards.counter_cast import ID_NUMBER
from tests.cards.counter_cast import breakfast as breakfast
from tests.cards.counter_cast import card as card
from tests.cards.counter_cast import sold as sold
from tests.cards.test_counter_activation import code_sent_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_KEYS = 12


@pytest.fixture
def counter(open_browser: BrowserFor, clerk: User) -> Page:
    page = open_browser(clerk)
    page.goto("/counter/")
    return page


def test_a_card_is_activated_by_keyboard_alone(counter: Page, sold: Card) -> None:
    hands = Keyboard(counter)
    hands.scan(sold.number.number)
    expect(counter.get_by_role("link", name="Activate A", exact=True)).to_be_visible()
    hands.press("a")
    expect(counter.get_by_label("Receipt or order number")).to_be_focused()
    hands.press("I", "N", "G", "7")
    expect(counter.get_by_label("scan or type the number")).to_be_focused()
    hands.scan(ID_NUMBER)
    expect(counter.get_by_label("has read the agreement")).to_be_focused()
    hands.press("Space", "Enter")
    expect(counter.get_by_role("heading", name="Activated")).to_be_visible()
    assert Activation.objects.get().card == sold
    assert hands.pressed <= MOST_KEYS
    assert hands.pressed == 7
    accessible(counter)


def test_with_a_code_and_both_consents_it_stays_within_twelve_keys(counter: Page, sold: Card, wanqing: Member) -> None:
    Member.objects.filter(pk=wanqing.pk).update(phone_verified_at=None)
    hands = Keyboard(counter)
    hands.scan(sold.number.number)
    expect(counter.get_by_role("link", name="Activate A", exact=True)).to_be_visible()
    hands.press("a")
    expect(counter.get_by_label("scan or type the number")).to_be_focused()
    hands.scan(ID_NUMBER)
    hands.press("Space", "Tab", "Space", "Enter")
    expect(counter.get_by_label("Code that the customer reads out")).to_be_focused()
    hands.press(*code_sent_to("+8613812340001"))
    expect(counter.get_by_role("heading", name="Activated")).to_be_visible()
    assert hands.pressed <= MOST_KEYS


def test_a_benefit_is_redeemed_from_the_phone_and_she_sees_it_at_once(
    counter: Page, open_browser: BrowserFor, wanqing: Member, card: Card, breakfast: Entitlement
) -> None:
    phone = open_browser(wanqing.user, width=390, height=844)
    phone.goto("/me/")
    accessible(phone)
    code = phone.locator(".qr-code").text_content() or ""
    hands = Keyboard(counter)
    hands.scan(code.strip())
    expect(counter.get_by_text("2 left today")).to_be_visible()
    accessible(counter)
    hands.press("1")
    expect(counter.get_by_role("button", name="Redeem now")).to_be_focused()
    accessible(counter)
    hands.press("Enter")
    expect(counter.get_by_text("Recorded.")).to_be_visible()
    assert BenefitUse.objects.count() == 1
    expect(phone.get_by_text("1 left today")).to_be_visible(timeout=10_000)
    hands.scan(code.strip())
    refused = counter.locator(".verdict-bad")
    expect(refused).to_contain_text("already used")
    expect(refused).to_contain_text("Nanjing Road")
    accessible(counter)


def test_a_scan_is_heard_wherever_the_clerk_is_and_is_no_row_of_verbs(
    counter: Page, card: Card, breakfast: Entitlement
) -> None:
    hands = Keyboard(counter)
    hands.scan(card.number.number)
    expect(counter.get_by_text("2 left today")).to_be_visible()
    hands.press("1")
    expect(counter.get_by_role("button", name="Redeem now")).to_be_focused()
    hands.scan("13812340001")
    expect(counter.get_by_text("Benefits here and now")).to_be_visible()
    assert not BenefitUse.objects.exists()


def test_undo_takes_two_keys(counter: Page, card: Card, breakfast: Entitlement) -> None:
    hands = Keyboard(counter)
    hands.scan(card.number.number)
    expect(counter.get_by_text("2 left today")).to_be_visible()
    hands.press("1")
    expect(counter.get_by_role("button", name="Redeem now")).to_be_focused()
    hands.press("Enter")
    expect(counter.get_by_text("Recorded.")).to_be_visible()
    before = hands.pressed
    hands.press("u")
    expect(counter.get_by_role("heading", name="Take back: Breakfast")).to_be_visible()
    accessible(counter)
    hands.press("1")
    expect(counter.get_by_role("heading", name="Taken back")).to_be_visible()
    assert hands.pressed - before == 2
    assert BenefitUse.objects.get().reversed_at is not None


def test_without_an_answer_nothing_is_called_recorded_and_the_repeat_counts_once(
    counter: Page, card: Card, breakfast: Entitlement
) -> None:
    hands = Keyboard(counter)
    hands.scan(card.number.number)
    expect(counter.get_by_text("2 left today")).to_be_visible()
    hands.press("1")
    button = counter.get_by_role("button", name="Redeem now")
    expect(button).to_be_focused()

    def swallow_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    expect(counter.get_by_text("Not recorded")).to_be_hidden()
    counter.route("**/use/**", swallow_the_answer)
    hands.press("Enter")
    expect(counter.get_by_text("Not recorded")).to_be_visible()
    expect(counter.get_by_text("Recorded.", exact=True)).to_be_hidden()
    assert BenefitUse.objects.count() == 1
    counter.unroute("**/use/**")
    button.click()
    expect(counter.get_by_text("Recorded.")).to_be_visible()
    assert BenefitUse.objects.count() == 1


def test_a_list_is_walked_with_the_arrows(counter: Page, card: Card, sold: Card, store: Store) -> None:
    hands = Keyboard(counter)
    hands.scan("13812340001")
    rows = counter.locator("[data-matches] a")
    expect(rows).to_have_count(2)
    accessible(counter)
    expect(rows.nth(0)).to_be_focused()
    hands.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    hands.press("Enter")
    expect(counter.locator(".answer-name")).to_be_visible()


def test_nothing_of_a_customer_stays_in_the_browser(counter: Page, card: Card, breakfast: Entitlement) -> None:
    Keyboard(counter).scan(card.number.number)
    expect(counter.get_by_text("2 left today")).to_be_visible()
    kept = counter.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert "林" not in kept
    assert card.number.number not in kept


def test_the_living_code_renews_itself_and_dies_without_a_connection(
    open_browser: BrowserFor, wanqing: Member, card: Card
) -> None:
    phone = open_browser(wanqing.user, width=390, height=844)
    phone.clock.install()
    phone.goto("/me/")
    first = phone.locator(".qr-code").text_content()
    phone.clock.run_for(31_000)
    expect(phone.locator(".qr-code")).not_to_have_text(first or "")
    phone.context.set_offline(True)
    phone.clock.run_for(62_000)
    expect(phone.locator("[data-code-alive]")).to_be_hidden()
    expect(phone.get_by_text("No connection")).to_be_visible()
    assert not SpentCode.objects.exists()


def test_activation_online_from_the_form_to_the_living_card(
    open_browser: BrowserFor, wanqing: Member, sold: Card
) -> None:
    page = open_browser(width=390, height=844)
    Member.objects.filter(pk=wanqing.pk).update(user=None)
    page.goto("/activate/")
    accessible(page)
    page.get_by_label("Card number").press_sequentially(sold.number.number)
    expect(page.get_by_label("Card number")).to_have_value(
        " ".join(sold.number.number[i : i + 4] for i in range(0, 16, 4))
    )
    page.get_by_label("Activation code").fill("7kqm 2xpt 9rwb")
    page.get_by_label("Phone number given at purchase").fill("138 1234 0001")
    page.get_by_label("Document number").fill(ID_NUMBER)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
    accessible(page)
    page.get_by_label("Code").fill(code_sent_to("+8613812340001"))
    page.get_by_label("I agree to the card agreement").check()
    page.get_by_label("I agree to the terms of membership").check()
    page.get_by_role("button", name="Activate my card").click()
    expect(page.get_by_role("heading", name="Your card is active")).to_be_visible()
    accessible(page)
    assert Message.objects.filter(event="card.activated").exists()
    page.get_by_role("link", name="Show my card").click()
    expect(page.locator("[data-code-alive] svg")).to_be_visible()
