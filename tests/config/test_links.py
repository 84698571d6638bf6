"""Links that messages carry lead somewhere."""

import re
from pathlib import Path

from django.conf import settings
from django.urls import resolve

APPS = ("analytics", "cards", "core", "loyalty", "members", "risk", "service_desk")
LINK = re.compile(r'\blink="(/[^"{]*)"')


def test_every_link_written_into_a_message_leads_to_a_page() -> None:
    root = Path(settings.BASE_DIR)
    sources = [path for app in APPS for path in (root / app).rglob("*.py")]
    links = {link for path in sources for link in LINK.findall(path.read_text(encoding="utf-8"))}
    assert len(links) > 5
    for link in sorted(links):
        resolve(link)
