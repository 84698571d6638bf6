"""Live chat for members and visitors (SVC-01 · A6.2.1): one page, and the small questions that it asks again and again."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import crypto, limits, refusals
from core import request as current_request
from core.limits import Limit
from core.models import User
from core.refusals import Refusal
from core.rules import RuleBroken
from members.models import Member
from service_desk.channels import shown
from service_desk.channels.forms.chat import LineForm, OpeningForm
from service_desk.channels.models import Chat, ChatFile
from service_desk.channels.operations import chat_lines
from service_desk.channels.operations import chats as life
from service_desk.channels.queries import chats
from service_desk.handing_out import as_file
from service_desk.operations import letters

OPENINGS = Limit("chat-openings", 20, 3600)
LINES = Limit("chat-lines", 240, 600)
IN_SESSION = "chat"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def portal(request: HttpRequest) -> HttpResponse:
    """The member's chat."""
    member = _member(request)
    if member is None:
        raise Http404
    return _page(request, member, frame="base_portal.html", here="channels:chat")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def public(request: HttpRequest) -> HttpResponse:
    """A visitor's chat; a member has her own."""
    if _member(request) is not None:
        return redirect("channels:chat")
    return _page(request, None, frame="base_public.html", here="channels:public_chat")


@require_POST
def poll(request: HttpRequest) -> JsonResponse:
    """What was said behind `after`, where one stands in the line, whether the other side writes. Few queries, always the same.

    It is no reading: who asks waits, and when he has waited long enough it becomes a case.
    """
    chat = life.look_after(_mine(request))
    after = request.POST.get("after", "")
    return JsonResponse(_told(chat, after=int(after) if after.isdecimal() and len(after) < 8 else 0))


@require_POST
def say(request: HttpRequest) -> HttpResponse:
    """One line. A page asks for JSON; a browser without scripts gets the page again."""
    chat = _mine(request)
    limits.require((LINES, chat.token))
    form = LineForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise Refusal("chat_line_unreadable", status=422)
        line = chat_lines.say(
            chat, text=form.cleaned_data["text"], key=form.cleaned_data["key"], uploads=form.uploads()
        )
    except RuleBroken as broken:
        if not _wants_json(request):
            raise
        status = broken.status if isinstance(broken, Refusal) else 409
        return JsonResponse({"error": refusals.said(broken)}, status=status)
    return JsonResponse({"n": line.position, "key": line.key}) if _wants_json(request) else _back(request)


@require_POST
def typing(request: HttpRequest) -> HttpResponse:
    """The visitor writes."""
    chat_lines.typing(_mine(request), who=chat_lines.VISITOR)
    return HttpResponse(status=204)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """The visitor ends it."""
    chat = life.leave(_mine(request))
    return JsonResponse(_told(chat, after=chat.said)) if _wants_json(request) else _back(request)


@require_safe
def file(request: HttpRequest, token: str) -> HttpResponse:
    """A file of one's own chat."""
    kept = chats.file_of(_mine(request), token)
    if kept is None:
        raise Http404
    return as_file(kept)


def _page(request: HttpRequest, member: Member | None, *, frame: str, here: str) -> HttpResponse:
    chat = None if "new" in request.GET else _found(request, member)
    form = OpeningForm(request.POST or None, member=member, initial={"key": uuid.uuid4().hex})
    if request.method == "POST" and form.is_valid():
        try:
            opened = _open(request, form, member)
        except RuleBroken as broken:
            form.add_error(None, refusals.said(broken))
        else:
            if member is None:
                request.session[IN_SESSION] = opened.token
            return redirect(here)
    opening = chats.opening()
    context = {
        "frame": frame, "here": reverse(here), "chat": chat, "form": form, "opening": opening, "hours": chats.told(opening),
        "is_anybody_there": bool(chat is None and opening.is_open and chats.seats()),
        "told": _told(chat) if chat else None, "line_key": uuid.uuid4().hex,
    }  # fmt: skip
    return render(request, "service_desk/channels/chat.html", context, status=422 if form.errors else 200)


def _open(request: HttpRequest, form: OpeningForm, member: Member | None) -> Chat:
    """A key counts for its sender alone: nobody comes into a chat by another's."""
    origin = current_request.address_of(request)
    limits.require((OPENINGS, f"member:{member.pk}" if member else f"origin:{origin}"))
    if member is None and not request.session.session_key:
        request.session.create()
    sender = f"member:{member.pk}" if member else f"session:{request.session.session_key}"
    scope = crypto.blind_index(sender, purpose="chat-opening")[:24]
    return life.open_chat(
        text=form.cleaned_data["text"], member=member, contact=form.contact(), key=f"{scope}:{form.cleaned_data['key']}"
    )


def _told(chat: Chat, *, after: int = 0) -> dict[str, Any]:
    waits = chat.state == Chat.State.WAITING
    found = chats.lines(chat, after=after) if chat.said > after else []
    return {
        "state": str(chat.state),
        "ending": str(chat.ending),
        "lines": shown.lines(found, address=_address, with_keys=True),
        "agent": str(chat.agent) if chat.agent else "",
        "place": chats.place_in_line(chat) if waits else 0,
        "typing": chat.is_live and not waits and bool(chat_lines.who_types([chat.pk], who=chat_lines.AGENT)),
        "case": {"number": chat.case.number, "url": letters.address(chat.case) if chat.member_id else ""}
        if chat.case
        else None,
    }


def _address(kept: ChatFile) -> str:
    return reverse("channels:chat_file", args=[kept.token])


def _mine(request: HttpRequest) -> Chat:
    chat = _found(request, _member(request))
    if chat is None:
        raise Http404
    return chat


def _found(request: HttpRequest, member: Member | None) -> Chat | None:
    if member is not None:
        return chats.of_member(member)
    token = request.session.get(IN_SESSION)
    return chats.of_token(token) if isinstance(token, str) else None


def _member(request: HttpRequest) -> Member | None:
    user = request.user
    return getattr(user, "member", None) if isinstance(user, User) else None


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _back(request: HttpRequest) -> HttpResponse:
    response = redirect("channels:chat" if _member(request) is not None else "channels:public_chat")
    add_never_cache_headers(response)
    return response
