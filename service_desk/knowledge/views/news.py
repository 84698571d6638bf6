"""What is announced, in the portal (MEM-11 · D9.4, D7): the list, one of them, read, put away."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.models import User
from service_desk.knowledge.models import Announcement
from service_desk.knowledge.operations import readings
from service_desk.knowledge.queries import news


@require_safe
@login_required
@never_cache
def listing(request: HttpRequest) -> HttpResponse:
    """`/me/news/`: everything of the last months that concerns the reader, the newest first."""
    user, language = _reader(request), get_language() or "en"
    known = news.read_by(user)
    rows = [(one, one.text(language), one.pk in known) for one in news.listed(user)]
    context = {"rows": rows, "unread": any(not is_read for _one, _text, is_read in rows), "reader": language}
    return render(request, "service_desk/knowledge/news.html", context)


@require_safe
@login_required
@never_cache
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One announcement; the page itself then says that it was read."""
    user = _reader(request)
    one = _found(user, pk)
    context = {"one": one, "text": one.text(get_language() or "en"), "is_read": pk in news.read_by(user)}
    return render(request, "service_desk/knowledge/news_item.html", context)


@require_POST
@login_required
def read(request: HttpRequest) -> HttpResponse:
    """Note that one was opened (`one`), or that all have been read."""
    user, wanted = _reader(request), request.POST.get("one", "")
    if not wanted:
        readings.read([one.pk for one in news.listed(user)], by=user)
        return redirect("knowledge:news")
    if not wanted.isdecimal() or len(wanted) > 18:
        raise Http404
    readings.read([_found(user, int(wanted)).pk], by=user)
    return HttpResponse(status=204)


@require_POST
@login_required
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it away from above the pages; it stays in the list."""
    user = _reader(request)
    readings.dismiss(_found(user, pk).pk, by=user)
    if request.headers.get("HX-Request"):
        return HttpResponse()
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else "knowledge:news")


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  (login_required)
    return request.user


def _found(user: User, pk: int) -> Announcement:
    one = news.one_of(user, pk)
    if one is None:
        raise Http404
    return one
