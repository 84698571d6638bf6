"""The pictures of the README: `make screenshots` walks the four faces of the demo and writes docs/screenshots.

No test: pytest collects it only when it is named. Compact palette PNGs, so that a clone stays small.
"""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import BrowserFor
from tests.browser.pages import CHINESE, log_in, scan, work

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("demo")]
HERE = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
MEMBER = "thomas@example.com"
PHONE = {"width": 390, "height": 844, "device_scale_factor": 2}
LARGEST = 250_000


def keep(page: Page, name: str) -> None:
    """What the screen shows, in 256 colours."""
    page.evaluate("document.fonts.ready")
    shot = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    HERE.mkdir(parents=True, exist_ok=True)
    path = HERE / f"{name}.png"
    shot.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size < LARGEST, f"{path.name} has {path.stat().st_size:,} bytes"


def test_the_public_site(open_browser: BrowserFor) -> None:
    page = open_browser(width=1280, height=800)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    keep(page, "public")


@pytest.mark.parametrize(("name", "headers"), [("portal", {}), ("portal-zh", CHINESE)])
def test_the_portal(open_browser: BrowserFor, name: str, headers: dict[str, str]) -> None:
    page = open_browser(**(PHONE | ({"width": 360} if headers else {})), extra_http_headers=headers)
    work()
    log_in_as_member(page)
    page.goto("/me/")
    expect(page.locator("[data-code-alive] svg")).to_be_visible()
    keep(page, name)


def log_in_as_member(page: Page) -> None:
    page.goto("/account/login/?next=/me/")
    page.locator("[name=address]").fill(MEMBER)
    page.locator("[name=password]").fill("tessera-demo-2026")
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/me/")


def test_the_counter(open_browser: BrowserFor) -> None:
    member = open_browser(**PHONE)
    log_in_as_member(member)
    code = (member.locator(".qr-code").text_content() or "").strip()
    page = open_browser(width=1280, height=930)
    log_in(page, "clerk@tessera.example", to="/counter/")
    scan(page, code)
    expect(page.get_by_role("heading", name="Benefits here and now")).to_be_visible()
    keep(page, "counter")


def test_the_back_office(open_browser: BrowserFor) -> None:
    page = open_browser(width=1280, height=800)
    log_in(page, "director@tessera.example", to="/admin/")
    page.goto("/admin/core/approval/")
    page.locator("#result_list tbody a").first.click()
    expect(page.get_by_role("heading", name="What changes")).to_be_visible()
    keep(page, "back-office")
