"""Renewal in a real browser: at the counter by keyboard, and by itself with its notice and its switch."""

import re

import pytest
from playwright.sync_api import expect

from cards.jobs import renewal as jobs
from cards.models import Card, Payment, RenewalMandate
from cards.operations import codes
from cards.queries import mandates
from core import show, sweeps
from core.models import Message, User
from members.models import Member
from tests.browser.conftest import BrowserFor, Days
from tests.browser.pages import Keyboard, clean, log_in, work

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo")]
MOST_KEYS = 12


def card_of(phone: str) -> Card:
    member = Member.objects.by_phone(phone).get()
    return Card.objects.select_related("number").get(holder=member, last_valid_on__isnull=False)


def test_a_card_is_renewed_at_the_counter_by_keyboard_alone(open_browser: BrowserFor) -> None:
    card = card_of("+85291234567")
    page = open_browser(User.objects.with_email("clerk@tessera.example"))
    page.goto("/counter/renew/")
    clean(page)
    hands = Keyboard(page)
    hands.scan(card.number.number)
    expect(page.get_by_role("heading", name="Renew:")).to_be_visible()
    clean(page)
    page.locator("#years-1").focus()
    hands.press("2", "Enter", "Space", "Enter")
    expect(page.get_by_label("Cash given")).to_be_focused()
    hands.write("600")
    hands.press("Enter")
    before = card.last_valid_on
    assert before is not None
    until = before.replace(year=before.year + 2)
    expect(page.get_by_role("heading", name=f"Renewed through {show.day(until)}")).to_be_visible()
    expect(page.get_by_text("Change: ¥73.76")).to_be_visible()
    clean(page)
    assert hands.pressed <= MOST_KEYS
    card.refresh_from_db()
    assert card.last_valid_on == until


def test_points_pay_a_part_of_a_renewal_at_the_counter_by_keyboard_alone(open_browser: BrowserFor) -> None:
    card = card_of("+85291234567")
    page = open_browser(User.objects.with_email("clerk@tessera.example"))
    hands = Keyboard(page)
    page.goto("/counter/")
    hands.scan(codes.make(card))  # she shows her card: her yes to as many points
    page.wait_for_url("**/counter/cards/**")
    page.goto(f"/counter/cards/{card.public_id}/renew/")
    page.locator("#years-1").focus()
    hands.press("Enter", "Space", "F2")
    expect(page.get_by_label("Points to redeem")).to_be_focused()
    hands.write("5000")
    hands.press("Enter", "Enter")
    expect(page.get_by_text("To pay", exact=True)).to_be_visible()
    expect(page.get_by_label("Cash given")).to_be_focused()
    clean(page)
    hands.write("300")
    hands.press("Enter")
    expect(page.get_by_role("heading", name="Renewed through")).to_be_visible()
    expect(page.get_by_role("cell", name="5,000 points")).to_be_visible()
    clean(page)


def test_a_card_renews_itself_after_its_notice_and_stops_in_one_step(open_browser: BrowserFor, days: Days) -> None:
    card = card_of("+85291234567")
    page = open_browser(width=390, height=844)
    log_in(page, "thomas@example.com")
    page.goto(f"/renew/{card.public_id}/auto/")
    expect(page.get_by_role("checkbox")).not_to_be_checked()
    clean(page)
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Switch automatic renewal on").click()
    expect(page.get_by_text("On. We tell you before each charge.")).to_be_visible()

    sweeps.run("cards.notify_auto_renewals")
    work()
    page.goto(f"/renew/{card.public_id}/auto/")
    expect(page.get_by_text("Next charge")).to_be_visible()
    clean(page)
    assert jobs.charge_auto_renewals() == 0
    days.pass_by(days=5)
    jobs.charge_auto_renewals()
    work()
    before = card.last_valid_on
    card.refresh_from_db()
    assert before is not None
    assert card.last_valid_on == before.replace(year=before.year + 1)
    assert Payment.objects.filter(order__renewal_charge__mandate__card=card, state="succeeded").count() == 1

    stranger = open_browser()
    notice = Message.objects.get(event="auto_renewal.notice", channel="email")
    link = re.search(r"/renew/off/\S+/", notice.body)
    assert link
    stranger.goto(link.group())
    clean(stranger)
    stranger.get_by_role("button", name="Switch automatic renewal off").click()
    expect(stranger.get_by_role("heading", name="Automatic renewal is off")).to_be_visible()
    clean(stranger)
    assert RenewalMandate.objects.get(card=card).ended_because == "member"
    assert mandates.live(card) is None


def test_the_board_of_renewals_is_clean(open_browser: BrowserFor) -> None:
    card = card_of("+8613800138005")
    page = open_browser(User.objects.with_email("service@tessera.example"))
    page.goto(f"/admin/cards/cardreminder/board/?day={card.last_valid_on}")
    expect(page.get_by_role("heading", name="Not renewed, ending")).to_be_visible()
    clean(page)
    for name in ("cardreminder", "renewalmandate", "activationfollowup"):
        page.goto(f"/admin/cards/{name}/")
        clean(page)
