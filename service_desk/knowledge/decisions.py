"""What a second person decides: an article that members read, an announcement (SVC-15, MEM-11)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import approvals, show, words
from core.approvals import Kind, Word
from core.models import Approval
from service_desk.knowledge.models import Announcement, Article, ArticleVersion
from service_desk.knowledge.operations import announcements, articles, versions
from service_desk.knowledge.places import PLACES
from service_desk.knowledge.queries.contents import told

PARTS = {"title": _("Title"), "summary": _("Summary"), "body": _("Text"), "keywords": _("Other words for it")}


def _yes(value: Any) -> str:
    return str(_("yes") if value else _("no"))


def _day(value: Any) -> str:
    return show.day(dt.date.fromisoformat(value)) if value else "—"


def _moment(value: Any) -> str:
    return show.moment(dt.datetime.fromisoformat(value)) if value else "—"


def _listed(value: Any) -> str:
    return show.listed(map(str, value or ())) or "—"


def _pins(value: Any) -> str:
    return show.listed(str(PLACES.get(one, one)) for one in value or ()) or "—"


def of_texts() -> dict[str, Word]:
    """Title, summary, text in every language."""
    return {
        f"{part}.{language}": Word(f"{label} ({name})")
        for part, label in PARTS.items()
        for language, name in settings.LANGUAGES
    }


ARTICLE_WORDS: Mapping[str, Word] = {
    "audience": Word(_("For"), lambda code: str(ArticleVersion.Audience(code).label)),
    "topic": Word(_("Topic")),
    "is_question": Word(_("Stands among the questions"), _yes),
    "position": Word(_("Position")),
    "pins": Word(_("Pages that lead here"), _pins),
    "related": Word(_("See also"), _listed),
    "valid_from_on": Word(_("Valid from"), _day),
    "valid_until_on": Word(_("Valid through"), _day),
    "begins_on": Word(_("Valid from"), _day),
    "version": Word(_("Version")),
}
NEWS_WORDS: Mapping[str, Word] = {
    "kind": Word(_("Kind"), lambda code: str(Announcement.Kind(code).label)),
    "audience": Word(_("For"), lambda code: str(Announcement.Audience(code).label)),
    "tiers": Word(_("Tiers"), lambda codes: _listed(words.of(words.TIER, code) for code in codes)),
    "products": Word(_("Cards"), _listed),
    "starts_at": Word(_("From"), _moment),
    "ends_at": Word(_("Until"), _moment),
    "importance": Word(_("Importance"), lambda code: str(Announcement.Importance(code).label)),
    "is_pinned": Word(_("Above every page until dismissed"), _yes),
    "sends_message": Word(_("Also sent as a message"), _yes),
    "purpose": Word(_("Purpose"), lambda code: str(Announcement.Purpose(code).label)),
    "legal_text": Word(_("Legal text")),
    "readers": Word(_("Readers"), show.number),
}


def _article(approval: Approval) -> Article:
    return Article.objects.get(pk=int(approval.subject.rpartition(":")[2]))


def _article_now(approval: Approval) -> Mapping[str, Any]:
    """What the version in force says by now: a request that compared with anything else is stale."""
    last = versions.last_word(_article(approval))
    return told(last) if last else {}


def _page_of_article(approval: Approval) -> str:
    return reverse("admin:service_desk_article_change", args=[_article(approval).pk])


def _page_of_news(approval: Approval) -> str:
    return reverse("admin:service_desk_announcement_change", args=[approval.subject.rpartition(":")[2]])


approvals.register(
    Kind(
        code=articles.KIND,
        label=_("Article"),
        right="service_desk.decide_article",
        apply=articles.approve,
        reject=articles.take_back,
        withdraw=articles.take_back,
        current=_article_now,
        words=lambda _approval: {**ARTICLE_WORDS, **of_texts()},
        url=_page_of_article,
    )
)
approvals.register(
    Kind(
        code=announcements.KIND,
        label=_("Announcement"),
        right="service_desk.decide_announcement",
        apply=announcements.approve,
        reject=announcements.take_back,
        withdraw=announcements.take_back,
        words=lambda _approval: {**NEWS_WORDS, **of_texts()},
        url=_page_of_news,
    )
)
