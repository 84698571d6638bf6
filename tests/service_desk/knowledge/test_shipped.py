"""The articles that come with the programme (SVC-15): whole, in three languages, and never laid over somebody's own."""

import pytest
from django.conf import settings

from core import clock, sweeps
from service_desk.knowledge.models import Article, ArticleTerm, ArticleText, ArticleVersion
from service_desk.knowledge.operations import articles, shipped
from service_desk.knowledge.places import PLACES
from service_desk.knowledge.policy import writing
from service_desk.knowledge.policy.writing import Content
from service_desk.knowledge.queries import policy_figures, search
from tests.config.test_translations import SIMPLIFIED_ONLY
from tests.service_desk.knowledge import desk
from tests.service_desk.knowledge.conftest import broken

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("one", shipped.ARTICLES, ids=lambda one: one.slug)
def test_each_is_worded_in_every_language_and_could_be_published_by_an_editor(one: shipped.Shipped) -> None:
    said = shipped.wordings(one.slug)
    assert set(said) == {code for code, _name in settings.LANGUAGES}
    writing.check_slug(one.slug)
    content = Content(audience=one.audience, category=1, wordings=said, pins=one.pins)
    writing.check(content, places=PLACES, figure=policy_figures.reader(), today=clock.today())
    for wording in said.values():
        assert len(wording.title) <= writing.LONGEST_TITLE
        assert 0 < len(wording.summary) <= writing.LONGEST_SUMMARY
        assert 0 < len(wording.keywords) <= writing.LONGEST_KEYWORDS


def test_traditional_chinese_has_no_simplified_characters() -> None:
    slips = {
        one.slug: sorted(SIMPLIFIED_ONLY.intersection("".join(vars(shipped.wordings(one.slug)["zh-hant"]).values())))
        for one in shipped.ARTICLES
    }
    assert {slug: found for slug, found in slips.items() if found} == {}


def test_what_they_name_exists() -> None:
    slugs = {one.slug for one in shipped.ARTICLES}
    assert {slug for one in shipped.ARTICLES for slug in one.related} <= slugs
    assert {one.topic for one in shipped.ARTICLES} <= {code for code, _icon, _names in shipped.TOPICS}
    files = {path.stem.rpartition(".")[0] for path in shipped.SHIPPED.glob("*.md")}
    assert files == slugs


@pytest.mark.usefixtures("empty_shelf")
def test_they_are_published_once_and_found_after_the_sweep() -> None:
    shipped.publish_shipped()
    shipped.publish_shipped()
    assert Article.objects.count() == len(shipped.ARTICLES)
    assert ArticleText.objects.count() == 3 * len(shipped.ARTICLES)
    assert not ArticleTerm.objects.exists()
    assert sweeps.run("knowledge.index").done == len(shipped.ARTICLES)
    assert sweeps.run("knowledge.index").done == 0
    assert search("activation", "public", language="en")
    assert broken() == []


def test_an_article_that_somebody_published_or_withdrew_is_left_alone() -> None:
    shipped.publish_shipped()
    version = ArticleVersion.objects.get(article__slug="last-day")
    articles.edit(version.article, desk.content(body="Ours."), places=(), by=desk.writer())
    desk.publish(version.article)
    gone = Article.objects.get(slug="give-a-card")
    articles.withdraw(gone, reason="We sell no gifts.", by=desk.writer())
    shipped.publish_shipped()
    live = ArticleVersion.objects.in_force(clock.today())
    assert live.get(article__slug="last-day").text("en").body == "Ours."
    assert not live.filter(article=gone).exists()
