"""A new member buys, earns, reaches gold, redeems a gift and a breakfast, brings goods back, and lets points lapse."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from cards import demo_renewals
from cards.models import Product
from core import clock, sweeps
from loyalty.jobs.points import Lapse, Mature
from loyalty.models import MemberTier, PointLot, RewardOrder
from members.models import LegalText, Member
from members.operations import consent
from tests import factories
from tests.browser.conftest import BrowserFor, Days
from tests.browser.pages import clean, log_in, scan, work
from tests.browser.test_a_cards_whole_life import every_invariant_holds

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo")]
PHONE = {"width": 390, "height": 844}


def test_a_new_member_reaches_gold_and_all_that_follows(open_browser: BrowserFor, days: Days) -> None:
    member = factories.MemberFactory.create(name="沈佳怡", birth_on=dt.date(1990, 5, 20))
    consent.accept(member, [LegalText.Kind.TERMS, LegalText.Kind.PRIVACY], language="en")
    card = demo_renewals.buy(member, Product.objects.get(code="harbour"), "journey")
    demo_renewals.activate(card, member)
    clerk, phone = open_browser(), open_browser(member.user, **PHONE)
    log_in(clerk, "clerk2@tessera.example", to="/counter/")

    buy(clerk, card.number.number)
    told_of_gold(phone)
    wait_for_points(phone, days)
    redeem_a_gift(clerk, phone)
    have_breakfast(clerk, phone, card.number.number)
    bring_back(clerk, phone, member)
    let_points_lapse(phone, days, member)
    work()
    every_invariant_holds()


def buy(page: Page, number: str) -> None:
    """A purchase line by line: points are told, and from when they can be used."""
    page.goto("/counter/")
    scan(page, number)
    page.get_by_role("link", name="Purchase P").click()
    page.get_by_label("Receipt number").fill("J-100")
    page.get_by_text("Line by line").click()
    for place, (goods, quantity, paid) in enumerate((("home", "1", "6500"), ("food", "2", "2000")), start=1):
        for name, typed in (("category", goods), ("quantity", quantity), ("paid", paid)):
            page.locator(f"[name={name}_{place}]").fill(typed)
    clean(page)
    page.get_by_role("button", name="Record").click()
    expect(page.locator("h1.verdict-title")).to_contain_text("points")
    expect(page.get_by_text("They can be used from")).to_be_visible()


def told_of_gold(page: Page) -> None:
    work()
    page.goto("/me/tier/")
    expect(page.get_by_role("heading", name="Gold", exact=True)).to_be_visible()
    clean(page)
    page.goto("/inbox/")
    expect(page.get_by_text(re.compile("Gold")).first).to_be_visible()
    page.goto("/me/points/")
    expect(page.get_by_text("Pending").first).to_be_visible()
    clean(page)


def wait_for_points(page: Page, days: Days) -> None:
    days.pass_by(days=8)
    sweeps.run(Mature())
    assert PointLot.objects.filter(is_pending=True, matures_on__lte=clock.today()).count() == 0
    page.goto("/me/rewards/")
    clean(page)


def redeem_a_gift(clerk: Page, phone: Page) -> None:
    """Reserved on the phone, handed over at the counter by its code."""
    phone.get_by_role("link", name="Longquan celadon cup").first.click()
    phone.get_by_text("Pick it up at a store").click()
    phone.get_by_label("Store", exact=True).select_option(label="春熙路店 Chunxi Road")
    clean(phone)
    phone.get_by_role("button", name=re.compile("Redeem 2,400 points")).click()
    expect(phone.get_by_text("Longquan celadon cup").first).to_be_visible()
    order = RewardOrder.objects.latest("pk")
    log_in(clerk, "clerk2@tessera.example", to="/counter/gifts/")
    clerk.get_by_label("Pick-up code").fill(order.code)
    clerk.keyboard.press("Enter")
    clean(clerk)
    clerk.get_by_role("button", name="Hand over").click()
    expect(clerk.get_by_text("Hand it over.")).to_be_visible()


def have_breakfast(clerk: Page, phone: Page, number: str) -> None:
    """Reserved for this morning, redeemed when she comes."""
    phone.goto("/me/benefits/")
    clean(phone)
    phone.get_by_role("link", name="Reserve Breakfast for two").click()
    clean(phone)
    phone.get_by_role("link", name="春熙路店 Chunxi Road").click()
    phone.locator(".times button:not([disabled])").first.click()
    expect(phone.get_by_role("heading", name="Reserved for you")).to_be_visible()
    clerk.goto("/counter/")
    scan(clerk, number)
    clerk.get_by_role("link", name=re.compile("Breakfast for two")).first.click()
    clean(clerk)
    clerk.get_by_role("button", name="Redeem now").click()
    expect(clerk.locator("[data-verdict=ok]").first).to_be_visible()


def bring_back(clerk: Page, phone: Page, member: Member) -> None:
    """The dearer line comes back: its points go with it, and gold was not reached after all."""
    clerk.goto("/counter/returns/")
    clerk.get_by_label("Receipt number").fill("J-100")
    clerk.keyboard.press("Enter")
    clerk.get_by_role("link", name=re.compile("J-100")).click()
    clerk.get_by_role("row", name=re.compile("home")).get_by_role("textbox").fill("1")
    clean(clerk)
    clerk.get_by_role("button", name="Take these back").click()
    expect(clerk.get_by_text("¥6,500.00 back")).to_be_visible()
    assert MemberTier.objects.get(member=member).tier == "silver"
    phone.goto("/me/tier/")
    expect(phone.get_by_role("heading", name="Silver", exact=True)).to_be_visible()
    phone.goto("/me/points/")
    expect(phone.get_by_text("aken back").first).to_be_visible()


def let_points_lapse(phone: Page, days: Days, member: Member) -> None:
    days.pass_by(days=800)
    for sweep in (*sweeps.registered(), Mature(), Lapse()):
        sweeps.run(sweep)
    log_in(phone, member.phone or "", to="/me/points/", password=factories.PASSWORD)
    expect(phone.get_by_text("Lapsed").first).to_be_visible()
    assert not PointLot.objects.filter(member=member, is_open=True, last_valid_on__lt=clock.today()).exists()
