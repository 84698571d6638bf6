"""A second click, a lost connection, a session that ended: nothing is done twice, nothing that was typed is lost."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from cards.models import Order, Payment
from tests.browser.conftest import BrowserFor
from tests.browser.pages import clean, log_in, outbox_code, scan

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo")]
MEMBER = "+8613800138005"
SEND_TWICE = """form => {
  const send = () => fetch(form.action || location.href, {method: 'POST', body: new FormData(form)}).then(r => r.url);
  return Promise.all([send(), send()]);
}"""
COUNT_TONES = """window.tones = [];
window.AudioContext = class {
  currentTime = 0;
  destination = {};
  createOscillator() {
    const tone = {frequency: {}, connect: next => next, start() { window.tones.push(tone.frequency.value); }, stop() {}};
    return tone;
  }
  createGain() {
    return {gain: {setValueAtTime() {}, exponentialRampToValueAtTime() {}}, connect: next => next};
  }
};"""


@pytest.fixture
def member(open_browser: BrowserFor) -> Page:
    page = open_browser(width=390, height=844, permissions=["clipboard-read", "clipboard-write"])
    log_in(page, MEMBER)
    return page


def fill_in_a_gift(page: Page) -> None:
    page.goto("/cards/harbour/buy/?gift=1")
    page.get_by_label("This card is a gift").check()
    page.get_by_label("Who is it for?").fill("阿依古丽")
    page.get_by_label("Mobile number of that person").fill("13800139999")
    page.get_by_label("A few words to go with it").fill("To the best of sisters")


def review(page: Page) -> None:
    page.get_by_label("I have read the card agreement").check()
    page.get_by_role("button", name="Look once more").click()
    expect(page.get_by_role("heading", name="Is everything right?")).to_be_visible()


def test_a_double_click_places_one_order_and_begins_one_payment(member: Page) -> None:
    before, paid_before = Order.objects.count(), Payment.objects.count()
    fill_in_a_gift(member)
    review(member)
    member.get_by_role("button", name="Place the order and pay").dblclick()
    expect(member.get_by_role("heading", name="How would you like to pay?")).to_be_visible()
    assert Order.objects.count() == before + 1
    member.get_by_role("button", name="Continue to payment").dblclick()
    member.wait_for_url("**/sandbox-pay/**")
    assert Payment.objects.count() == paid_before + 1


def test_the_same_order_sent_twice_at_once_is_one_order_without_any_script_of_ours(member: Page) -> None:
    before = Order.objects.count()
    fill_in_a_gift(member)
    review(member)
    form = member.locator("form", has=member.get_by_role("button", name="Place the order and pay"))
    first, second = form.evaluate(SEND_TWICE)
    assert first == second
    assert "/pay/" in first
    assert Order.objects.count() == before + 1


def test_a_session_that_ended_in_the_middle_of_buying_gives_the_form_back_as_it_was(member: Page) -> None:
    fill_in_a_gift(member)
    Session.objects.all().delete()
    member.get_by_label("I have read the card agreement").check()
    member.get_by_role("button", name="Look once more").click()
    expect(member.get_by_label("Your name")).to_be_visible()
    expect(member.get_by_label("Who is it for?")).to_have_value("阿依古丽")
    expect(member.get_by_label("A few words to go with it")).to_have_value("To the best of sisters")
    clean(member)


def test_what_was_typed_into_the_profile_survives_the_log_in_that_came_between(member: Page) -> None:
    address = member.get_by_label("Address")
    save = member.locator("form[data-keep=profile] button[type=submit]")
    member.goto("/me/profile/")
    address.fill("  乌鲁木齐市天山区和平南路 1 号 ")
    save.click()
    expect(address).to_have_value("乌鲁木齐市天山区和平南路 1 号")
    address.fill("乌鲁木齐市天山区解放南路 8 号")
    Session.objects.all().delete()
    save.click()
    expect(member.get_by_role("heading", name="Log in")).to_be_visible()
    log_in_here(member)
    member.wait_for_url("**/me/profile/")
    expect(address).to_have_value("乌鲁木齐市天山区解放南路 8 号")
    assert member.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('draft:'))") == []


def log_in_here(page: Page) -> None:
    page.get_by_label("Phone number or e-mail address").fill(MEMBER)
    page.get_by_label("Password").fill("tessera-demo-2026")
    page.get_by_role("button", name="Log in", exact=True).click()


def test_offline_a_form_is_not_sent_and_says_so_and_goes_through_later(member: Page) -> None:
    fill_in_a_gift(member)
    member.get_by_label("I have read the card agreement").check()
    member.context.set_offline(True)
    expect(member.get_by_text("You are offline.").first).to_be_visible()
    member.get_by_role("button", name="Look once more").click()
    expect(member.get_by_label("Who is it for?")).to_have_value("阿依古丽")
    member.context.set_offline(False)
    member.get_by_role("button", name="Look once more").click()
    expect(member.get_by_role("heading", name="Is everything right?")).to_be_visible()


def test_without_a_connection_the_installed_portal_says_so_in_its_own_words(open_browser: BrowserFor) -> None:
    page = open_browser(width=390, height=844, service_workers="allow")
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("caches.keys().then(names => names.some(name => name.startsWith('tessera-')))")
    page.context.set_offline(True)
    page.goto("/cards/")
    expect(page.get_by_role("heading", name="offline", exact=False)).to_be_visible()
    page.context.set_offline(False)


def test_a_code_is_copied_with_one_click(member: Page) -> None:
    page = member.context.new_page()
    member.context.clear_cookies()
    page.goto("/account/login/code/")
    page.get_by_label("Phone number or e-mail address").fill(MEMBER)
    page.get_by_role("button", name="Send me a code").click()
    code = outbox_code(page, to=MEMBER)
    page.goto("/outbox/?to=13800138005")
    page.get_by_role("button", name="Copy code").first.click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == code


def test_at_the_counter_a_key_leads_back_and_a_refusal_is_heard_once_sounds_are_on(open_browser: BrowserFor) -> None:
    page = open_browser()
    page.add_init_script(COUNT_TONES)
    log_in(page, "clerk@tessera.example", to="/counter/")
    page.get_by_role("button", name="Sounds").click()
    assert page.evaluate("window.tones") == [660, 880]
    page.reload()
    scan(page, "1:not-a-code")
    expect(page.locator("[data-verdict]")).to_be_visible()
    page.wait_for_function("window.tones.length > 0")
    page.goto("/counter/sell/")
    page.locator("h1").click()
    page.keyboard.press("Escape")
    page.wait_for_url("**/counter/")
