"""Turns the navigation tables into links: what does not exist or is not allowed does not appear."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.functional import Promise


class Entry(NamedTuple):
    """A row of config/navigation.py. `tab` entries also stand in the phone's tab bar; `also` names further pages that belong
    to an entry, where their addresses do not say so."""

    label: str | Promise
    url_name: str
    icon: str
    permission: str = ""
    tab: bool = False
    also: tuple[str, ...] = ()


class Link(NamedTuple):
    label: str | Promise
    url: str
    icon: str
    tab: bool
    current: bool
    waits: str = ""
    """How much waits behind it, as it is shown: nothing, "3" or "99+"."""


class Links(list[Link]):
    """The links of a face as one person has them; `shape` tells two of them apart."""

    @property
    def shape(self) -> tuple[tuple[str, bool, str], ...]:
        return tuple((link.url, link.current, link.waits) for link in self)


Counter = Callable[[HttpRequest], int]
MOST = 99
_counters: dict[str, Counter] = {}


def count(url_name: str, counter: Counter) -> None:
    """Called when an app is ready: how much waits behind an entry for whoever looks. It must cost a page next to nothing."""
    _counters[url_name] = counter


def links(entries: Sequence[Entry], *, request: HttpRequest | None, user: Any) -> Links:
    """The links for a user; the one that the request stands in is marked current: an entry that names its page, else the one
    with the longest address that its own begins with."""
    found = [
        (entry, url)
        for entry in entries
        if (url := address(entry.url_name)) and (not entry.permission or (user and user.has_perm(entry.permission)))
    ]
    path = request.path if request else ""
    page = request.resolver_match.view_name if request and request.resolver_match else ""
    here = next((url for entry, url in found if page in entry.also), None) or max(
        (url for _, url in found if path == url or (url != "/" and path.startswith(url))), key=len, default=None
    )
    return Links(
        Link(entry.label, url, entry.icon, entry.tab, url == here, _waiting(entry, request)) for entry, url in found
    )


def _waiting(entry: Entry, request: HttpRequest | None) -> str:
    counter = _counters.get(entry.url_name)
    found = counter(request) if counter and request else 0
    return f"{MOST}+" if found > MOST else str(found or "")


def address(url_name: str, *args: object) -> str | None:
    """Where a page is, or None while there is none of that name."""
    if not args:
        return _address(url_name, get_urlconf(settings.ROOT_URLCONF), get_script_prefix())
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return None


@lru_cache
def _address(url_name: str, urlconf: str, prefix: str) -> str | None:
    try:
        return reverse(url_name, urlconf=urlconf)
    except NoReverseMatch:
        return None
