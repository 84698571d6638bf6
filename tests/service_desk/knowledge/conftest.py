"""Tests of the knowledge base begin with empty shelves and nothing kept."""

import pytest
from django.core.cache import cache

from core import verify
from service_desk.knowledge.models import Article, ArticleTerm, ArticleText, ArticleVersion
from service_desk.knowledge.queries import kept


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()
    kept.forget()


@pytest.fixture
def empty_shelf(db: None) -> None:
    """Without the articles that come with the programme."""
    ArticleTerm.objects.all().delete()
    ArticleText.objects.all().delete()
    ArticleVersion.related.through.objects.all().delete()
    ArticleVersion.objects.all().delete()
    Article.objects.all().delete()


def broken() -> list[str]:
    """What `manage.py verify` would say of the knowledge base."""
    return [said for one in verify.invariants() if one.code.startswith("K") for said in one.check()]
