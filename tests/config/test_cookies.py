"""Every cookie that the house sets is named where its cookies are told of (SEC-04)."""

import re
from pathlib import Path

from django.conf import settings

from cards.views import sources
from members import recruiting

ROOT = Path(__file__).resolve().parents[2]
SET = re.compile(r"\.set_(?:signed_)?cookie\(\s*([\w.]+|\"[a-z]+\")", re.S)
MEANT = {
    "COOKIE": {sources.COOKIE, recruiting.COOKIE},
    "HERE": {recruiting.HERE},
    "settings.LANGUAGE_COOKIE_NAME": {settings.LANGUAGE_COOKIE_NAME},
    '"theme"': {"theme"},
}


def test_every_cookie_is_named_in_the_list_of_cookies() -> None:
    code = "\n".join(
        path.read_text()
        for app in ("core", "members", "cards", "loyalty", "config")
        for path in (ROOT / app).rglob("*.py")
    )
    found = SET.findall(code)
    assert len(found) >= 5
    names = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}.union(*(MEANT[one] for one in found))
    listed = set(re.findall(r"`(\w+)`", (ROOT / "docs/security.md").read_text().partition("**Cookies.**")[2]))
    assert names - listed == set()
