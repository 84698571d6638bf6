"""Every form of every page, filled in by people who mean ill or whose keyboard does (invariants part 3)."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.forms.models import model_to_dict
from django.test import Client

from core.models import RoleAssignment, User
from tests.access.addresses import addresses
from tests.access.conftest import browser
from tests.access.expected import EXPECTED
from tests.access.forms_on_pages import NAUGHTY, Form, Forms
from tests.access.house import House
from tests.access.test_matrix import _may
from tests.access.test_pages import READERS
from tests.access.watching import written

PARTS = {
    "public site and portal": ("visitor", "her"),
    "counter": ("clerk",),
    "back office": ("administrator", "operations_planner", "operations_director", "member_service", "finance"),
}
EVERYWHERE = (NAUGHTY[0], NAUGHTY[4])
BIG = "x" * (3 * 1024 * 1024)


def _forms(house: House, part: str) -> Iterator[tuple[Client, str, Form]]:
    """Every form of a part of the house once, met by the first who may open its page."""
    seen: set[tuple[str, str, tuple[str, ...]]] = set()
    browsers = {face: browser(house, face) for face in PARTS[part]}
    for one in addresses():
        word = EXPECTED[one.name]
        for face in PARTS[part]:
            if word.startswith("post ") or not _may(word, face, house.hers, house):
                continue
            if part == "back office" and not one.route.startswith("/admin/"):
                continue
            path = one.path(house.hers)
            page = browsers[face].get(path)
            if page.status_code != 200 or not page.get("Content-Type", "").startswith("text/html"):
                continue
            for form in Forms(page.content.decode()).found:
                known = (one.name, form.action.partition("?")[0], tuple(form.fields))
                if known not in seen and (not form.action or form.action.startswith("/")):
                    seen.add(known)
                    yield browsers[face], form.action or path, form


def _fill_in(house: House, part: str, texts: Iterable[str]) -> tuple[int, list[str]]:
    """Send every form with every text; what broke, and how many were sent. Each form is taken back."""
    wrong, sent, before = [], 0, _untouchable(house, part)
    for client, action, form in list(_forms(house, part)):
        kept = SimpleCookie(client.cookies)
        with transaction.atomic():
            for text, body in _bodies(form, texts):
                cache.clear()
                answer = client.post(action, body)
                sent += 1
                if answer.status_code >= 500:
                    wrong.append(f"{action} {sorted(form.fields)}: {answer.status_code} for {text[:40]!r}")
                    break
            if _untouchable(house, part) != before:
                wrong.append(f"{action} {sorted(form.fields)} changed somebody else's row")
            transaction.set_rollback(True)
        client.cookies = kept
    return sent, wrong


def _bodies(form: Form, texts: Iterable[str]) -> Iterator[tuple[str, dict[str, str]]]:
    for text in texts:
        yield text, form.with_each(text)
    yield from ((text, form.with_all(text)) for text in EVERYWHERE)


def _untouchable(house: House, part: str) -> str:
    """His rows, and what everybody may do here: whatever she or a clerk types, these stay."""
    if part == "back office":
        return ""
    his = house.his.member
    kept: tuple[Any, ...] = (his, his.user, house.his["paid order"])
    rows = [model_to_dict(type(row).objects.get(pk=row.pk)) for row in kept]
    rights = list(RoleAssignment.objects.order_by("pk").values_list("user", "role", "store", "ended_at"))
    staff = list(User.objects.filter(is_staff=True).order_by("pk").values_list("pk", "is_active"))
    return hashlib.sha256(repr((rows, rights, staff)).encode()).hexdigest()


@pytest.mark.walk
@pytest.mark.parametrize("part", ["public site and portal", "counter", "back office"])
def test_whatever_is_typed_no_form_breaks(house: House, part: str) -> None:
    sent, wrong = _fill_in(house, part, NAUGHTY)
    assert not wrong, "\n".join(wrong)
    assert sent > 30


@pytest.mark.walk
@pytest.mark.parametrize("part", ["public site and portal", "counter"])
def test_the_whole_list_of_naughty_strings_breaks_nothing(house: House, part: str, shared_data: Path) -> None:
    strings = json.loads((shared_data / "nasty" / "blns" / "blns.json").read_text(encoding="utf-8"))
    _, wrong = _fill_in(house, part, strings[::10])
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", ["/account/login/", "/account/join/", "/activate/", "/me/preferences/", "/theme/"])
@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"name=\xff\xfe\x80&address=\xc3\x28", "application/x-www-form-urlencoded", {200, 302, 400, 422}),
        (b"&".join(b"f%d=1" % n for n in range(600)), "application/x-www-form-urlencoded", {413}),
        (b"name=" + BIG.encode(), "application/x-www-form-urlencoded", {413}),
        (b"--x\r\nnot a part", "multipart/form-data; boundary=x", {200, 302, 400, 422}),
        (b"--x", "multipart/form-data; boundary=\xc3\xa9", {400}),
        (b"{}", "application/json", {200, 302, 400, 422}),
    ],
    ids=["not utf-8", "600 fields", "3 MB", "no part", "bad boundary", "json"],
)
def test_bodies_that_no_browser_sends(house: House, path: str, body: bytes, kind: str, status: set[int]) -> None:
    with written() as tables:
        answer = browser(house, "her").post(path, body, content_type=kind)
    if path != "/account/login/" and path != "/account/join/":  # whoever is logged in is sent on, unread
        assert answer.status_code in status
    assert answer.status_code < 500
    assert "update members_member" not in tables or path == "/me/preferences/"


def test_more_than_the_house_takes_is_refused_before_it_is_read(house: House) -> None:
    answer = browser(house, "visitor").generic("POST", "/account/login/", b"", CONTENT_LENGTH=str(13 * 1024 * 1024))
    assert answer.status_code == 413


def test_what_was_typed_stays_in_the_form_and_the_error_speaks_the_readers_language(house: House) -> None:
    client = browser(house, "visitor")
    answer = client.post("/account/join/", {"name": "林<b>", "address": "13"}, headers={"Accept-Language": "zh-hans"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "林&lt;b&gt;" in page
    assert 'lang="zh-hans"' in page.lower() or 'lang="zh-cn"' in page.lower()
    assert any(word in page for word in ("请", "无效", "不是"))


def test_readers_of_the_pages_are_those_who_fill_in_forms() -> None:
    assert {face for part in PARTS.values() for face in part} <= set(READERS)
