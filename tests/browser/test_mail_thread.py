"""An e-mail thread in a browser (SVC-01 · A6.2.1): the demo's outbox answers, the desk replies, it is one case."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.models import Message, User
from members.models import Member
from service_desk.models import Case
from service_desk.operations import letters, threads
from tests.browser.conftest import BrowserFor, Days
from tests.browser.pages import clean, work
from tests.service_desk.channels.letters import arrives

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HERS = "wanqing.lin@example.com"


def test_a_thread_of_mails_without_a_mailbox(
    open_browser: BrowserFor, days: Days, wanqing: Member, service_agent: User, tmp_path: Path
) -> None:
    page = open_browser(width=390)
    page.goto("/outbox/")
    page.get_by_role("link", name="Write to the service desk").click()
    clean(page)
    page.get_by_label("From").fill(HERS)
    page.get_by_label("Subject").fill("Breakfast voucher")
    page.get_by_label("Text").fill("My breakfast voucher does not work.")
    page.get_by_role("button", name="Send").click()
    case = Case.objects.get()
    expect(page.get_by_text(f"Received. Case {case.number}.")).to_be_visible()
    assert case.member == wanqing

    work()
    expect(page.get_by_text(f"我们已收到您的来信 · {case.number}")).to_be_visible()
    clean(page)
    threads.reply(case, body="Which store was it, please?", by=service_agent)
    work()
    row = page.locator(".outbox-row", has_text="Which store was it, please?")
    row.get_by_role("link", name="Answer this e-mail").click()
    clean(page)
    bill = tmp_path / "bill.txt"
    bill.write_text("breakfast 38")
    page.get_by_label("Your answer").fill("Nanjing Road, last Sunday.")
    page.get_by_label("File").set_input_files(bill)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text(f"Received. Case {case.number}.")).to_be_visible()
    entries = list(case.entries.order_by("id"))
    assert [one.direction for one in entries] == ["in", "out", "in"]
    assert entries[-1].body == "Nanjing Road, last Sunday.\n\n[…]"
    assert entries[-1].attachments.get().name == "bill.txt"
    assert Message.objects.filter(event=letters.RECEIVED, channel="email").count() == 1


def test_what_a_machine_writes_is_settled_in_the_back_office(
    open_browser: BrowserFor, days: Days, wanqing: Member, service_agent: User
) -> None:
    mail = arrives(text="Please cancel my card.", subject="Urgent", Auto_Submitted="auto-generated").mail
    page = open_browser(service_agent)
    page.goto("/admin/")
    page.get_by_role("link", name="E-mails set aside").first.click()
    clean(page)
    page.locator("#result_list tbody a").first.click()
    expect(page.get_by_text("Please cancel my card.")).to_be_visible()
    clean(page)
    page.get_by_role("link", name="Make it a case").click()
    page.get_by_role("button", name="Confirm").click()
    case = Case.objects.get()
    expect(page.get_by_role("link", name=case.number)).to_be_visible()
    mail.refresh_from_db()
    assert mail.settled_by == service_agent
