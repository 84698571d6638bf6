"""The supervisor's live board (SVC-03, SVC-10 · D4.3.2, B11): the page, and the part of it that renews itself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cards.admin.pages import page, viewer
from service_desk.models.choices import CaseChannel, Kind
from service_desk.operations import holding
from service_desk.queries import board as picture
from service_desk.queries import choosing

EVERY = 15
"""Seconds between two pictures."""


@require_safe
@never_cache
def board(request: HttpRequest) -> HttpResponse:
    """Who works, what waits, how fast we are. `?part=1` is what the open page asks for again and again."""
    viewer(request, holding.ASSIGN)
    now = picture.now()
    context: dict[str, Any] = {
        "board": now,
        "bars": _bars(now),
        "kept": [
            (_("By kind"), [(Kind(one.group).label, one) for one in now.by_kind]),
            (_("By channel"), [(CaseChannel(one.group).label, one) for one in now.by_channel]),
        ],
        "colleagues": choosing.choosing().colleagues,
        "every": EVERY,
    }
    template = "_board" if request.GET.get("part") else "board"
    return page(request, f"admin/service_desk/{template}.html", title=_("Live board"), **context)


def _bars(now: picture.Board) -> list[dict[str, Any]]:
    """The hours of today: what came above the ground, what was resolved below it."""
    top = max((max(hour.opened, hour.resolved) for hour in now.hours), default=0) or 1
    return [
        {
            "hour": hour,
            "up": 50 * hour.opened // top,
            "top": 50 - 50 * hour.opened // top,
            "down": 50 * hour.resolved // top,
        }
        for hour in now.hours
    ]
