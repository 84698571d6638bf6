"""Who is asking, and from where: known to the audit trail without being passed through every call."""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, QueryDict

from core.models import User

LONGEST_REASON = 300


@dataclass(frozen=True)
class Origin:
    user: User | None = None
    address: str = ""
    label: str = ""
    """What the trail calls whoever is no person: an API key."""


_current: ContextVar[Origin | HttpRequest] = ContextVar("origin", default=Origin())  # noqa: B039  (frozen)


def current() -> Origin:
    """The origin of the request being served; empty in jobs and commands."""
    found = _current.get()
    return found if isinstance(found, Origin) else origin_of(found)


@contextmanager
def served(origin: Origin | HttpRequest) -> Iterator[None]:
    """Serve on behalf of an origin. A request is asked only when somebody needs to know: most pages never do, and
    whoever logs in during the request is known from then on."""
    token = _current.set(origin)
    try:
        yield
    finally:
        _current.reset(token)


def origin_of(request: HttpRequest) -> Origin:
    user = getattr(request, "user", None)
    return Origin(user=user if isinstance(user, User) else None, address=address_of(request))


def address_of(request: HttpRequest) -> str:
    """The client's address: the hop that the outermost trusted proxy saw, never a header that anybody may write."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXY_COUNT
    found = hops[-trusted] if trusted and len(hops) >= trusted else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(found.partition("%")[0]))
    except ValueError:
        return ""


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the fields that were sent, even none at all, or nothing when the page is only read."""
    return request.POST if request.method == "POST" else None


def reason_of(request: HttpRequest) -> str:
    """Why, as it was typed beside a button that has no form of its own: what a row can hold, and no NUL."""
    return request.POST.get("reason", "").replace("\x00", "")[:LONGEST_REASON]
