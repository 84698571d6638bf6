"""The pages that articles can be pinned to, and what is drawn there: help, questions, what is announced (MEM-11 · D7).

A page names its place in its template (`core.places`); `tests/service_desk/knowledge/test_places.py` holds that both agree.
"""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core import navigation, places
from core.models import User
from service_desk.knowledge.queries import audience_of, news, policy_figures, shelf
from service_desk.templatetags.knowledge import drawn

PLACES = {
    "portal.activated": _("A card has just been activated"),
    "portal.benefits": _("Benefits"),
    "portal.invite": _("Invite a friend"),
    "portal.orders": _("Orders"),
    "portal.points": _("Points"),
    "portal.preferences": _("Preferences"),
    "portal.renew": _("Renewal"),
    "portal.rewards": _("Rewards"),
    "portal.tier": _("Tier"),
    "public.activate": _("Activate a card"),
}
QUESTIONS = "public.questions"
News = tuple[list[news.Live], news.Mine]
NOTHING: News = ([], news.Mine(frozenset(), frozenset()))
BANNERS = {
    "portal.banner": "service_desk/knowledge/_banner.html",
    "counter.banner": "service_desk/knowledge/_banner.html",
    "office.banner": "admin/service_desk/knowledge/_banner.html",
}


def help_for(request: HttpRequest, place: str) -> str:
    """Small links to the articles that are pinned to a page."""
    found = shelf.pinned(place, audience_of(request.user))
    if not found:
        return ""
    language = get_language() or "en"
    links = [(one.slug, *one.wording(language)) for one in found]
    return render_to_string("service_desk/knowledge/_pinned.html", {"links": links, "reader": language}, request)


def questions(request: HttpRequest, _place: str) -> str:
    """The questions that people ask before they choose, with their answers."""
    language = get_language() or "en"
    figure, rows = policy_figures.reader(), []
    for one in shelf.questions(audience_of(request.user)):
        title, text, spoken = one.wording(language)
        rows.append((one.slug, title, drawn(text, figure=figure), spoken))
    return render_to_string("service_desk/knowledge/_questions.html", {"rows": rows, "reader": language}, request)


def banner(request: HttpRequest, place: str) -> str:
    """What is announced to whoever looks, until he puts it away."""
    shown = news.banners(*_news(request))
    if not shown:
        return ""
    language = get_language() or "en"
    rows = [(one, *one.wording(language)) for one in shown]
    return render_to_string(BANNERS[place], {"rows": rows, "reader": language}, request)


def _unread(request: HttpRequest) -> int:
    return news.unread(*_news(request))


def _news(request: HttpRequest) -> News:
    """What concerns whoever looks, asked once for a page."""
    found: News | None = getattr(request, "announced", None)
    if found is None:
        found = news.of(request.user) if isinstance(request.user, User) else NOTHING
        request.announced = found  # type: ignore[attr-defined]
    return found


for _place in PLACES:
    places.fill(_place, help_for)
for _place in BANNERS:
    places.fill(_place, banner)
places.fill(QUESTIONS, questions)
navigation.count("knowledge:news", _unread)
