"""The chat desk of the agents (SVC-01 · A6.2.1): who waits, one's own chats side by side, and the answers one gives."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cards.admin.pages import page, viewer
from core import clock, parameters, refusals, show, words
from core.models import User
from core.refusals import Refusal
from core.rules import RuleBroken
from members.policy import names
from service_desk.channels import shown
from service_desk.channels.forms.chat import LineForm
from service_desk.channels.models import Chat, ChatFile, ChatLine
from service_desk.channels.operations import chat_desk, chat_lines
from service_desk.channels.operations import chats as life
from service_desk.channels.policy.parameters import ChatParameters
from service_desk.channels.queries import chats
from service_desk.handing_out import as_file
from service_desk.models import AgentProfile
from service_desk.operations import duty
from service_desk.queries import categories
from service_desk.queries.agents import HANDLE

SHOWN = 20
Act = Callable[[HttpRequest, Chat, User], dict[str, Any]]


@require_safe
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """The page; it fills itself."""
    user = viewer(request, HANDLE)
    limits = parameters.in_force(ChatParameters)
    answers = [
        {"name": one.worded("name"), **{code: one.worded("body", code) for code in ("en", "zh_hans", "zh_hant")}}
        for one in categories.answers(None)
    ]
    context: dict[str, Any] = {"agent": user, "answers": answers, "most": limits.chats_at_once, "title": _("Chat desk")}
    return page(request, "admin/service_desk/chat_desk.html", **context)


@require_POST
def poll(request: HttpRequest) -> JsonResponse:
    """Who waits, and what was said in my chats behind the places that `c` names (`12:5,13:0`). Few queries, always the same.

    It says too that somebody sits at this desk.
    """
    user = viewer(request, HANDLE)
    chat_desk.sit(by=user)
    waiting = list(chats.waiting().select_related("member")[:SHOWN])
    if chat_desk.needs_tending(waiting):
        chat_desk.tend()
        waiting = list(chats.waiting().select_related("member")[:SHOWN])
    mine = list(chats.of_agent(user))
    cursors = _cursors(request.POST.get("c", ""))
    lines = chats.lines_of({one.pk: cursors.get(one.pk, 0) for one in mine}) if mine else {}
    typing = chat_lines.who_types([one.pk for one in mine], who=chat_lines.VISITOR) if mine else set()
    profile = AgentProfile.objects.filter(user=user).first()
    return JsonResponse(
        {
            "on_duty": profile is not None and profile.is_on_duty,
            "full": len(mine) >= parameters.in_force(ChatParameters).chats_at_once,
            "waiting": _waiting(waiting, user),
            "chats": [_chat(one, lines.get(one.pk, []), is_typing=one.pk in typing) for one in mine],
        }
    )


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One step with a chat: taken, answered, handed back, ended."""
    user = viewer(request, HANDLE)
    chat = Chat.objects.filter(pk=pk).first()
    if chat is None or verb not in ACTS:
        raise Http404
    return _answered(lambda: ACTS[verb](request, chat, user))


@require_POST
def on_duty(request: HttpRequest) -> HttpResponse:
    """I am here, or I am not: `on` says which."""
    user = viewer(request, HANDLE)
    is_on = request.POST.get("on") == "1"
    if not is_on:
        chat_desk.stand_up(by=user)
    return _answered(lambda: {"on_duty": (duty.begin if is_on else duty.end)(by=user).is_on_duty})


@require_safe
def file(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """A file of a chat, for those who work on cases."""
    viewer(request, HANDLE)
    chat = Chat.objects.filter(pk=pk).first()
    kept = chats.file_of(chat, token) if chat else None
    if kept is None:
        raise Http404
    return as_file(kept)


def _take(request: HttpRequest, chat: Chat, user: User) -> dict[str, Any]:
    chat_desk.sit(by=user)
    return {"id": life.take(chat, by=user).pk}


def _say(request: HttpRequest, chat: Chat, user: User) -> dict[str, Any]:
    form = LineForm(request.POST, request.FILES)
    if not form.is_valid():
        raise Refusal("chat_line_unreadable", status=422)
    given = form.cleaned_data
    line = chat_lines.say(chat, text=given["text"], by=user, key=given["key"], uploads=form.uploads())
    return {"n": line.position, "key": line.key}


def _type(request: HttpRequest, chat: Chat, user: User) -> dict[str, Any]:
    if chat.agent_id == user.pk:
        chat_lines.typing(chat, who=chat_lines.AGENT)
    return {}


def _hand_back(request: HttpRequest, chat: Chat, user: User) -> dict[str, Any]:
    return {"state": str(life.hand_back(chat, by=user).state)}


def _end(request: HttpRequest, chat: Chat, user: User) -> dict[str, Any]:
    case = life.end(chat, by=user, resolution=request.POST.get("resolution", "")).case
    assert case is not None  # noqa: S101  (whatever is over is a case)
    return {"case": case.number, "url": reverse("admin:service_desk_case_change", args=[case.pk])}


ACTS: dict[str, Act] = {"take": _take, "say": _say, "typing": _type, "back": _hand_back, "end": _end}


def _answered(do: Callable[[], dict[str, Any]]) -> JsonResponse:
    try:
        return JsonResponse(do())
    except RuleBroken as broken:
        status = broken.status if isinstance(broken, Refusal) else 409
        return JsonResponse({"error": refusals.said(broken), "code": broken.code}, status=status)


def _cursors(text: str) -> dict[int, int]:
    found = {}
    for part in text[:400].split(","):
        pk, _colon, place = part.partition(":")
        if pk.isdecimal() and place.isdecimal() and len(pk) < 19 and len(place) < 8:
            found[int(pk)] = int(place)
    return found


def _waiting(waiting: list[Chat], user: User) -> list[dict[str, Any]]:
    first = ChatLine.objects.filter(chat__in=[one.pk for one in waiting], position=1)
    said = dict(first.values_list("chat", "body")) if waiting else {}
    now = clock.now()
    return [
        {
            **_who(one),
            "words": said.get(one.pk, "")[:160],
            "waits": max(int((now - one.waits_since) / dt.timedelta(seconds=1)), 0),
            "mine": one.offered_to_id == user.pk,
        }
        for one in waiting
    ]


def _chat(chat: Chat, lines: list[ChatLine], *, is_typing: bool) -> dict[str, Any]:
    def address(kept: ChatFile) -> str:
        return reverse("admin:service_desk_chat_file", args=[chat.pk, kept.token])

    return {
        **_who(chat),
        "since": show.time_of_day(chat.taken_at or chat.opened_at),
        "typing": is_typing,
        "lines": shown.lines(lines, address=address, with_keys=True),
    }


def _who(chat: Chat) -> dict[str, Any]:
    """Who it is, as staff see people: a member by masked name and number, a visitor as he called himself."""
    member = chat.member
    return {
        "id": chat.pk,
        "name": names.masked(member.name) if member else chat.name or _("Visitor"),
        "number": member.number if member else "",
        "url": reverse("admin:members_member_overview", args=[member.pk]) if member else "",
        "tier": words.of(words.TIER, chat.tier) if chat.tier else "",
        "tier_code": chat.tier,
        "language": chat.language,
    }
