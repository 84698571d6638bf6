"""From a complaint on a member's phone to an improvement that was verified: looked into, compensated, answered, prevented."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

from core import clock, sweeps
from core.models import Department, User
from service_desk.models import Case, Complaint, ComplaintFollowUp, ImprovementMeasure
from service_desk.operations import tasks
from tests.browser.conftest import BrowserFor, Days
from tests.browser.pages import PHONE, clean, log_in, work
from tests.browser.test_a_cards_whole_life import approve, every_invariant_holds
from tests.browser.test_service_desk import write

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo")]
SUBJECT, WORDS = "合作酒店不认会员卡", "周六在合作酒店出示会员卡，前台说名单里没有我，拒绝升级房型。"
CAUSE = "Partner › Benefit refused by a partner"


def test_a_complaint_is_answered_prevented_and_verified(open_browser: BrowserFor, days: Days) -> None:
    hers = open_browser(None, width=PHONE[0], height=PHONE[1])
    log_in(hers, "wanqing@example.com")
    case = write(hers, subject=SUBJECT, text=WORDS)
    assert case.category is not None, "her words suggest one"
    assert case.category.code == "benefit-refused"
    agent, lead, director, owner = (open_browser() for _ in range(4))
    log_in(agent, "service@tessera.example", to="/admin/")
    look_into(agent, case)
    compensate(agent, case)
    approve(lead, login="lead", says="A weekend was spoilt.", what=case.number)
    answer_and_close(agent, case)
    she_reads(hers, case)
    not_satisfied(open_browser(None, width=PHONE[0], height=PHONE[1]), case, days)
    log_in(agent, "service@tessera.example", to="/admin/")  # days have gone by
    settle(agent, case, days)
    satisfied(open_browser(None, width=PHONE[0], height=PHONE[1]), case, days)
    log_in(lead, "lead@tessera.example", to="/admin/")
    propose(lead)
    row = ImprovementMeasure.objects.get(title="Every partner scans the card")
    agree(director, row)
    carry_out(owner, row, days)
    verify(director, row, days)
    sweeps.run("tiers.evaluate")  # the night after so many days
    work()
    every_invariant_holds()


def open_page(page: Page, case: Case) -> None:
    page.goto(f"/admin/service_desk/complaint/{case.pk}/change/")


def do(page: Page, title: str) -> None:
    """Open one of the forms of the page."""
    page.locator("summary", has_text=re.compile(f"^{title}$")).first.click()


def look_into(page: Page, case: Case) -> None:
    """A step with its evidence, a question to a department that answers, what was found, why it came about."""
    page.goto("/admin/service_desk/complaint/")
    clean(page)
    page.get_by_role("link", name=case.number).click()
    expect(page.get_by_role("heading", name=SUBJECT)).to_be_visible()
    clean(page)
    do(page, "Write down a step")
    page.get_by_label("How it was found out").select_option(label="records looked at")
    page.get_by_label("What came of it").fill("名单传输日志：当天未包含该卡。")
    page.get_by_label("Evidence").set_input_files(
        {"name": "list.txt", "mimeType": "text/plain", "buffer": b"2026-11-21 412 cards"}
    )
    page.get_by_role("button", name="Write down a step").click()
    expect(page.get_by_role("link", name="list.txt")).to_be_visible()
    do(page, "Ask a department")
    page.get_by_label("Department", exact=True).select_option(label="运营策划部 Operations planning")
    page.get_by_label("What do we ask?").fill("名单为什么少了一批卡？")
    page.get_by_role("button", name="Ask a department").click()
    expect(page.get_by_text("名单为什么少了一批卡？")).to_be_visible()
    asked = case.tasks.get()
    assert asked.department == Department.objects.get(code="operations")
    planner = User.objects.with_email("planner@tessera.example")
    assert planner is not None
    tasks.answer(asked, answer="夜间任务失败，合作方沿用了旧名单。", by=planner)
    open_page(page, case)
    expect(page.locator("blockquote")).to_contain_text("合作方沿用了旧名单")
    do(page, "Say what was found")
    page.locator("#id_finding_finding").select_option(label="justified")
    page.locator("#id_finding_text").fill("合作方名单过期，会员无过错。")
    page.get_by_role("button", name="Say what was found").click()
    do(page, "Name it")
    page.locator("#id_cause_cause").select_option(label=CAUSE)
    page.get_by_role("button", name="Keep").last.click()
    expect(page.get_by_text(CAUSE).first).to_be_visible()
    clean(page)


def compensate(page: Page, case: Case) -> None:
    """A coupon at once; the points go beyond what an agent may give, and wait."""
    do(page, "Give a coupon")
    page.get_by_label("Coupon", exact=True).select_option(index=1)
    page.locator("#id_coupon_reason").fill("周末行程受影响")
    page.get_by_role("button", name="Give a coupon").click()
    expect(page.get_by_text("given", exact=True)).to_be_visible()
    do(page, "Give points")
    page.get_by_label("Points", exact=True).fill("8000")
    page.locator("#id_points_reason").fill("房型升级未兑现")
    page.get_by_role("button", name="Give points").click()
    expect(page.get_by_text("waits for a decision", exact=True)).to_be_visible()
    expect(page.get_by_text("A compensation waits for a decision; answer once it is made.")).to_be_visible()
    clean(page)


def answer_and_close(page: Page, case: Case) -> None:
    open_page(page, case)
    do(page, "Answer the member")
    page.locator("#id_answer_text").fill("林女士您好，是合作方名单过期所致，已更正；优惠券与积分已到账，敬请见谅。")
    page.get_by_role("button", name="Send the answer").click()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator(".stage-now")).to_contain_text("Closed")
    assert Complaint.objects.get(pk=case.pk).follow_up_due_at is not None


def she_reads(page: Page, case: Case) -> None:
    """How far it is, what was decided, what she was given."""
    page.goto(f"/me/complaints/{case.number}/")
    expect(page.get_by_text("Your complaint is justified")).to_be_visible()
    expect(page.get_by_text("8,000 points")).to_be_visible()
    clean(page)


def not_satisfied(page: Page, case: Case, days: Days) -> None:
    """Three days later she is asked; the link needs no log-in."""
    days.pass_by(days=3, minutes=5)
    sweeps.run("complaints.follow_up")
    work()
    page.goto(f"/complaints/{newest(case).token}/")
    clean(page)
    page.get_by_role("button", name="No, something is still wrong").click()
    expect(page.get_by_role("alert")).to_contain_text("what is still wrong")
    page.get_by_label("What could have been better?").fill("今天再去，还是没有。")
    page.get_by_role("button", name="No, something is still wrong").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    case.refresh_from_db()
    assert case.state == "open"


def newest(case: Case) -> ComplaintFollowUp:
    return ComplaintFollowUp.objects.filter(complaint_id=case.pk).latest("pk")


def settle(page: Page, case: Case, days: Days) -> None:
    open_page(page, case)
    expect(page.get_by_text("今天再去，还是没有。").first).to_be_visible()
    do(page, "Answer once more")
    page.locator("#id_answer_text").fill("已请酒店当场核对并加入名单，今晚为您安排升级。")
    page.get_by_role("button", name="Send the answer").click()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.locator(".stage-now")).to_contain_text("Closed")


def satisfied(page: Page, case: Case, days: Days) -> None:
    days.pass_by(days=3, minutes=5)
    sweeps.run("complaints.follow_up")
    page.goto(f"/complaints/{newest(case).token}/")
    page.get_by_role("button", name="Yes, I am satisfied").click()
    expect(page.get_by_text("We are glad that it is settled.")).to_be_visible()
    clean(page)


def propose(page: Page) -> None:
    """The analysis shows the cause; from its line a measure is proposed."""
    page.goto("/admin/service_desk/complaint/analysis/?period=2026-Q4")
    clean(page)
    line = page.locator("section[aria-labelledby=by-cause] tr", has_text=CAUSE)
    line.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name=CAUSE)).to_be_visible()
    clean(page)
    page.go_back()
    line.get_by_role("link", name="Propose an improvement").click()
    page.get_by_label("Measure", exact=True).fill("Every partner scans the card")
    page.get_by_label("What is done").fill(
        "The card is checked online at the partner's desk; lists are no longer sent."
    )
    page.get_by_label("Owner").select_option(label="孙丽 Sun Li")
    page.get_by_label("Department").select_option(label="会员拓展部 Member expansion")
    page.get_by_label("To be done by").fill((clock.today() + dt.timedelta(days=30)).isoformat())
    clean(page)
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_role("heading", name="Every partner scans the card").first).to_be_visible()
    expect(page.get_by_role("button", name="Agree")).to_have_count(0)


def agree(page: Page, row: ImprovementMeasure) -> None:
    """Somebody else agrees."""
    log_in(page, "director@tessera.example", to="/admin/")
    page.goto(f"/admin/service_desk/improvementmeasure/{row.pk}/change/")
    clean(page)
    page.get_by_role("button", name="Agree").click()
    expect(page.get_by_text("Agreed. The owner was told.")).to_be_visible()


def carry_out(page: Page, row: ImprovementMeasure, days: Days) -> None:
    """The owner, a store manager, opens it from her inbox."""
    log_in(page, "manager@tessera.example", to="/admin/")
    page.goto(f"/admin/service_desk/improvementmeasure/{row.pk}/change/")
    page.get_by_role("button", name="Begin the work").click()
    days.pass_by(days=2)
    log_in(page, "manager@tessera.example", to="/admin/")
    page.goto(f"/admin/service_desk/improvementmeasure/{row.pk}/change/")
    page.get_by_label("In a few words").first.fill("Scanners stand at all desks.")
    page.get_by_role("button", name="It is done").click()
    expect(page.get_by_text("It was not done for long enough")).to_be_visible()
    expect(page.get_by_role("button", name="Confirm the verdict")).to_have_count(0)
    clean(page)


def verify(page: Page, row: ImprovementMeasure, days: Days) -> None:
    """Ninety days without such a complaint: the figures say it, the director confirms it."""
    days.pass_by(days=92)
    sweeps.run("improvements.remind")
    log_in(page, "director@tessera.example", to="/admin/")
    page.get_by_role("link", name=re.compile("Improvement measures to verify")).click()
    page.get_by_role("link", name=row.title).click()
    expect(page.get_by_text("as rare as hoped").first).to_be_visible()
    clean(page)
    page.get_by_role("button", name="Confirm the verdict").click()
    expect(page.get_by_text("Confirmed.", exact=True)).to_be_visible()
    row.refresh_from_db()
    review = row.reviews.get()
    assert (row.state, review.proposed, review.after_cases) == ("verified", "effective", 0)
    assert review.before_cases >= 6
    clean(page)
