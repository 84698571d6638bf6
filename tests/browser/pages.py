"""What a person at a screen does again and again in the browser tests, and the eye that looks over every page."""

import json
from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from cards.jobs import buying
from core.messaging import dispatch
from members.demo import PASSWORD

PHONE, DESK = (360, 780), (1440, 900)
CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9"}
CONTRAST: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
Look = tuple[tuple[int, int], Literal["light", "dark"], dict[str, Any]]
LOOKS: Sequence[Look] = (
    (DESK, "dark", {}),
    (DESK, "light", CONTRAST),
    (PHONE, "dark", CONTRAST),
    (PHONE, "light", {}),
)
STILL = """() => {
  const still = new CSSStyleSheet();
  still.replaceSync("*, *::before, *::after { transition: none !important; animation: none !important; }");
  document.adoptedStyleSheets = [still];
}"""
"""Colours that are still on their way are no colours to be judged."""


def log_in(page: Page, address: str, *, to: str = "/me/", password: str = PASSWORD) -> None:
    """Through the door, with address and password."""
    page.goto(f"/account/login/?next={to}")
    page.get_by_label("Phone number or e-mail address").fill(address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url(f"**{to}")


def scan(page: Page, text: str) -> None:
    """A scanner: the characters in one fast row, and Enter."""
    page.keyboard.type(text, delay=1)
    page.keyboard.press("Enter")


class Keyboard:
    """A clerk's hands: keys are counted, scans are not."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.wait_for_load_state()
            self.page.wait_for_timeout(120)  # hands are slower than a page
            self.pressed += 1
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(80)

    def write(self, text: str) -> None:
        """Into the field that has the focus; a Chinese name comes out of an input method."""
        self.pressed += len(text)
        self.page.keyboard.type(text, delay=60)

    def scan(self, text: str) -> None:
        scan(self.page, text)


def work() -> None:
    """What worker and beat do within a minute: the provider's callbacks, then the messages of every channel."""
    buying.deliver_sandbox_callbacks()
    for channel in ("sms", "email", "inbox"):
        dispatch.run(channel)


def outbox_code(page: Page, *, to: str) -> str:
    """The newest one-time code sent to an address, read off the outbox page as a tester does."""
    work()
    tab = page.context.new_page()
    tab.goto(f"/outbox/?to={to.replace('+', '%2B')}")
    code = tab.locator(".outbox-digits").first.inner_text()
    tab.close()
    return code


def accessible(page: Page) -> None:
    """Axe finds nothing: WCAG 2.2 A and AA and its best practices."""
    found = axe(page)
    assert not found, found


def clean(page: Page) -> None:
    """Nothing to mend on this page: on a phone by day, at a desk by night, and the same in Chinese."""
    found = _looked_over(page)
    if _can_be_opened_again(page):
        tab = page.context.new_page()
        tab.set_extra_http_headers(CHINESE)
        answer = tab.goto(page.url)
        if answer and answer.ok and urlsplit(tab.url).path == urlsplit(page.url).path:
            expect(tab.locator("html")).to_have_attribute("lang", "zh-hans")
            found += [f"zh-hans: {one}" for one in _looked_over(tab, [look for look in LOOKS if not look[2]])]
        tab.close()
    assert not found, "\n".join([page.url, *found])


def _can_be_opened_again(page: Page) -> bool:
    """Whether the address alone gives the page: a step of a form does not."""
    return (
        bool(page.evaluate("performance.getEntriesByType('navigation')[0].type !== 'reload'"))
        and not page.locator("input[name=draft]").count()
    )


def _looked_over(page: Page, looks: Sequence[Look] | None = None) -> list[str]:
    """All rules once in each width and once in each scheme; contrast in all four."""
    before = page.viewport_size
    found: list[str] = []
    page.evaluate(STILL)
    for (width, height), scheme, rules in looks or LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        found += [f"{width} px, {scheme}: {one}" for one in axe(page, rules)]
        if wide := page.evaluate(WIDE):
            found.append(f"{width} px: wider than the screen: {wide}")
    page.emulate_media(color_scheme="light")
    page.evaluate("document.adoptedStyleSheets = []")
    if before:
        page.set_viewport_size(before)
    return found


WIDE = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return null;
  const out = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > page.clientWidth + 1);
  return out.slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(' … ');
}"""

# The admin theme's own, outside what our templates write: (rule, part of the element's HTML).
OF_THE_THEME: Sequence[tuple[str, str]] = ()


def axe(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """What axe finds, a line for each rule broken."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    wanted = {"resultTypes": ["violations"], **(options or {})}
    found = page.evaluate(f"axe.run({json.dumps(wanted)}).then(results => results.violations)")
    return [line for one in found if (line := _line(one))]


def _line(violation: dict[str, Any]) -> str:
    nodes = [node["html"][:160] for node in violation["nodes"] if not _of_the_theme(violation["id"], node["html"])]
    more = next((node.get("failureSummary", "")[:300] for node in violation["nodes"]), "")
    return f"{violation['id']}: {' | '.join(nodes[:4])} ({len(nodes)}) {more}" if nodes else ""


def _of_the_theme(rule: str, html: str) -> bool:
    return any(rule == known and part in html for known, part in OF_THE_THEME)
