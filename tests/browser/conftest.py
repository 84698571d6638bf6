"""Chromium on real pages: the server runs in this process on its own database, the browser is the machine's own."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import cache
from django.utils.module_loading import import_string
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from core.models import User

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in the thread of the tests
BrowserFor = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of the machine where there is one; otherwise the one that Playwright brought."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    more: dict[str, Any] = {"executable_path": found} if found else {}
    return {**browser_type_launch_args, **more, "args": ["--no-sandbox", "--disable-dev-shm-usage"]}


@pytest.fixture
def open_browser(live_server: LiveServer, browser: Browser) -> Iterator[BrowserFor]:
    """`open_browser(user, width=390)`: a browser of its own, logged in as that user, that loads nothing from elsewhere.

    A script that fails on a page fails the test.
    """
    cache.clear()
    opened: list[BrowserContext] = []
    broken: list[str] = []

    def opening(user: User | None = None, *, width: int = 1440, height: int = 900, **options: Any) -> Page:
        still: dict[str, Any] = {"service_workers": "block", "reduced_motion": "reduce"}
        viewport = {"width": width, "height": height}
        context = browser.new_context(base_url=live_server.url, viewport=viewport, **(still | options))
        if user is not None:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": _session(user), "url": live_server.url}]
            )
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        opened.append(context)
        return page

    yield opening
    for context in opened:
        context.close()
    assert not broken


def _session(user: User) -> str:
    """A session as a log-in leaves it."""
    store: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    session = store()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    assert session.session_key
    return session.session_key


def accessible(page: Page) -> None:
    """Axe finds nothing: WCAG 2.2 A and AA and its best practices."""
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]
