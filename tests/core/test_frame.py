"""The frame of every page: appearance, installation, errors, navigation, and nothing inline."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.urls import get_resolver, resolve, reverse

from config.navigation import FACES
from core import navigation
from core.navigation import Entry

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PAGES = sorted(
    path for path in TEMPLATES.rglob("*.html") if path.relative_to(TEMPLATES).parts[0] not in {"unfold", "admin"}
)


@pytest.mark.parametrize(
    ("sent", "kept"), [("dark", "dark"), ("light", "light"), ("auto", "auto"), ('"><script>', "auto"), ("", "auto")]
)
def test_the_chosen_appearance_is_kept_in_a_cookie(client: Client, sent, kept):
    answer = client.post(reverse("core:set_theme"), {"theme": sent, "next": "/cards/?a=1"})
    assert answer.status_code == 302
    assert answer["Location"] == "/cards/?a=1"
    assert answer.cookies["theme"].value == kept
    assert answer.cookies["theme"]["httponly"]


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "http:///evil.example"]
)
def test_the_switch_leads_nowhere_else(client: Client, onward):
    assert client.post(reverse("core:set_theme"), {"theme": "dark", "next": onward})["Location"] == "/"


def test_the_appearance_changes_by_post_with_a_token_only(client: Client):
    assert client.get(reverse("core:set_theme")).status_code == 405
    assert Client(enforce_csrf_checks=True).post(reverse("core:set_theme"), {"theme": "dark"}).status_code == 403


@pytest.mark.parametrize(
    ("cookie", "attribute"), [("dark", "dark"), ("light", "light"), (None, "auto"), ('"><i>', "auto")]
)
def test_the_page_wears_the_chosen_appearance(client: Client, cookie, attribute):
    if cookie:
        client.cookies["theme"] = cookie
    assert f'data-theme="{attribute}"' in client.get(reverse("core:offline")).content.decode()


def test_the_manifest_names_icons_that_exist(client: Client):
    from django.contrib.staticfiles import finders

    answer = client.get(reverse("core:manifest"))
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = json.loads(answer.content)
    assert manifest["display"] == "standalone"
    assert len(manifest["icons"]) == 3
    for icon in manifest["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/"))


def test_the_service_worker_keeps_static_files_and_the_offline_page_only(client: Client):
    from django.contrib.staticfiles import finders

    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]
    first_line = answer.content.decode().splitlines()[0]
    shell = json.loads(first_line.removeprefix("const SHELL = ").removesuffix(";"))
    assert shell["offline"] == reverse("core:offline")
    assert all(name.startswith("/static/") and finders.find(name.removeprefix("/static/")) for name in shell["files"])


def test_the_offline_page_is_the_same_for_everyone(client: Client):
    page = client.get(reverse("core:offline"))
    assert "csrfmiddlewaretoken" not in page.content.decode()
    assert not page.cookies


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "405", "429", "500", "503"])
def test_a_fault_page_stands_even_without_a_request(name):
    page = get_template(f"{name}.html").render()
    assert "<h1>" in page
    assert 'lang="en"' in page


def test_the_style_guide_is_for_the_demo_only(client: Client, settings):
    settings.DEMO = True
    for page in ("", "portal/", "counter/", "fault/"):
        assert client.get(f"/styleguide/{page}").status_code == 200
    assert client.get("/styleguide/nothing/").status_code == 404
    settings.DEMO = False
    assert client.get("/styleguide/").status_code == 404


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_page_carries_inline_script_or_style(page):
    source = page.read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:|hx-on", source)
    assert all("src=" in tag or 'type="application/json"' in tag for tag in re.findall(r"<script[^>]*>", source))
    assert not re.search(r"(src|href)=\"(https?:)?//", source)


def test_what_does_not_exist_or_is_not_allowed_is_not_offered():
    entries = (
        Entry("Here", "core:offline", "x"),
        Entry("Not built", "core:nowhere", "x"),
        Entry("For auditors", "core:manifest", "x", "core.view_audit"),
    )
    request = RequestFactory().get(reverse("core:offline"))
    stranger = SimpleNamespace(has_perm=lambda _right: False)
    auditor = SimpleNamespace(has_perm=lambda right: right == "core.view_audit")
    assert [link.label for link in navigation.links(entries, request=request, user=stranger)] == ["Here"]
    assert [link.label for link in navigation.links(entries, request=request, user=None)] == ["Here"]
    allowed = navigation.links(entries, request=request, user=auditor)
    assert [(link.label, link.current) for link in allowed] == [("Here", True), ("For auditors", False)]


def test_a_page_that_an_entry_names_is_marked_there_whatever_its_address_begins_with():
    entries = (Entry("Frame", "core:offline", "x"), Entry("Its own", "core:manifest", "x", also=("core:offline",)))
    request = RequestFactory().get(reverse("core:offline"))
    assert [link.current for link in navigation.links(entries, request=request, user=None)] == [True, False]
    request.resolver_match = resolve(request.path)
    assert [link.current for link in navigation.links(entries, request=request, user=None)] == [False, True]


def test_every_page_that_the_navigation_names_exists():
    patterns = get_resolver().reverse_dict
    spaces = {space: resolver.reverse_dict for space, (_prefix, resolver) in get_resolver().namespace_dict.items()}
    for face in FACES.values():
        for entry in face:
            for name in entry.also:
                space, _, bare = name.rpartition(":")
                assert bare in (spaces[space] if space else patterns), name
