"""Through which door a visitor came (MEM-03, MEM-09): the first link that brought her here is remembered for 30 days."""

import re
from collections.abc import Callable

from django.core import signing
from django.http import HttpRequest, HttpResponse

from core.models import Store, User
from members.models import Member, Source
from members.operations.people import Recruited

COOKIE = "from"
DAYS = 30
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


def remembered(request: HttpRequest) -> Recruited:
    """What the link said, as far as it names something we have."""
    try:
        told: dict[str, str] = signing.loads(request.get_signed_cookie(COOKIE) or "")
    except (KeyError, signing.BadSignature):
        told = {}
    told = told or _told(request)
    friend = Member.objects.filter(number=told.get("ref", "")).first()
    source = told.get("source", "")
    if source not in Source.values:
        source = Source.REFERRAL if friend else Source.STORE if "store" in told else Source.WEB
    return Recruited(
        source=source,
        campaign=told.get("campaign", ""),
        store=Store.objects.filter(code=told.get("store", "")).first(),
        staff=User.objects.filter(is_staff=True, employment__staff_number=told.get("staff", "")).first(),
        referred_by=friend,
    )
