"""Every address of the URLconf, tried by people who have no business there: only what is named here opens."""

import contextlib
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, UUIDConverter

from core.models import User
from members.models import Member
from tests import factories

pytestmark = pytest.mark.django_db

OPEN_TO_ALL = {
    "home", "cards:products", "cards:questions", "cards:activate",
    "account_login", "account_signup", "account_reset_password", "account_request_login_code",
    "core:manifest", "core:service_worker", "core:outbox", "core:offline", "core:styleguide", "core:healthz",
    "core:status", "members:privacy", "members:terms", "members:unsubscribe", "account_inactive",
}  # fmt: skip
# The approvals list holds one's own requests and what one may decide; the search finds what one may see.
OPEN_TO_STAFF = {
    "admin:index",
    "admin:jsi18n",
    "admin:core_approval_changelist",
    "admin:search",
    "admin:password_change_done",
}
UNWELL_WITHOUT_A_BROKER = {"core:healthz"}


def addresses(
    patterns: list[Any] | None = None, space: str = "", args: dict[str, Any] | None = None
) -> Iterator[tuple[str, str]]:
    """(name, path) of every named address, with made-up arguments."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        known = {**(args or {}), **{key: made_up(kind) for key, kind in one.pattern.converters.items()}}
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from addresses(one.url_patterns, inner, known)
        elif isinstance(one, URLPattern) and one.name:
            with contextlib.suppress(NoReverseMatch):  # written as a regular expression: the admin's lists of an app
                yield f"{space}{one.name}", reverse(f"{space}{one.name}", kwargs=known)


def made_up(converter: Any) -> Any:
    if isinstance(converter, IntConverter):
        return 999_999
    return uuid.UUID(int=7) if isinstance(converter, UUIDConverter) else "nothing-here"


def opened(client: Client, only: str = "") -> tuple[set[str], set[str]]:
    """The names that answered 200, and those that broke."""
    answers = {name: client.get(path).status_code for name, path in addresses() if name.startswith(only)}
    return {name for name, status in answers.items() if status == 200}, {
        n for n, s in answers.items() if s >= 500
    } - UNWELL_WITHOUT_A_BROKER


def test_a_visitor_opens_public_pages_alone(client: Client) -> None:
    found, broken = opened(client)
    assert (sorted(found - OPEN_TO_ALL), sorted(broken)) == ([], [])


def test_a_member_opens_neither_counter_nor_back_office(client: Client, wanqing: Member) -> None:
    assert wanqing.user
    client.force_login(wanqing.user)
    for part in ("admin:", "counter:"):
        assert opened(client, part) == (set(), set())


def test_staff_without_a_role_open_nothing_but_the_empty_workbench(client: Client) -> None:
    client.force_login(factories.StaffFactory.create(roles={}))
    found, broken = opened(client, "admin:")
    assert (sorted(found - OPEN_TO_STAFF), sorted(broken)) == ([], [])
    assert opened(client, "counter:") == (set(), set())


def test_a_clerk_opens_the_counter_alone(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    found, broken = opened(client, "admin:")
    assert (sorted(found - OPEN_TO_STAFF), sorted(broken)) == ([], [])
