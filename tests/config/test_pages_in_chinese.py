"""Pages in Simplified Chinese: no English is left over on them."""

import re
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import polib
import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils.functional import Promise

from core.models import Department, User

OUR_APPS = {"analytics", "cards", "core", "loyalty", "members", "risk", "service_desk"}
PUBLIC = ("/", "/cards/", "/questions/", "/activate/", "/status/", "/not/there/", "/account/login/", "/account/join/")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SAID = ("aria-label", "title", "placeholder", "alt", "data-label", "data-confirm", "data-confirm-note")
# Wording is edited in its own language; what was written to somebody or put on record stays as it was; names of
# departments and posts are what somebody typed.
ELSEWHERE = re.compile(
    r"logout|/i18n/|/static/|\.(csv|pdf|svg|png|txt)$|/wording/|/outbox/|/inbox/|/styleguide/|/(auditrecord|department|post|employment)/"
)
# Shown as they are stored, or in their own language.
CODES = {"activation code", "cash", "city", "declined", "english", "lamp", "reminder", "umbrella"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SENTENCE = re.compile(r"[A-Za-z’']+( [A-Za-z’']+){2,}")


class Reader(HTMLParser):
    """What a page says, to the eye and to a screen reader, and where it leads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: set[str] = set()
        self.links: list[str] = []
        self.open: list[tuple[str, bool]] = []  # each element, and whether its text is meant for readers of Chinese
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        drawn = tag in {"script", "style", "svg", "code"} or "material-symbols" in (given.get("class") or "")
        if tag not in VOID:
            self.open.append((tag, drawn or given.get("lang") == "en"))
        self.said |= {text for name in SAID if (text := given.get(name))}
        if tag == "a" and (link := given.get("href")):
            self.links.append(link)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(hidden for _tag, hidden in self.open):
            self.said.add(" ".join(data.split()))


@pytest.fixture(scope="module")
def english() -> set[str]:
    """Our texts of a word or more that read differently in Chinese, in lower case."""
    file = Path(settings.BASE_DIR) / "config" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    texts = {entry.msgid for entry in polib.pofile(str(file)) if CHINESE.search(entry.msgstr)}
    return {text.lower() for text in texts if re.fullmatch(r"[A-Za-z][\w ,.’'-]{2,}", text)} - CODES


@pytest.fixture(autouse=True)
def _fresh_showcase() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def left_over(english: set[str], user: User | None, *starts: str, pages: int = 60) -> set[str]:
    """`address: text` for every English text on the pages that lead on from `starts`, one page of each kind."""
    client = Client(headers={"accept-language": "zh-hans"})
    if user:
        User.objects.filter(pk=user.pk).update(language="zh-hans")
        client.force_login(user)
    typed = {name.lower() for name in Department.objects.values_list("name", flat=True)}
    found: set[str] = set()
    kinds: set[str] = set()
    waiting = deque(starts)
    while waiting and len(kinds) < pages:
        url = urlsplit(waiting.popleft()).path
        kind = re.sub(r"\d+|[0-9a-f-]{36}|(?<=/orders/)\w{12,}", "#", url)
        if kind in kinds or ELSEWHERE.search(url):
            continue
        kinds.add(kind)
        response = client.get(url, follow=True)
        assert response.status_code in {200, 403, 404}, url
        if not response.get("Content-Type", "").startswith("text/html"):
            continue
        page = Reader(response.content.decode())
        waiting.extend(urljoin(url, link) for link in page.links if not link.startswith(("#", "?", "http", "mailto:")))
        for text in page.said:
            sentence = not url.startswith("/admin/") and SENTENCE.search(text) and not CHINESE.search(text)
            if sentence or text.lower() in english - typed:
                found.add(f"{url}: {text}")
    return found


@pytest.mark.django_db
def test_public_pages_have_no_english(english: set[str]) -> None:
    assert left_over(english, None, *PUBLIC) == set()


@pytest.mark.django_db
def test_the_back_office_has_no_english(english: set[str], administrator: User) -> None:
    assert left_over(english, administrator, "/admin/") == set()


@pytest.mark.django_db
def test_the_counter_has_no_english(english: set[str], clerk: User) -> None:
    assert left_over(english, clerk, "/counter/", "/counter/sell/", "/counter/activate/") == set()


@pytest.mark.django_db
@pytest.mark.slow
def test_no_page_of_the_demo_has_english(english: set[str]) -> None:
    call_command("load_demo")
    everybody = {user.email: user for user in User.objects.all()}
    found = left_over(english, None, *PUBLIC, "/cards/city/buy/")
    found |= left_over(english, everybody["wanqing@example.com"], "/card/", "/orders/", "/me/", "/account/sessions/")
    for login in ("admin", "planner", "director", "finance", "service", "manager", "auditor"):
        found |= left_over(english, everybody[f"{login}@tessera.example"], "/admin/", pages=80)
    found |= left_over(english, everybody["clerk@tessera.example"], "/counter/", "/counter/sell/")
    assert sorted(found) == []


def names_shown(desk: "BaseModelAdmin[Any]") -> set[str]:
    """The fields of a page of the back office and of its list."""
    given = flatten_fieldsets(desk.fieldsets) if desk.fieldsets else desk.fields
    if given is None:
        given = [field.name for field in desk.model._meta.fields if field.editable and not field.primary_key]
    listed = getattr(desk, "list_display", ())
    return {name for name in (*given, *listed) if isinstance(name, str)} - {getattr(desk, "fk_name", None)}


def test_every_field_that_staff_see_has_a_name_for_the_reader() -> None:
    unnamed = set()
    for model, desk in admin.site._registry.items():
        parts = [(model, names_shown(desk))]
        parts += [(one.model, names_shown(one)) for one in (inline(model, admin.site) for inline in desk.inlines)]
        for kind, shown in parts:
            options = kind._meta
            fields = [field for field in options.fields if field.name in shown and field.related_model is not model]
            named = {options.label: options.verbose_name} | {str(field): field.verbose_name for field in fields}
            if options.app_label in OUR_APPS:
                unnamed |= {label for label, name in named.items() if not isinstance(name, Promise)}
    assert sorted(unnamed) == []
