"""A manager who does not program revises an earn rule, tries it, simulates higher standards, and sees both in force."""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from core import clock, parameters, sweeps
from loyalty.jobs.simulations import Simulate
from loyalty.models import EarnRule, Simulation
from loyalty.policy.parameters import TierParameters
from tests.browser.conftest import BrowserFor, Days
from tests.browser.pages import clean, log_in, work
from tests.browser.test_a_cards_whole_life import approve, every_invariant_holds

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo")]


def test_a_rule_is_revised_tried_simulated_agreed_and_in_force(open_browser: BrowserFor, days: Days) -> None:
    planner, director = open_browser(), open_browser()
    log_in(planner, "planner@tessera.example", to="/admin/")
    revise(planner)
    approve(director, login="director", says="Within the budget.", what="Member day")
    in_force(planner, days)
    row = simulate(planner)
    propose(planner, row)
    director.goto("/admin/")
    decide(director)
    days.pass_by(days=8)
    ladder = {tier.code: tier for tier in parameters.in_force(TierParameters, on=clock.today()).ladder}
    assert ladder["gold"].spend_minor == 950_000
    work()
    every_invariant_holds()


def revise(page: Page) -> None:
    """Member day gives four times the points; the sentence follows, and a dry run lists each condition."""
    page.goto("/admin/loyalty/earnrule/")
    clean(page)
    page.get_by_role("link", name="Member day").first.click()
    clean(page)
    page.get_by_role("link", name="Revise").click()
    page.get_by_label("Times").fill("4")
    words = page.locator("[data-rule-words]")
    expect(words).to_contain_text("× 4")
    clean(page)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Try it in a dry run").click()
    dry_run(opened.value)
    page.get_by_label("Reason").fill("Members asked for more on their day.")
    page.get_by_role("button", name="Send for approval").click()
    expect(page.get_by_role("heading", name="What changes")).to_be_visible()
    clean(page)


def dry_run(page: Page) -> None:
    """A purchase of ¥100 on the 18th, by an invented member: the draft counts, each condition says what was found."""
    expect(page.get_by_role("heading", name="With this draft")).to_be_visible()
    page.get_by_label("When", exact=False).first.fill("2026-12-18T15:00")
    page.locator("[name=amount_1]").fill("100")
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.locator(".big-figure")).to_contain_text("400 points")
    expect(page.get_by_role("heading", name="Rules that do not apply")).to_be_visible()
    clean(page)
    page.close()


def in_force(page: Page, days: Days) -> None:
    days.pass_by(minutes=5)
    rule = EarnRule.objects.get(code="member-day")
    page.goto(f"/admin/loyalty/earnrule/{rule.pk}/change/")
    expect(page.get_by_text("Version 2").first).to_be_visible()
    expect(page.locator(".rule-sentence")).to_contain_text("× 4")


def simulate(page: Page) -> Simulation:
    """Gold asks for ¥9,500: run over the real history, it says who moves."""
    page.goto("/admin/loyalty/simulation/add/")
    clean(page)
    page.locator("input[name*=spend_minor]").nth(2).fill("9500")
    page.get_by_role("button", name="Run the simulation").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    sweeps.run(Simulate())
    row = Simulation.objects.latest("pk")
    page.goto(f"/admin/loyalty/simulation/{row.pk}/change/")
    expect(page.get_by_role("heading", name="Propose this change")).to_be_visible()
    clean(page)
    return row


def propose(page: Page, row: Simulation) -> None:
    page.get_by_label("In force from").fill((clock.today() + dt.timedelta(days=7)).isoformat())
    page.get_by_label("Reason").fill("Gold is to stay rare.")
    page.get_by_role("button", name="Propose this change").click()
    expect(page.get_by_text("waiting for decision").first).to_be_visible()
    assert row.approvals.count() == 1


def decide(page: Page) -> None:
    """The request leads back to the simulation that it rests on."""
    page.goto("/admin/core/approval/")
    page.locator("#result_list").get_by_role("link", name="Tiers").first.click()
    expect(page.get_by_role("link", name="Simulation", exact=False).first).to_be_visible()
    clean(page)
    page.get_by_label("Reason (needed to reject)").fill("The figures convince.")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved.", exact=True)).to_be_visible()
