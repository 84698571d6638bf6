"""Design, approval, price, sale, payment, activation, use, reminder, renewal: one card's life through its real screens."""

import datetime as dt
import io
import re
from contextlib import suppress

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from cards.models import Card, CardReminder, Payment
from core import clock, show, sweeps
from core.models import Message
from tests.browser.conftest import BrowserFor, Days
from tests.browser.pages import clean, log_in, outbox_code, scan, work

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo")]
PHONE = {"width": 390, "height": 844}
NAME, MOBILE, ID_NUMBER = "沈佳怡", "+8613912345678", "11010519491231002X"
PRICE, LATER_PRICE = "1,280", "1380"


def test_a_card_lives_from_the_drawing_board_to_its_renewal(open_browser: BrowserFor, days: Days) -> None:
    planner, director, finance = (open_browser() for _ in range(3))
    design(planner)
    approve(director, login="director", says="Margin and wording checked.")
    put_on_sale(planner)
    propose_price(planner)
    approve(finance, login="finance", says="Still below the market.")
    work()
    days.pass_by(days=1)

    visitor = open_browser(**PHONE)
    buy(visitor)
    number, code = delivered(visitor, days)
    card = activate(visitor, number=number, code=code)

    clerk = open_browser()
    use_is_seen_at_once(clerk, visitor, card)

    card.refresh_from_db()
    last_day = card.last_valid_on
    assert last_day is not None
    days.pass_by(days=(last_day - clock.today()).days - 32)
    reminded = open_browser(**PHONE)
    renew(reminded, reminded_once(reminded, card))
    card.refresh_from_db()
    assert card.last_valid_on == last_day.replace(year=last_day.year + 1)
    expect(reminded.get_by_text(show.day(card.last_valid_on, short=True)).first).to_be_visible()
    every_invariant_holds()


