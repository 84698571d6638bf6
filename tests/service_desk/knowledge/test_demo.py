"""The demo shows the knowledge base alive, and loading it again changes nothing."""

import pytest

from core.models import Approval
from members import demo as people
from service_desk.knowledge import demo
from service_desk.knowledge.models import (
    Announcement,
    Article,
    ArticleDay,
    ArticleRating,
    ArticleTerm,
    ArticleVersion,
    VainSearch,
)
from service_desk.knowledge.operations import shipped
from service_desk.knowledge.queries import figures, search
from tests.service_desk.knowledge.conftest import broken

pytestmark = pytest.mark.django_db
TABLES = (Article, ArticleVersion, ArticleTerm, ArticleRating, ArticleDay, VainSearch, Announcement, Approval)


def test_the_demo_has_articles_answers_searches_and_announcements_in_every_state() -> None:
    people.load()
    demo.load()
    before = [table.objects.count() for table in TABLES]
    demo.load()
    assert [table.objects.count() for table in TABLES] == before
    assert Article.objects.count() == len(shipped.ARTICLES) + 2
    assert sorted(Announcement.objects.values_list("state", flat=True)) == ["published", "published", "waiting"]
    assert ArticleVersion.objects.get(state="waiting").article.slug == "change-my-mind"
    told = figures.of([Article.objects.get(slug="change-my-mind").pk]).popitem()[1]
    assert told.helped.in_per_cent == (56, 33, 77)
    assert told.views > 100
    assert search("caller", "agents", language="en")[0].slug == "identify-a-caller"
    assert "identify-a-caller" not in [one.slug for one in search("caller", "members", language="en")]
    assert broken() == []
