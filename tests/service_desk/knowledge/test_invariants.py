"""`manage.py verify` finds what must not be: each invariant of the knowledge base is broken once on purpose."""

import datetime as dt

import pytest

from core import clock
from service_desk.knowledge.models import Article, ArticleText, ArticleVersion
from tests.service_desk.knowledge import desk
from tests.service_desk.knowledge.conftest import broken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_shelf")]


def test_a_whole_shelf_has_nothing_to_mend() -> None:
    desk.published()
    desk.published(audience="agents")
    desk.draft()
    desk.announced()
    desk.asked()
    assert broken() == []


def test_two_versions_at_once_are_found() -> None:
    version = desk.published()
    ArticleVersion.objects.create(
        article=version.article, number=7, state="published", category=version.category, author=None,
        valid_from_on=clock.today(), superseded_on=clock.today() + dt.timedelta(days=9), published_at=clock.now(),
    )  # fmt: skip
    assert any("at once" in said for said in broken())


def test_an_article_without_a_second_person_is_found() -> None:
    version = desk.published()
    ArticleVersion.objects.filter(pk=version.pk).update(approval=None)
    assert broken() == [f"version {version} was published without a second person"]


def test_a_wording_without_words_and_a_version_without_wordings_are_found() -> None:
    version = desk.published()
    ArticleText.objects.update(body="")
    assert broken() == [f"wording {ArticleText.objects.get().pk} of version {version.pk} is half a wording"]
    ArticleText.objects.all().delete()
    assert broken() == [f"version {version.pk} says nothing"]


def test_an_article_that_nobody_looks_over_again_is_found() -> None:
    version = desk.published()
    Article.objects.update(review_on=None)
    assert broken() == [f"article {version.article} is never looked over again"]


def test_a_draft_whose_request_still_waits_is_found() -> None:
    version = desk.draft()
    author = version.author
    assert author
    from service_desk.knowledge.operations import articles

    articles.publish(version.article, reason="Now", by=author)
    ArticleVersion.objects.filter(pk=version.pk).update(state="draft")
    assert broken() == [f"version {version.pk} is draft, its request is not"]
