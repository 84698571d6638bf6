"""CARD-06 · A3.1, MEM-09 — where a visitor came from: `?src=…` of a link or poster, kept for 30 days.

A source reads `kind-code`: `store-SH1`, `seller-T0008`, `campaign-spring`, `social-weibo`. It only ever says where an
order came from; it changes no price.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from cards.models import Channel

COOKIE = "source"
PARAMETER = "src"
DAYS = 30
KINDS = ("store", "seller", "campaign", "social")
_SHAPE = re.compile(r"(?P<kind>[a-z]{1,10})-(?P<code>[A-Za-z0-9_.-]{1,40})")


@dataclass(frozen=True)
class Source:
    """Through what somebody came: a poster of a store or seller, a campaign, a link in social media."""

    kind: str
    code: str

    def __str__(self) -> str:
        return f"{self.kind}-{self.code}"

    @property
    def channel(self) -> Channel:
        """The order's channel: online orders are the website's own unless a social link led there."""
        return Channel.SOCIAL if self.kind == "social" else Channel.WEB


def read(text: str) -> Source | None:
    """The source that a text names; None for anything else."""
    found = _SHAPE.fullmatch(text)
    return Source(found["kind"], found["code"]) if found and found["kind"] in KINDS else None


def of(request: HttpRequest) -> Source | None:
    """The source of a visit: of this very link, else the one remembered."""
    return read(request.GET.get(PARAMETER, "")) or read(request.COOKIES.get(COOKIE, ""))


def remembered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep the source of the link by which a page was opened."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if source := read(request.GET.get(PARAMETER, "")):
            response.set_cookie(
                COOKIE,
                str(source),
                max_age=DAYS * 24 * 3600,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response

    return wrapped
