"""From a clerk at a dead till to what was learned: called, led, members told, resolved, reviewed, a task for a department."""

import re

import pytest
from playwright.sync_api import Page, expect

from core import clock, sweeps
from service_desk.incidents.models import Incident, MemberTold
from service_desk.quality.models import Task
from tests.browser.conftest import BrowserFor, Days
from tests.browser.pages import PHONE, clean, log_in, work
from tests.browser.test_a_cards_whole_life import approve, every_invariant_holds

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo")]
WHAT = "No card can be checked in Nanjing Road"
MEASURE = "A second line for every store"


def test_an_emergency_is_called_led_told_and_learned_from(open_browser: BrowserFor, days: Days) -> None:
    incident = reported(open_browser(width=1280))
    assert [one.person.email for one in incident.calls.select_related("person")] == ["lead@tessera.example"]
    lead = open_browser()
    log_in(lead, "lead@tessera.example", to="/admin/")
    take_the_lead(lead, incident)
    tell_the_holders(lead, incident)
    sweeps.run("incidents.tell")
    work()
    assert MemberTold.objects.filter(telling__incident=incident).exists()
    hers = open_browser(None, width=PHONE[0], height=PHONE[1])
    log_in(hers, "wanqing@example.com")
    she_was_told(hers)
    days.pass_by(minutes=40)
    log_in(lead, "lead@tessera.example", to="/admin/")  # nobody had been at the screen
    resolve(lead, incident)
    review(lead, incident)
    approve(open_browser(), login="director", says="Agreed.", what=incident.number)
    incident.refresh_from_db()
    assert incident.state == "closed"
    assert Task.objects.get(title=MEASURE).department.code == "operations"
    work()
    every_invariant_holds()


def reported(page: Page) -> Incident:
    """Four things, from the foot of the counter."""
    log_in(page, "clerk@tessera.example", to="/counter/")
    page.get_by_role("link", name="Report an emergency").click()
    clean(page)
    page.get_by_role("button", name="Report it now").click()
    expect(page.locator(".field-error, .errorlist").first).to_be_visible()
    page.get_by_label("What happened").fill(WHAT)
    page.get_by_text("2 · major").click()
    page.get_by_text("Nanjing Road").click()
    page.get_by_role("button", name="Report it now").click()
    expect(page.get_by_role("heading", name=WHAT, exact=True)).to_be_visible()
    clean(page)
    return Incident.objects.get(what=WHAT)


def room(page: Page, incident: Incident) -> None:
    page.goto(f"/admin/service_desk/incident/{incident.pk}/change/")
    expect(page.get_by_role("heading", name=WHAT, exact=True)).to_be_visible()


def take_the_lead(page: Page, incident: Incident) -> None:
    """She answers the call, leads, does a step and writes down what was decided."""
    room(page, incident)
    clean(page)
    page.get_by_role("button", name="I have seen it and see to it").click()
    page.get_by_role("button", name="I lead it").click()
    expect(page.get_by_text("You lead it.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Done")).first.click()
    expect(page.locator(".step-done")).to_have_count(1)
    page.get_by_label("What it is").select_option(label="decision")
    page.get_by_label("What happened, or was decided").fill("Stores write on paper.")
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("Stores write on paper.")).to_be_visible()
    clean(page)


def tell_the_holders(page: Page, incident: Incident) -> None:
    """Whom it concerns is counted while she chooses; so few are told at once."""
    page.get_by_role("link", name="Tell the members concerned").click()
    clean(page)
    page.get_by_text("holders of a card product").click()
    page.locator("summary", has_text=re.compile("^Cards$")).click()
    for product in page.locator("details[open] input[type=checkbox]").all():
        product.check()
    expect(page.locator("[data-count]")).not_to_contain_text("0 members")
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("heading", name=WHAT, exact=True)).to_be_visible()
    clean(page)


def she_was_told(page: Page) -> None:
    page.goto("/inbox/")
    page.get_by_role("link", name=re.compile("Cards cannot be used|会员卡暂时无法使用")).first.click()
    clean(page)


def resolve(page: Page, incident: Incident) -> None:
    room(page, incident)
    page.locator("summary", has_text="It is resolved").click()
    form = page.locator("details[open] form")
    form.get_by_label("In your words").fill("The provider is back; the lists were typed in.")
    form.get_by_role("button", name="It is resolved").click()
    expect(page.get_by_role("link", name="Review", exact=True)).to_be_visible()
    clean(page)


def review(page: Page, incident: Incident) -> None:
    page.get_by_role("link", name="Review", exact=True).click()
    clean(page)
    page.get_by_label("What happened").fill("The line of the store was cut for forty minutes.")
    page.get_by_label("Causes").fill("One line, and nobody rehearsed the paper lists.")
    first = page.locator("fieldset.line-form").first
    first.get_by_label("Measure", exact=True).fill(MEASURE)
    first.get_by_label("Department that does it").select_option(label="运营策划部 Operations planning")
    first.get_by_label("To be done by").fill(clock.today().replace(day=28).isoformat())
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Hand it to a second person").click()
    expect(page.get_by_text("It waits for a second person.")).to_be_visible()
    clean(page)
