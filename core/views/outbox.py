"""The demo's outbox page: what would have been sent, so that a tester can read codes. There is none outside the demo."""

import hashlib
import re
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from core.messaging import answering, events
from core.models import Channel, Message

SEARCHED, SHOWN = 300, 40
CODE = re.compile(r"(?<!\d)\d{4,8}(?!\d)")
ICONS = {Channel.SMS: "message-square-text", Channel.EMAIL: "mail"}
TONES = {"sent": "ok", "dead": "bad", "suppressed": "quiet"}


@dataclass(frozen=True)
class Shown:
    """A message as a tester sees it."""

    message: Message
    label: str
    icon: str
    tone: str
    code: str
    address: str
    answer: str = ""
    """Where it is answered, if it can be."""


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Newest first. A page that already shows this very state (`seen`) is told so with an empty 204."""
    if not settings.DEMO:
        raise Http404
    wanted = request.GET.get("to", "").strip()[:100]
    rows = [row for row in _recent() if _is_for(row, wanted)][:SHOWN]
    seen = _state_of(rows)
    is_refresh = "seen" in request.GET
    if is_refresh and request.GET["seen"] == seen:
        return HttpResponse(status=204)
    context = {"rows": rows, "seen": seen, "wanted": wanted, "writing": answering.writing()}
    response = render(request, "core/_outbox_rows.html" if is_refresh else "core/outbox.html", context)
    add_never_cache_headers(response)
    return response


def _recent() -> list[Shown]:
    gone_out = Q(channel__in=[Channel.SMS, Channel.EMAIL])
    return [_shown(row) for row in Message.objects.filter(gone_out).defer("context").order_by("-id")[:SEARCHED]]


def _shown(message: Message) -> Shown:
    event = events.find(message.event)
    code = CODE.search(f"{message.body}\n{message.subject}") if message.secret else None
    return Shown(
        message=message,
        label=str(event.label) if event else message.event,
        icon=ICONS[Channel(message.channel)],
        tone=TONES.get(message.state, "info"),
        code=code.group() if code else "",
        address=message.address,
        answer=answering.address_of(message),
    )


def _is_for(row: Shown, wanted: str) -> bool:
    def plain(text: str) -> str:
        return re.sub(r"[\s+()-]", "", text).casefold()

    return plain(wanted) in plain(row.address)


def _state_of(rows: list[Shown]) -> str:
    states = ",".join(f"{row.message.pk}{row.message.state}{row.message.attempts}" for row in rows)
    return hashlib.sha256(states.encode()).hexdigest()[:16]
