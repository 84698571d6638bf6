"""The inbox of the portal."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.messaging import inbox
from core.models import User

PAGE = 30


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    return request.user


@never_cache
@require_safe
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """Newest first; `before` continues below a message."""
    before = request.GET.get("before", "")
    messages = inbox.of(_reader(request)).defer("address", "context", "body")
    if before.isascii() and before.isdigit() and len(before) < 19:
        messages = messages.filter(pk__lt=int(before))
    shown = list(messages[: PAGE + 1])
    older = shown[PAGE - 1].pk if len(shown) > PAGE else None
    context = {"letters": shown[:PAGE], "older": older, "unread": inbox.unread_count(_reader(request))}
    return render(request, "core/portal/inbox.html", context)


@never_cache
@require_safe
@login_required
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message; the page itself then says that it was read."""
    letter = get_object_or_404(inbox.of(_reader(request)).defer("address", "context"), pk=pk)
    link = letter.link if url_has_allowed_host_and_scheme(letter.link, allowed_hosts=None) else ""
    return render(request, "core/portal/inbox_message.html", {"letter": letter, "link": link})


@require_POST
@login_required
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a message was opened."""
    get_object_or_404(inbox.of(_reader(request)).only("pk"), pk=pk)
    inbox.mark_read(_reader(request), pk=pk)
    return HttpResponse(status=204)


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Note that everything was read."""
    inbox.mark_read(_reader(request))
    return redirect("core:inbox")
