"""Articles and announcements for tests, made by the real operations."""

import datetime as dt
import itertools
from typing import Any

from core import approvals, clock
from core.models import Approval, User
from service_desk.knowledge.models import Announcement, Article, ArticleCategory, ArticleVersion
from service_desk.knowledge.operations import announcements, articles
from service_desk.knowledge.operations.announcements import Notice
from service_desk.knowledge.operations.announcements import Wording as NewsWording
from service_desk.knowledge.places import PLACES
from service_desk.knowledge.policy.writing import Content, Wording
from tests import factories

_numbers = itertools.count(1)


def writer() -> User:
    """An agent who drafts."""
    return factories.StaffFactory.create(roles={"member_service": None})


def decider() -> User:
    """The director who is the second person."""
    return factories.StaffFactory.create(roles={"operations_director": None})


def topic(code: str = "cards") -> ArticleCategory:
    found, _ = ArticleCategory.objects.get_or_create(code=code, defaults={"name": code.title()})
    return found


def content(title: str = "Lost umbrella", body: str = "Ask at any counter.", **more: Any) -> Content:
    """What an article says, in English unless told otherwise."""
    usual: dict[str, Any] = {"audience": "public", "category": topic().pk, "wordings": {"en": Wording(title, body)}}
    return Content(**(usual | more))


def draft(slug: str = "", *, by: User | None = None, **said: Any) -> ArticleVersion:
    return articles.begin(slug or f"article-{next(_numbers)}", content(**said), places=PLACES, by=by or writer())


def published(slug: str = "", **said: Any) -> ArticleVersion:
    """An article that readers find: asked for by one, approved by another."""
    version = draft(slug, **said)
    return publish(version.article)


def publish(article: Article) -> ArticleVersion:
    draft = article.versions.get(state="draft")
    author = draft.author
    assert author is not None
    asked = articles.publish(article, reason="So it is.", by=author)
    if asked is not None:
        approvals.approve(asked, by=decider())
    draft.refresh_from_db()
    return draft


def notice(title: str = "Closed on Monday", **more: Any) -> Notice:
    usual: dict[str, Any] = {
        "kind": "notice", "audience": "members", "starts_at": clock.now(),
        "wordings": {"en": NewsWording(title, "In one line.", "At length.")},
    }  # fmt: skip
    return Notice(**(usual | more))


def asked(title: str = "Closed on Monday", **more: Any) -> tuple[Announcement, Approval]:
    author = writer()
    row = announcements.begin(notice(title, **more), by=author)
    return row, announcements.publish(row, reason="So that everybody knows.", by=author)


def announced(title: str = "Closed on Monday", **more: Any) -> Announcement:
    """An announcement that two people agreed on."""
    row, request = asked(title, **more)
    approvals.approve(request, by=decider())
    row.refresh_from_db()
    return row


def days(number: int) -> dt.timedelta:
    return dt.timedelta(days=number)
