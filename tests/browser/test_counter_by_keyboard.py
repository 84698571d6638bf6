"""A clerk's hands never leave keyboard and scanner: a sale for cash, the activation, a benefit used and taken back."""

import pytest
from playwright.sync_api import Page, expect

from cards.models import Activation, BenefitUse, Card, CardNumber
from core.models import Store
from tests.browser.conftest import BrowserFor
from tests.browser.pages import Keyboard, clean, log_in, outbox_code, work

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo")]
MOBILE, ID_NUMBER = "13912345678", "11010519491231002X"
MOST_KEYS = 12


def test_a_card_is_sold_activated_and_used_without_a_mouse(open_browser: BrowserFor) -> None:
    page = open_browser()
    log_in(page, "clerk@tessera.example", to="/counter/")
    hands = Keyboard(page)
    card = sell(page, hands)
    pressed = activate(page, hands)
    assert pressed <= MOST_KEYS, f"{pressed} keys"
    assert Activation.objects.get(card=card).channel == "store"
    use_and_undo(page, hands)


def sell(page: Page, hands: Keyboard) -> Card:
    """A card from the store's own stock, handed over for three notes of a hundred."""
    lies_here = CardNumber.objects.filter(
        series__code="city", store=Store.objects.get(code="SH1"), state=CardNumber.State.IN_STOCK
    )
    number = lies_here.order_by("pk")[0].number
    clean(page)
    hands.press("s", "Enter")
    expect(page.get_by_label("City Annual Card")).to_be_focused()
    clean(page)
    hands.press("Enter")
    hands.write(MOBILE)
    hands.press("Enter")
    hands.write("沈佳怡")
    hands.press("Enter", "Enter")
    hands.scan(ID_NUMBER)
    expect(page.get_by_label("Scan the card")).to_be_focused()
    hands.scan(number)
    expect(page.get_by_label("The buyer has read the card agreement")).to_be_focused()
    hands.press("Space", "Enter", "Enter")
    expect(page.get_by_label("Cash given")).to_be_focused()
    hands.write("300")
    hands.press("Enter")
    expect(page.get_by_text("Change: ¥1.00")).to_be_visible()
    clean(page)
    return Card.objects.get(number__number=number)


def activate(page: Page, hands: Keyboard) -> int:
    """Straight from the receipt: the document scanned again, the agreement, the code that she reads from her phone."""
    before = hands.pressed
    hands.press("a")
    expect(page.get_by_label("scan or type the number")).to_be_focused()
    clean(page)
    hands.scan(ID_NUMBER)
    hands.press("Space", "Enter")
    expect(page.get_by_label("Code that the customer reads out")).to_be_focused()
    clean(page)
    hands.press(*outbox_code(page, to=MOBILE))
    expect(page.get_by_role("heading", name="Activated")).to_be_visible()
    clean(page)
    return hands.pressed - before


def use_and_undo(page: Page, hands: Keyboard) -> None:
    """A coffee that was the wrong one is taken back, with a reason."""
    hands.press("o")
    expect(page.get_by_role("heading", name="Benefits here and now")).to_be_visible()
    hands.press("1")
    expect(page.get_by_role("button", name="Redeem now")).to_be_focused()
    hands.press("Enter")
    expect(page.get_by_text("Recorded.")).to_be_visible()
    hands.press("u")
    expect(page.get_by_role("heading", name="Take back:")).to_be_visible()
    clean(page)
    hands.press("1")
    expect(page.get_by_role("heading", name="Taken back")).to_be_visible()
    clean(page)
    assert BenefitUse.objects.latest("pk").reversed_at is not None
    work()
