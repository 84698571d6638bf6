"""Joining, a passkey and coming back, in Chromium with an authenticator of its own (MEM-01, SEC-01)."""

import pytest
from playwright.sync_api import Page, expect

from members.models import Consent, Member
from tests.browser.conftest import BrowserFor
from tests.browser.pages import accessible
from tests.members.entrance_helpers import code_sent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _with_authenticator(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


@pytest.mark.parametrize("width", [1440, 360])
def test_she_joins_by_phone_sets_a_passkey_and_comes_back_with_it(open_browser: BrowserFor, width: int) -> None:
    page = open_browser(width=width, locale="en")
    _with_authenticator(page)
    page.goto("/account/join/")
    accessible(page)
    page.get_by_label("Your name").fill("Li Na")
    page.get_by_label("Phone number or e-mail address").fill("139 1234 5678")
    page.get_by_label("I agree to the").check()
    page.get_by_label("Send me offers and news by SMS").check()
    page.get_by_role("button", name="Send me a code").click()
    accessible(page)
    page.get_by_label("Code").fill(code_sent())
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Welcome, Li Na")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="With a passkey").click()
    accessible(page)
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/")
    page.goto("/me/security/")
    expect(page.get_by_text("1 passkey", exact=True)).to_be_visible()
    accessible(page)
    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    page.goto("/account/login/")
    accessible(page)
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url(lambda url: "/account/" not in url)
    page.goto("/me/profile/")
    expect(page.get_by_role("heading", name="Li Na")).to_be_visible()
    accessible(page)
    assert Member.objects.get().phone == "+8613912345678"


def test_switches_are_kept_and_texts_can_be_read(open_browser: BrowserFor, wanqing: Member) -> None:
    page = open_browser(wanqing.user, width=390, locale="en")
    page.goto("/me/preferences/")
    accessible(page)
    page.locator("#id_marketing_sms").check()
    page.get_by_role("button", name="Save").click()
    page.wait_for_load_state()
    expect(page.locator("#id_marketing_sms")).to_be_checked()
    assert Consent.objects.filter(purpose="marketing", channel="sms", granted=True).count() == 1
    for address in ("/legal/privacy/", "/legal/terms/", "/legal/card-agreement/", "/account/sessions/"):
        page.goto(address)
        accessible(page)


def test_what_was_typed_survives_an_ended_session(open_browser: BrowserFor, wanqing: Member) -> None:
    page = open_browser(wanqing.user, locale="en")
    page.goto("/me/profile/")
    page.locator("textarea[name=address]").fill("A new place")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/account/login/**")
    page.get_by_label("Phone number or e-mail address").fill("13812340001")
    page.get_by_label("Password").fill("amber-lantern-42")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url("**/me/profile/")
    expect(page.locator("textarea[name=address]")).to_have_value("A new place")
