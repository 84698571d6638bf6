"""Every page that opens, drawn for somebody who may see it: its headers, what it may run, and what it must not show."""

import logging
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.access.addresses import Address, addresses
from tests.access.conftest import browser
from tests.access.expected import EXPECTED, WRITES_WHEN_READ
from tests.access.house import House
from tests.access.test_matrix import _may
from tests.access.watching import written

READERS = ("visitor", "her", "clerk", "auditor", "member_service", "finance", "operations_planner", "operations_director",
           "administrator")  # fmt: skip
"""Whoever comes first and may look draws the page."""
PERSONAL = ("own", "person", "member", "staff", "counter", "approval")
OWN_POLICY = {
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "default-src": {"'none'"},
    "frame-ancestors": {"'none'"},
}
THEME_POLICY = OWN_POLICY | {"script-src": {"'self'", "'unsafe-eval'"}, "style-src": {"'self'", "'unsafe-inline'"}}
MAY_SHOW = {"members:profile": {"her phone", "her e-mail", "her address"}}
"""Her own data, shown to herself."""


class Markup(HTMLParser):
    """What a page runs, how it styles, and where it leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.foreign: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "style" or (tag == "script" and not told.get("src") and told.get("type") not in DATA):
            self.inline.append(f"<{tag}>")
        self.inline += [f"<{tag} {name}>" for name in told if name == "style" or name.startswith("on")]
        for name in ("src", "href", "action", "formaction", "data", "poster", "srcset"):
            target = (told.get(name) or "").strip()
            if target.lower().startswith(("javascript:", "vbscript:", "data:text")):
                self.inline.append(f"<{tag} {name}={target[:20]}>")
            loads = name != "href" or tag == "link"
            if loads and urlsplit(target).netloc not in {"", "testserver", "localhost:8000"} and tag != "form":
                self.foreign.append(f"<{tag} {name}={target[:60]}>")


DATA = {"application/json", "application/ld+json"}


def _is_of(part: str, one: Address) -> bool:
    if not one.route.startswith("/admin/"):
        return part == "public site, portal and counter"
    return (part == "rows of the back office") == one.name.endswith(("_change", "_overview"))


def _drawn(house: House, part: str) -> Iterator[tuple[Address, str, Any, list[str]]]:
    browsers = {face: browser(house, face) for face in READERS}
    for one in addresses():
        if not _is_of(part, one):
            continue
        word = EXPECTED[one.name]
        face = (
            next((each for each in READERS if _may(word, each, house.hers, house)), None)
            if not word.startswith("post ")
            else None
        )
        if face is None:
            continue
        with written() as tables:
            answer = browsers[face].get(one.path(house.hers))
        yield one, face, answer, tables


@pytest.fixture
def everything_logged() -> Iterator[list[str]]:
    """What any logger is told, whatever its level, but for the statements of the database."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.getMessage()} {record.exc_text or record.exc_info or ''}")

    keeper, root = Keep(logging.DEBUG), logging.getLogger()
    level = root.level
    root.addHandler(keeper)
    root.setLevel(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)
    yield lines
    root.removeHandler(keeper)
    root.setLevel(level)
    logging.getLogger("django.db.backends").setLevel(logging.NOTSET)


@pytest.mark.parametrize(
    ("part", "least"),
    [
        ("public site, portal and counter", 50),
        ("rows of the back office", 25),
        pytest.param("lists of the back office", 40, marks=pytest.mark.walk),
    ],
)
def test_every_page_is_shut_tight_and_shows_nobody_elses_data(
    house: House, everything_logged: list[str], part: str, least: int
) -> None:
    wrong, drawn = [], 0
    for one, face, answer, tables in _drawn(house, part):
        said = [*_of_headers(one, answer), *_of_markup(one, answer), *_leaks(one, face, answer, house)]
        if not set(tables) <= WRITES_WHEN_READ.get(one.name, set()):
            said.append(f"drawing it wrote {tables}")
        wrong += [f"{one.name} as {face}: {each}" for each in said]
        drawn += answer.status_code == 200
    text = "\n".join(everything_logged)
    wrong += [f"the log says the {name}" for name, secret in house.secrets.items() if secret in text]
    assert not wrong, "\n".join(wrong)
    assert drawn > least


def _of_headers(one: Address, answer: Any) -> list[str]:
    inside = one.route.startswith("/admin/")
    wrong = []
    wanted = THEME_POLICY if inside else OWN_POLICY
    policy = {
        name: set(values)
        for name, *values in (part.split() for part in answer.get("Content-Security-Policy", "").split(";") if part)
    }
    if one.name != "cards:face_image":
        wrong += [f"{name} is {policy.get(name)}" for name, values in wanted.items() if policy.get(name) != values]
    if answer.get("X-Content-Type-Options") != "nosniff":
        wrong.append("may be sniffed")
    if answer.get("Referrer-Policy") != "same-origin":
        wrong.append("tells others where its readers come from")
    kept = answer.get("Cache-Control", "")
    if EXPECTED[one.name].startswith(PERSONAL):
        if "no-store" not in kept and "private" not in kept:
            wrong.append(f"may be kept by whoever carries it (Cache-Control: {kept!r})")
        if answer.status_code == 200 and "public" in kept:
            wrong.append("is called public")
    return wrong


def _of_markup(one: Address, answer: Any) -> list[str]:
    if not answer.get("Content-Type", "").startswith("text/html"):
        return []
    found = Markup(answer.content.decode())
    inline = [] if one.route.startswith("/admin/") else found.inline
    return [f"runs or styles by {each}" for each in inline] + [
        f"loads from elsewhere: {each}" for each in found.foreign
    ]


def _leaks(one: Address, face: str, answer: Any, house: House) -> list[str]:
    if answer.get("Content-Type", "").startswith(("image/", "application/pdf")):
        return []
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = body.decode(errors="replace")
    may = MAY_SHOW.get(one.name, set()) | ({"her name"} if face == "her" else set())
    return [f"shows the {name}" for name, secret in house.secrets.items() if secret in text and name not in may]
