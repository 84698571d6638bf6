"""Finding articles (SVC-15): in Chinese and English, ranked, while typing, only one's own, in constant statements."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from service_desk.knowledge.models import ArticleTerm, ArticleVersion
from service_desk.knowledge.operations import articles, indexing, shipped
from service_desk.knowledge.policy import words
from service_desk.knowledge.policy.writing import Wording
from service_desk.knowledge.queries import search, suggest
from tests.service_desk.knowledge import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf() -> None:
    """The articles that come with the programme, indexed."""
    shipped.publish_shipped()
    indexing.index(list(ArticleVersion.objects.values_list("pk", flat=True)))


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("asked", "language", "first"),
    [
        ("How do I activate my card?", "en", "activate-a-card"),
        ("activation", "en", "activate-a-card"),
        ("my money back", "en", "change-my-mind"),
        ("when do my points expire", "en", "how-points-work"),
        ("switch off the automatic renewal", "en", "automatic-renewal"),
        ("auto-renewal", "en", "automatic-renewal"),
        ("wrong code", "en", "activate-a-card"),
        ("unsubscribe", "en", "privacy-choices"),
        ("我的卡激活不了", "zh-hans", "activate-a-card"),
        ("怎么退款", "zh-hans", "change-my-mind"),
        ("积分什么时候过期", "zh-hans", "how-points-work"),
        ("自动续费怎么关闭", "zh-hans", "automatic-renewal"),
        ("隐私", "zh-hans", "your-data"),
        ("怎樣啟用會員卡", "zh-hant", "activate-a-card"),
        ("點數過期", "zh-hant", "how-points-work"),
        ("贈送給朋友", "zh-hant", "give-a-card"),
    ],
)
def test_a_question_finds_its_answer_first(asked: str, language: str, first: str) -> None:
    found = search(asked, "members", language=language)
    assert found, "nothing was found"
    assert found[0].slug == first
    assert found[0].language == language


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("asked", ["parking", "停车场", "寵物", "wifi password", "?", "", "；；；", "qqqq zzzz"])
def test_what_nobody_wrote_about_is_not_found(asked: str) -> None:
    assert search(asked, "members", language="en") == []


@pytest.mark.usefixtures("shelf")
def test_suggestions_come_with_the_third_letter_and_with_the_second_character() -> None:
    for typed in ("act", "acti", "activate", "How do I activate m"):
        assert suggest(typed, audience="public", language="en")[0].slug == "activate-a-card"
    assert suggest("a", audience="public", language="en") == []
    assert {one.slug for one in suggest("积分", audience="public", language="zh-hans")} >= {"how-points-work"}
    assert len(suggest("card", audience="members", language="en", limit=3)) == 3


@pytest.mark.usefixtures("empty_shelf")
def test_title_over_keywords_over_summary_over_text() -> None:
    by_title = desk.published(title="Umbrella", body="x")
    by_keywords = desk.published(wordings={"en": Wording("A", "x", "", "umbrella")})
    by_summary = desk.published(wordings={"en": Wording("B", "x", "umbrella")})
    by_text = desk.published(title="C", body="umbrella")
    wanted = [one.article.slug for one in (by_title, by_keywords, by_summary, by_text)]
    assert [one.slug for one in search("umbrella", "public", language="en")] == wanted


@pytest.mark.usefixtures("empty_shelf")
def test_everybody_finds_what_he_may_read_and_nothing_else() -> None:
    slugs = {audience: desk.published(audience=audience).article.slug for audience in ("public", "members", "agents")}
    found = {
        audience: {one.slug for one in search("umbrella", audience, language="en")}
        for audience in ("public", "members", "agents")
    }
    assert found == {
        "public": {slugs["public"]},
        "members": {slugs["public"], slugs["members"]},
        "agents": set(slugs.values()),
    }


@pytest.mark.usefixtures("empty_shelf")
def test_only_the_version_in_force_is_searched(noon) -> None:
    with clock.stopped(noon):
        first = desk.published(title="Umbrella")
        author = first.author
        assert author
        later = desk.content(title="Parasol", valid_from_on=(noon + desk.days(3)).date())
        articles.edit(first.article, later, places=(), by=author)
        desk.publish(first.article)
        assert [len(search(one, "public", language="en")) for one in ("umbrella", "parasol")] == [1, 0]
    with clock.stopped(noon + desk.days(3)):
        assert [len(search(one, "public", language="en")) for one in ("umbrella", "parasol")] == [0, 1]


@pytest.mark.usefixtures("empty_shelf")
def test_a_reader_finds_an_article_by_the_words_of_another_language() -> None:
    desk.published(wordings={"en": Wording("Umbrella", "x"), "zh-hans": Wording("雨伞借用", "x")})
    (found,) = search("雨伞", "public", language="en")
    assert (found.title, found.language) == ("Umbrella", "en")


@pytest.mark.usefixtures("empty_shelf")
def test_a_search_asks_three_statements_however_much_there_is() -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert search("lost umbrella at the counter", "agents", language="en")
        return len(seen)

    desk.published()
    few = asked()
    for _ in range(9):
        desk.published()
    assert asked() == few == 4  # the fourth fetches the wordings of what was found


@pytest.mark.usefixtures("empty_shelf")
def test_the_index_is_laid_anew_when_the_cutting_changes() -> None:
    version = desk.published()
    assert ArticleVersion.objects.get().edition == words.EDITION
    laid = set(ArticleTerm.objects.values_list("term", "weight"))
    ArticleTerm.objects.filter(term="umbrell").delete()
    ArticleTerm.objects.create(version=version, term="rubbish", weight=1)
    assert indexing.index([version.pk]) == 1
    assert set(ArticleTerm.objects.values_list("term", "weight")) == laid
