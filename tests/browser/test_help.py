"""Help in Chromium (SVC-15, MEM-11): answers while typing, whether one helped, an editor at work, what is announced."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from core.models import User
from members.models import Member
from service_desk.knowledge.models import ArticleRating, ArticleVersion
from tests.browser.conftest import BrowserFor
from tests.browser.pages import clean

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("demo")]


def colleague(login: str) -> User:
    found = User.objects.with_email(f"{login}@tessera.example")
    assert found is not None
    return found


def wanqing() -> Member:
    return Member.objects.by_phone("+8613800138001").get()


def suggested(page: Page) -> list[str]:
    return [one.strip() for one in page.locator(".suggestions-list a").all_inner_texts()]


@pytest.mark.parametrize("width", [1440, 360])
def test_answers_appear_while_a_visitor_types_and_one_helps_her(open_browser: BrowserFor, width: int) -> None:
    page = open_browser(width=width)
    page.goto("/help/")
    clean(page)
    field = page.get_by_label("What would you like to know?")
    field.press_sequentially("activ", delay=30)
    first = page.locator(".suggestions-list a").first
    expect(first).to_contain_text("Activating a card, step by step")
    expect(page.locator(".suggestions [role=status]")).to_contain_text("Answers that may fit")
    field.press("Escape")
    expect(page.locator(".suggestions")).to_be_hidden()
    field.press_sequentially("a", delay=30)
    expect(first).to_be_visible()
    page.keyboard.press("Tab")  # the button
    page.keyboard.press("Tab")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/help/activate-a-card/")
    clean(page)
    page.get_by_role("button", name="No", exact=True).click()
    expect(page.get_by_text("Thank you for telling us.")).to_be_visible()
    page.get_by_label("What were you looking for?").fill("Where is the code printed?")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("We read every word")).to_be_visible()
    row = ArticleRating.objects.latest("pk")
    assert (row.helped, row.comment) == (False, "Where is the code printed?")


def test_a_question_is_asked_once_for_a_pause_and_answers_come_in_the_readers_language(
    open_browser: BrowserFor,
) -> None:
    page = open_browser(locale="zh-CN")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/help/suggest/" in request.url else None)
    page.goto("/help/")
    page.get_by_role("searchbox").press_sequentially("积分什么时候过期", delay=20)
    expect(page.locator(".suggestions-list a").first).to_contain_text("积分怎么算")
    assert len(asked) <= 2
    page.get_by_role("searchbox").fill("")
    expect(page.locator(".suggestions")).to_be_hidden()


def test_a_late_answer_never_stands_over_a_newer_one_and_trouble_is_silent(open_browser: BrowserFor) -> None:
    page = open_browser(locale="en")
    page.goto("/help/")

    def late(route: Route) -> None:
        if "q=points" in route.request.url:
            page.wait_for_timeout(900)
        route.continue_()

    page.route("**/help/suggest/**", late)
    field = page.get_by_role("searchbox")
    field.fill("points")
    page.wait_for_timeout(400)
    field.fill("privacy")
    expect(page.locator(".suggestions-list a").first).to_contain_text("data")
    page.wait_for_timeout(1_200)
    assert "How points work" not in " ".join(suggested(page))
    page.unroute("**/help/suggest/**")
    page.route("**/help/suggest/**", lambda route: route.fulfill(status=429, json={"results": []}))
    field.fill("benefits")
    page.wait_for_timeout(500)
    field.press("Enter")
    page.wait_for_url(re.compile(r"/help/search/\?q=benefits"))
    expect(page.get_by_role("link", name="All about benefits")).to_be_visible()


def test_without_scripts_the_search_is_a_page(open_browser: BrowserFor) -> None:
    page = open_browser(locale="en", java_script_enabled=False)
    page.goto("/help/")
    page.get_by_role("searchbox").fill("money back")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name=re.compile("Can I change my mind"))).to_be_visible()
    page.goto("/help/search/?q=aeroplane")
    expect(page.get_by_text("Nothing found")).to_be_visible()


def test_an_announcement_stands_above_her_pages_until_she_puts_it_away(open_browser: BrowserFor) -> None:
    page = open_browser(wanqing().user)
    page.goto("/me/points/")
    banner = page.locator("[data-news]")
    expect(banner).to_contain_text("The lounge at Nanjing Road opens at nine")
    expect(page.locator(".rail .count.push").first).to_be_visible()
    clean(page)
    page.get_by_role("button", name=re.compile("Put away")).click()
    expect(banner).to_have_count(0)
    page.goto("/me/tier/")
    expect(banner).to_have_count(0)
    page.goto("/me/news/")
    clean(page)
    page.get_by_role("link", name=re.compile("The lounge at Nanjing Road")).click()
    expect(page.get_by_role("heading", name="The lounge at Nanjing Road opens at nine")).to_be_visible()
    clean(page)
    page.goto("/me/news/")
    expect(page.locator(".unread")).to_have_count(0)


def test_an_editor_writes_with_the_reader_in_view_and_a_second_person_publishes(open_browser: BrowserFor) -> None:
    page = open_browser(colleague("service"))
    page.goto("/admin/service_desk/article/")
    clean(page)
    page.goto("/admin/service_desk/article/add/")
    clean(page)
    page.get_by_label("Address", exact=True).fill("parking")
    page.locator("#id_title_en").fill("Where can I park?")
    page.locator("#id_body_en").fill("# At Nanjing Road\n\n- **two hours** free\n- <b>no</b> HTML")
    preview = page.locator("[data-preview]")
    expect(preview.locator("strong")).to_have_text("two hours")
    expect(preview).to_contain_text("<b>no</b> HTML")
    page.locator("#id_title_zh_hans").fill("哪里可以停车？")
    page.locator("#id_body_zh_hans").fill("南京东路店免费两小时。")
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.get_by_text("Nobody finds it until it is published").first).to_be_visible()
    clean(page)
    page.get_by_label("Why it is published").fill("Looked for in vain every day")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("waits for a second person")).to_be_visible()
    clean(page)

    director = open_browser(colleague("director"))
    director.goto("/admin/core/approval/")
    director.get_by_role("link", name="Where can I park?").click()
    clean(director)
    director.get_by_role("button", name="Approve").click()
    director.wait_for_url("**/admin/core/approval/")
    assert ArticleVersion.objects.get(article__slug="parking").state == "published"

    reader = open_browser(locale="zh-CN")
    reader.goto("/help/search/?q=停车")
    reader.get_by_role("link", name=re.compile("哪里可以停车")).click()
    expect(reader.get_by_text("南京东路店免费两小时")).to_be_visible()


def test_an_agent_finds_an_answer_and_copies_it_in_the_callers_language(open_browser: BrowserFor) -> None:
    page = open_browser(colleague("service"), permissions=["clipboard-read", "clipboard-write"])
    page.goto("/admin/service_desk/article/find/?language=zh-hans")
    clean(page)
    page.get_by_label("What is asked?").press_sequentially("退款", delay=30)
    answer = page.locator(".kb-list li").first
    expect(answer).to_contain_text("Can I change my mind?")
    answer.get_by_role("button").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("可以。支付后 7 天内")
    assert copied.endswith("/help/change-my-mind/")
    page.get_by_label("What is asked?").fill("caller")
    expect(page.locator(".kb-list")).to_contain_text("Who is calling?")
    page.locator(".kb-list li").filter(has_text="Who is calling?").get_by_role("button").click()
    expect(page.get_by_text("For colleagues only")).to_be_visible()


def test_the_editors_pages_have_nothing_to_mend(open_browser: BrowserFor) -> None:
    page = open_browser(colleague("service"))
    waiting = ArticleVersion.objects.get(state="waiting")
    for path in (
        f"/admin/service_desk/article/{waiting.article_id}/change/",
        f"/admin/service_desk/article/{waiting.article_id}/compare/",
        "/admin/service_desk/vainsearch/",
        "/admin/service_desk/articlecategory/",
        "/admin/service_desk/announcement/",
        "/admin/service_desk/announcement/add/",
    ):
        page.goto(path)
        clean(page)
    page.goto("/admin/service_desk/announcement/")
    page.get_by_role("link", name=re.compile("lounge")).click()
    clean(page)


def test_colleagues_at_a_store_read_theirs_at_the_counter(open_browser: BrowserFor) -> None:
    page = open_browser(colleague("manager"))
    page.goto("/admin/")
    expect(page.locator(".news-office, .news")).to_have_count(0)  # not pinned in the demo
    page.goto("/me/news/")
    expect(page.get_by_role("link", name=re.compile("Stock-taking"))).to_be_visible()