def design(page: Page) -> None:
    """The planner opens a number series, draws the card while its face follows, and submits it with a reason."""
    log_in(page, "planner@tessera.example", to="/admin/")
    clean(page)
    page.goto("/admin/cards/numberseries/add/")
    page.get_by_label("Code").fill("lake")
    page.get_by_label("Prefix").fill("8644")
    clean(page)
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("How many").first.fill("30")
    page.get_by_role("button", name="Make").click()
    expect(page.get_by_text("Made: 30 numbers.")).to_be_visible()
    clean(page)

    page.goto("/admin/cards/product/add/")
    page.get_by_label("Code").fill("lakeside")
    page.get_by_label("Number series").select_option(label="lake (8644…)")
    clean(page)
    page.get_by_role("button", name="Begin").click()
    face = page.locator("[data-face]").first
    page.get_by_label("Name (English)").first.press_sequentially("Lakeside Card")
    expect(face).to_contain_text("Lakeside Card")
    page.get_by_label("Colour at the top").fill("#274b7a")
    expect(face.locator("[stop-color='#274b7a']")).to_have_count(1)
    page.locator("[name=name_zh_hans]").fill("湖畔年卡")
    page.locator("[name=name_zh_hant]").fill("湖畔年卡")
    page.locator("[name=description]").fill("A year by the water.")
    page.locator("[name=price_minor]").fill("1280")
    page.locator("[name=cost_minor]").fill("20")
    page.locator("[name=market_price_minor]").fill("1500")
    page.get_by_label("Card agreement").select_option(index=1)
    page.locator("[name=is_registered]").check()
    page.get_by_role("button", name="Add a benefit").click()
    page.locator("[name=benefits-0-name]").fill("Rowing boat")
    page.locator("[name=benefits-0-name_zh_hans]").fill("手划船")
    page.locator("[name=benefits-0-name_zh_hant]").fill("手划船")
    page.locator("[name=benefits-0-per_day]").fill("2")
    page.locator("[name=benefits-0-value_minor]").fill("120")
    page.locator("[name=benefits-0-cost_minor]").fill("25")
    page.locator("[name=benefits-0-expected_uses]").fill("16")
    expect(page.locator("[data-figures]")).to_contain_text("¥1,280")
    clean(page)
    page.locator("[name=plan-launch_on]").fill(clock.today().isoformat())
    page.locator("[name=plan-review_on]").fill((clock.today() + dt.timedelta(days=180)).isoformat())
    page.locator("[name=plan-promotion]").fill("A boat race on the first Saturday.")
    page.get_by_label("own website").first.check()
    page.get_by_label("Ye Qing").check()
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(page.locator(".checklist li:not(.is-met)")).to_have_count(0)
    page.get_by_label("Why should it be approved?").fill("For everybody who lives by the lake.")
    page.get_by_role("button", name="Save and send for approval").click()
    expect(page.get_by_text("Sent for approval.")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    clean(page)


def approve(page: Page, *, login: str, says: str, what: str = "lakeside|Lakeside") -> None:
    """A second person finds the request on the workbench, reads what changes, and decides."""
    log_in(page, f"{login}@tessera.example", to="/admin/")
    page.goto("/admin/core/approval/")
    clean(page)
    page.locator("#result_list").get_by_role("link", name=re.compile(what)).first.click()
    expect(page.locator("ins").first).to_be_visible()
    clean(page)
    page.get_by_label("Reason (needed to reject)").fill(says)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved.", exact=True)).to_be_visible()


def put_on_sale(page: Page) -> None:
    page.goto("/admin/cards/product/")
    clean(page)
    page.get_by_role("link", name=re.compile("lakeside|Lakeside")).first.click()
    page.get_by_role("button", name="Put on sale").click()
    expect(page.get_by_text("On sale.", exact=True)).to_be_visible()
    clean(page)


def propose_price(page: Page) -> None:
    """From tomorrow it costs more; today's price stands."""
    page.get_by_role("link", name="Price", exact=True).click()
    page.get_by_label("New price").fill(LATER_PRICE)
    page.get_by_label("Reason").fill("The boats were painted.")
    clean(page)
    page.get_by_role("button", name="Send for approval").click()
    expect(page.get_by_text("The boats were painted.")).to_be_visible()


def buy(page: Page) -> None:
    """A visitor compares, applies, agrees, proves the phone, pays; the provider's word comes late."""
    page.goto("/")
    expect(page.get_by_role("heading", name="Lakeside Card")).to_be_visible()
    clean(page)
    page.get_by_role("link", name="Compare them line by line").click()
    expect(page.get_by_role("row", name="Rowing boat")).to_be_visible()
    clean(page)
    page.goto("/cards/lakeside/")
    expect(page.get_by_text("¥1,380").first).to_be_visible()
    clean(page)
    page.get_by_role("link", name="Buy", exact=True).click()
    clean(page)
    page.get_by_label("Your name").fill(NAME)
    page.get_by_label("Your mobile number").fill("139 1234 5678")
    page.get_by_label("Number of the document").fill(ID_NUMBER)
    page.get_by_label("I have read the card agreement").check()
    page.get_by_label("I accept the terms of membership").check()
    page.get_by_role("button", name="Look once more").click()
    expect(page.get_by_role("heading", name="Is everything right?")).to_be_visible()
    clean(page)
    page.get_by_role("button", name="Confirm the phone and pay").click()
    expect(page.get_by_role("heading", name="Confirm your phone")).to_be_visible()
    page.get_by_label("Code").fill(outbox_code(page, to=MOBILE))
    clean(page)
    page.get_by_role("button", name="Place the order and pay").click()
    clean(page)
    pay(page, told="30 seconds late")
    expect(page.get_by_role("heading", name="Your payment is being confirmed")).to_be_visible()
    clean(page)


def pay(page: Page, *, told: str) -> None:
    """From our page to the provider's and back."""
    page.get_by_role("button", name="Continue to payment").click()
    page.get_by_label(told).check()
    clean(page)
    page.get_by_role("button", name="Pay", exact=True).click()
    page.wait_for_url("**/orders/**")


def delivered(page: Page, days: Days) -> tuple[str, str]:
    """The late word arrives, the open page changes by itself, and number and code come by message."""
    work()
    assert Payment.objects.latest("pk").state == Payment.State.CREATED
    days.pass_by(seconds=31)
    work()
    expect(page.get_by_role("heading", name="Your card is here")).to_be_visible()
    clean(page)
    page.get_by_role("link", name="Receipt").first.click()
    clean(page)
    text = newest_message(page, about="Card delivered")
    number = re.search(r"\d{4} \d{4} \d{4} \d{4}", text)
    code = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", text)
    assert number, text
    assert code, text
    return number.group(), code.group()


def newest_message(page: Page, *, about: str) -> str:
    """A message to her, read on the outbox page."""
    tab = page.context.new_page()
    tab.goto(f"/outbox/?to={MOBILE.removeprefix('+')}")
    row = tab.locator(".outbox-row", has_text=about).first
    text = row.inner_text()
    clean(tab)
    tab.close()
    return text


def activate(page: Page, *, number: str, code: str) -> Card:
    """What is on the card, what was given at purchase, a code to that phone."""
    page.goto("/activate/")
    clean(page)
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Activation code").fill(code)
    page.get_by_label("Phone number given at purchase").fill("139 1234 5678")
    page.get_by_label("Document number").fill(ID_NUMBER)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
    clean(page)
    page.get_by_label("Code").fill(outbox_code(page, to=MOBILE))
    page.get_by_label("I agree to the card agreement").check()
    page.get_by_role("button", name="Activate my card").click()
    expect(page.get_by_role("heading", name="Your card is active")).to_be_visible()
    clean(page)
    page.get_by_role("link", name="Show my card").click()
    expect(page.locator("[data-code-alive] svg")).to_be_visible()
    return Card.objects.get(number__number=number.replace(" ", ""))


def use_is_seen_at_once(clerk: Page, member: Page, card: Card) -> None:
    """The clerk scans her phone and records a use; her page changes while she looks; the same code is refused."""
    log_in(clerk, "clerk@tessera.example", to="/counter/")
    clean(clerk)
    code = (member.locator(".qr-code").text_content() or "").strip()
    scan(clerk, code)
    expect(clerk.get_by_text("2 left today")).to_be_visible()
    opened = clerk.url
    clerk.keyboard.press("1")
    expect(clerk.get_by_role("button", name="Redeem now")).to_be_focused()
    redeemed = clerk.url
    clerk.keyboard.press("Enter")
    expect(clerk.get_by_text("Recorded.")).to_be_visible()
    expect(member.get_by_text("1 left today")).to_be_visible()
    recorded = clerk.url
    scan(clerk, code)
    expect(clerk.locator(".verdict-bad")).to_contain_text("already used")
    clean(clerk)
    for page in (recorded, opened, redeemed):
        clerk.goto(page)
        clean(clerk)
    clean(member)
    for page in ("/me/benefits/", "/orders/", "/inbox/", "/me/profile/"):
        member.goto(page)
        clean(member)


def reminded_once(page: Page, card: Card) -> str:
    """The nightly jobs write one reminder for the card, a second night none; its link leads to the renewal."""
    for _ in range(2):
        for job in sweeps.registered():
            sweeps.run(job)
    assert CardReminder.objects.filter(card=card).count() == 1
    assert Message.objects.filter(event="card.renewal_due", member_id=card.holder_id, channel="sms").count() == 1
    work()
    link = re.search(r"https?://\S+/renew/\S+", newest_message(page, about="Card ends soon"))
    assert link
    return link.group()


def renew(page: Page, link: str) -> None:
    """From the reminder, through the log-in by code, to the early-bird price and the provider, who calls twice."""
    page.goto(link)
    clean(page)
    page.get_by_role("link", name="Send me a code instead").click()
    page.get_by_label("Phone number or e-mail address").fill("139 1234 5678")
    clean(page)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(outbox_code(page, to=MOBILE))
    clean(page)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Renew your card")).to_be_visible()
    expect(page.get_by_text("Early-bird: 10\N{NO-BREAK SPACE}% off until").first).to_be_visible()
    expect(page.get_by_text("two are never combined").first).to_be_visible()
    clean(page)
    page.locator("#years-1").check()
    page.get_by_label("I have read the card agreement").check()
    page.get_by_role("button", name="Order with obligation to pay").click()
    expect(page.get_by_text("¥1,242.00").first).to_be_visible()
    pay(page, told="twice")
    work()
    expect(page.get_by_role("heading", name="Renewed: valid through")).to_be_visible()
    clean(page)
    page.goto("/me/")


def every_invariant_holds() -> None:
    said = io.StringIO()
    with suppress(SystemExit):
        call_command("verify", stdout=said)
    assert "✗" not in said.getvalue(), said.getvalue()
