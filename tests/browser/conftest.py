"""Chromium on real pages: the server runs in this process on its own database, the browser is the machine's own."""

import datetime as dt
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from django.utils.module_loading import import_string
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from core import clock
from core.models import User

PATIENCE = 20_000
"""Milliseconds until something that has to appear counts as missing: a busy machine is slow, not broken."""
expect.set_options(timeout=PATIENCE)
BrowserFor = Callable[..., Page]
QUIET = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ANSWERS = ("409", "422", "429")
"""A refusal shown on its page is an answer; Chromium writes each of them into its console."""

OFFLINE = ("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED", "htmx:sendError", "htmx:afterRequest")
"""A connection that a test cuts, as Chromium and htmx tell of it."""


@pytest.fixture(scope="session", autouse=True)
def _with_a_loop() -> Iterator[None]:
    """Playwright keeps a loop in the thread of the tests, where Django would refuse to ask its database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of the machine where there is one; otherwise the one that Playwright brought."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    more: dict[str, Any] = {"executable_path": found} if found else {}
    return {**browser_type_launch_args, **more, "args": QUIET}


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite in a file, as `make run` has it: each request its own connection. In memory all would share a single one."""
    database = connections.settings["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "browser.sqlite3")
        database["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"


@pytest.fixture(scope="session")
def _demo_kept() -> Iterator[sqlite3.Connection]:
    """Room for the demo as it was loaded, once for all tests."""
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as kept:
        yield kept


@pytest.fixture
def demo(transactional_db: None, days: "Days", _demo_kept: sqlite3.Connection) -> None:
    """The demo cast, as `make run` loads it: made by the real operations once, afterwards copied page by page."""
    connection.ensure_connection()
    database = connection.connection
    if _demo_kept.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        _demo_kept.backup(database)
        return
    call_command("load_demo", verbosity=0)
    database.backup(_demo_kept)


@pytest.fixture
def site(live_server: LiveServer, settings: LazySettings) -> str:
    """The address of the running house, which also stands in its messages and at the payment provider."""
    settings.SITE_URL = live_server.url
    return live_server.url


class Days:
    """The calendar of the whole house, from a Monday at ten on: `pass_by(days=30)` and every thread is a month older."""

    def __init__(self) -> None:
        self.ahead = dt.datetime(2026, 11, 23, 10, tzinfo=clock.zone()) - dt.datetime.now(dt.UTC)

    def now(self, zone: dt.tzinfo | None = None) -> dt.datetime:
        return dt.datetime.now(zone) + self.ahead

    def pass_by(self, **much: float) -> None:
        self.ahead += dt.timedelta(**much)


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    """Time that can be moved on. `clock.stopped` holds one context only; a server has a thread for each request."""
    moved = Days()
    monkeypatch.setattr(clock, "dt", SimpleNamespace(UTC=dt.UTC, datetime=moved))
    return moved


@pytest.fixture
def open_browser(site: str, browser: Browser) -> Iterator[BrowserFor]:
    """`open_browser(user, width=390)`: a browser of its own, logged in as that user, that loads nothing from elsewhere.

    A script that fails on a page fails the test, and so does whatever the browser complains of: a missing file, a
    breach of the content policy.
    """
    cache.clear()
    opened: list[BrowserContext] = []
    broken: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        is_answer = any(f"responded with a status of {status}" in message.text for status in ANSWERS)
        is_offline = any(told in message.text for told in OFFLINE)
        if message.type == "error" and not is_answer and not is_offline:
            broken.append(f"{message.text} ({message.location.get('url', '')})")

    def opening(user: User | None = None, *, width: int = 1440, height: int = 900, **options: Any) -> Page:
        still: dict[str, Any] = {"service_workers": "block", "reduced_motion": "reduce"}
        viewport: ViewportSize = {"width": width, "height": height}
        context = browser.new_context(base_url=site, viewport=viewport, **(still | options))
        context.set_default_timeout(PATIENCE)
        context.on("console", heard)
        context.on("weberror", lambda error: broken.append(f"{error.error.stack} ({error.page and error.page.url})"))
        if user is not None:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": _session(user), "url": site}])
        opened.append(context)
        return context.new_page()

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
