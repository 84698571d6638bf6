"""Through which door a visitor came (MEM-03, MEM-09): the first link that brought her here is remembered for 30 days."""

import re
from collections.abc import Callable

from django.core import signing
from django.http import HttpRequest, HttpResponse

from core.messaging import gate
from core.models import Store, User
from members.models import Source
from members.operations.people import Recruited
from members.queries import referrals

COOKIE = "from"
DAYS = 30
HERE, HERE_DAYS, MOST_HERE = "here", 365, 5
"""The browser's own list of the members who were logged in in it: how an invitation of oneself is noticed (MEM-10)."""
ASKED = {
    "utm_source": "source",
    "src": "source",
    "utm_campaign": "campaign",
    "store": "store",
    "staff": "staff",
    "ref": "ref",
}
_PLAIN = re.compile(r"[\w .:-]{1,60}")


class RecruitingMiddleware:
    """Keeps what `?src=…&utm_campaign=…&store=…&staff=…&ref=…` said when a visitor first came."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "GET" and COOKIE not in request.COOKIES and (told := _told(request)):
            response.set_signed_cookie(
                COOKIE,
                signing.dumps(told),
                max_age=DAYS * 86_400,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
        return response


def _told(request: HttpRequest) -> dict[str, str]:
    given = {name: request.GET.get(key, "") for key, name in ASKED.items()}
    return {name: str(value) for name, value in given.items() if _PLAIN.fullmatch(str(value))}


def invitation(request: HttpRequest) -> str:
    """The invitation code of the link that is open now, or else of the first one; empty when it is nobody's."""
    code = _told(request).get("ref") or _kept(request).get("ref", "")
    return code if code and referrals.member_by_code(code) else ""


def here(request: HttpRequest) -> list[int]:
    """The members who were logged in in this browser before, by id."""
    try:
        found: list[int] = signing.loads(request.COOKIES.get(HERE, ""), salt=HERE)
    except signing.BadSignature:
        return []
    return found


def was_here(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Remember in the browser that this member was logged in here."""
    member_id = gate.member_of(user)
    if member_id is None or member_id in (known := here(request)):
        return
    response.set_cookie(
        HERE,
        signing.dumps([member_id, *known][:MOST_HERE], salt=HERE),
        max_age=HERE_DAYS * 86_400,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


def _kept(request: HttpRequest) -> dict[str, str]:
    try:
        told: dict[str, str] = signing.loads(request.get_signed_cookie(COOKIE) or "")
    except (KeyError, signing.BadSignature):
        return {}
    return told


def remembered(request: HttpRequest, *, code: str | None = None) -> Recruited:
    """What the link said, as far as it names something we have. A `code` that was typed, or taken out, is what counts."""
    told = _kept(request) or _told(request)
    friend = referrals.member_by_code(told.get("ref", "") if code is None else code)
    source = told.get("source", "")
    if source not in Source.values:
        source = Source.REFERRAL if friend else Source.STORE if "store" in told else Source.WEB
    return Recruited(
        source=source,
        campaign=told.get("campaign", ""),
        store=Store.objects.filter(code=told.get("store", "")).first(),
        staff=User.objects.filter(is_staff=True, employment__staff_number=told.get("staff", "")).first(),
        referred_by=friend,
        same_device=friend is not None and friend.pk in here(request),
    )
