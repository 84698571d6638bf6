"""The help pages (SVC-15): what each face finds, in three languages, what attacks become, and whether it helped."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core.models import User
from members.models import Member
from service_desk.knowledge.models import ArticleRating, ArticleVersion, VainSearch
from service_desk.knowledge.operations import articles, indexing, shipped
from service_desk.knowledge.places import PLACES
from service_desk.knowledge.policy.writing import Wording
from service_desk.knowledge.views.help import SUGGESTIONS
from tests.cards.factories import ActiveCardFactory
from tests.service_desk.knowledge import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf() -> None:
    shipped.publish_shipped()
    indexing.index(list(ArticleVersion.objects.values_list("pk", flat=True)))


def read(client: Client, path: str, language: str = "en") -> str:
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200, path
    return str(answer.content.decode())


@pytest.mark.usefixtures("shelf")
def test_the_help_page_shows_topics_and_questions_in_each_language(client: Client) -> None:
    for language, topic, question in (
        ("en", "Cards and activation", "When does my year begin?"),
        ("zh-hans", "会员卡与激活", "会员期从哪天开始？"),
        ("zh-hant", "會員卡與啟用", "會員期從哪天開始？"),
    ):
        page = read(client, "/help/", language)
        assert topic in page
        assert question in page


@pytest.mark.usefixtures("shelf")
def test_questions_and_home_page_tell_the_same_answers_with_the_figures_in_force(client: Client) -> None:
    for path in ("/questions/", "/", "/help/"):
        page = read(client, path)
        assert "You have 180 days to do so" in page
        assert "Within 7 days of payment" in page
        assert page.count("When does my year begin?") == 1


@pytest.mark.usefixtures("shelf")
def test_an_answer_changed_by_two_people_changes_on_every_page(client: Client) -> None:
    version = ArticleVersion.objects.get(article__slug="last-day")
    said = desk.content(title="Until when?", body="Until midnight.", is_question=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service_desk.knowledge.queries.kept.transaction.on_commit", lambda call: call())
        articles.edit(version.article, said, places=PLACES, by=desk.writer())
        desk.publish(version.article)
    for path in ("/questions/", "/", "/help/"):
        page = read(client, path)
        assert "Until when?" in page
        assert "Until what time" not in page


@pytest.mark.usefixtures("shelf")
def test_every_shipped_article_is_read_in_every_language_without_a_gap(client: Client, wanqing: Member) -> None:
    assert wanqing.user is not None
    client.force_login(wanqing.user)
    for one in shipped.ARTICLES:
        for language in ("en", "zh-hans", "zh-hant"):
            page = read(client, f"/help/{one.slug}/", language)
            assert shipped.wordings(one.slug)[language].title in page
            body = page.partition("help-body")[2].partition("</article>")[0]
            assert "{" not in body
            assert "**" not in body


@pytest.mark.usefixtures("empty_shelf")
def test_each_face_finds_its_own_and_404_for_the_rest(client: Client, wanqing: Member, clerk: User) -> None:
    slugs = {audience: desk.published(audience=audience).article.slug for audience in ("public", "members", "agents")}
    faces = {"visitor": None, "member": wanqing.user, "colleague": clerk}
    found = {}
    for face, user in faces.items():
        browser = Client()
        if user is not None:
            browser.force_login(user)
        found[face] = [browser.get(f"/help/{slugs[one]}/").status_code for one in ("public", "members", "agents")]
    assert found == {"visitor": [200, 404, 404], "member": [200, 200, 404], "colleague": [200, 200, 200]}


@pytest.mark.usefixtures("empty_shelf")
def test_another_language_is_shown_and_said_to_be_another(client: Client) -> None:
    desk.published("umbrella", wordings={"zh-hant": Wording("雨傘", "一店借，全店還。")})
    page = read(client, "/help/umbrella/")
    assert "This page is not there in your language yet. You read it in Traditional Chinese." in page
    assert 'lang="zh-hant"' in page
    assert "not there in your language" not in read(client, "/help/umbrella/", "zh-hant")


@pytest.mark.usefixtures("empty_shelf")
@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '"><svg onload=alert(1)>',
        "{{ settings.SECRET_KEY }}",
    ],
)
def test_an_attack_in_an_article_is_shown_as_text_everywhere(client: Client, attack: str) -> None:
    worded = {
        "en": Wording(
            f"Umbrella {attack}", f"B {attack}\n# {attack}\n- {attack}\n\n**{attack}**", f"S {attack}", attack
        )
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service_desk.knowledge.queries.kept.transaction.on_commit", lambda call: call())
        desk.published("umbrella", wordings=worded, is_question=True, pins=("public.activate",))
    paths = [
        "/help/umbrella/",
        "/help/",
        "/questions/",
        "/activate/",
        "/help/topics/cards/",
        "/help/search/?q=umbrella",
    ]
    for path in [*paths, f"/help/search/?q={attack}"]:
        page = client.get(path).content.decode()
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
        assert "<svg onload" not in page, path
    told = client.get("/help/suggest/", {"q": "umbrella"})
    assert [one["title"] for one in told.json()["results"]] == [f"Umbrella {attack}"]
    assert (told.headers["Content-Type"], told.headers["X-Content-Type-Options"]) == ("application/json", "nosniff")


@pytest.mark.usefixtures("shelf")
def test_a_search_shows_answers_and_notes_what_it_could_not_find(client: Client) -> None:
    assert "Activating a card, step by step" in read(client, "/help/search/?q=activate")
    assert not VainSearch.objects.exists()
    page = read(client, "/help/search/?q=Parking")
    assert "Nothing found" in page
    assert VainSearch.objects.get().text == "parking"
    assert "停车" in read(client, "/help/search/?q=停车", "zh-hans")


@pytest.mark.usefixtures("shelf")
def test_suggestions_are_told_as_json_to_each_face_its_own(client: Client, wanqing: Member) -> None:
    def suggested(browser: Client, text: str) -> list[str]:
        answer = browser.get("/help/suggest/", {"q": text}, headers={"accept-language": "en"})
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["Cache-Control"] == "private, max-age=60"
        return [one["slug"] for one in answer.json()["results"]]

    assert suggested(client, "activ")[0] == "activate-a-card"
    assert "invite-a-friend" not in suggested(client, "invite friend")
    assert wanqing.user is not None
    client.force_login(wanqing.user)
    assert suggested(client, "invite friend")[0] == "invite-a-friend"


def test_suggestions_are_limited_for_each_origin(client: Client) -> None:
    for _ in range(SUGGESTIONS.times):
        assert client.get("/help/suggest/", {"q": "card"}, REMOTE_ADDR="192.0.2.1").status_code == 200
    assert client.get("/help/suggest/", {"q": "card"}, REMOTE_ADDR="192.0.2.1").status_code == 429
    assert client.get("/help/suggest/", {"q": "card"}, REMOTE_ADDR="192.0.2.2").status_code == 200


@pytest.mark.usefixtures("empty_shelf")
def test_a_visitor_answers_once_for_each_session_and_adds_a_comment(client: Client) -> None:
    version = desk.published("umbrella")
    address = reverse("knowledge:rate", args=["umbrella"])
    page = client.post(address, {"version": version.pk, "helped": "no"}, headers={"accept-language": "en"})
    assert "Thank you for telling us." in page.content.decode()
    page = client.post(address, {"version": version.pk, "helped": "no", "comment": "Which counter?\x00"})
    assert "We read every word" in page.content.decode()
    row = ArticleRating.objects.get()
    assert (row.helped, row.comment, row.member) == (False, "Which counter?", None)
    assert 'aria-pressed="true"' in read(client, "/help/umbrella/")
    assert Client().post(address, {"version": version.pk, "helped": "yes"}).status_code == 200
    assert ArticleRating.objects.count() == 2


@pytest.mark.usefixtures("empty_shelf")
def test_an_answer_to_a_version_that_is_gone_or_to_nothing_is_not_taken(client: Client) -> None:
    version = desk.published("umbrella")
    address = reverse("knowledge:rate", args=["umbrella"])
    for body in ({"version": version.pk + 1, "helped": "yes"}, {"version": version.pk, "helped": "maybe"}, {}):
        assert client.post(address, body).status_code == 302
    assert client.get(address).status_code == 405
    assert not ArticleRating.objects.exists()


@pytest.mark.usefixtures("empty_shelf")
def test_with_htmx_only_the_question_is_drawn_anew(client: Client) -> None:
    version = desk.published("umbrella")
    address = reverse("knowledge:rate", args=["umbrella"])
    answer = client.post(address, {"version": version.pk, "helped": "yes"}, headers={"hx-request": "true"})
    assert answer.content.decode().strip().startswith("<section")


@pytest.mark.usefixtures("shelf")
def test_help_is_pinned_where_it_matters(client: Client, wanqing: Member) -> None:
    assert wanqing.user is not None
    ActiveCardFactory.create(holder=wanqing)
    client.force_login(wanqing.user)
    for path, title in (
        ("/me/points/", "How points work"),
        ("/me/tier/", "Tiers: reaching and keeping one"),
        ("/me/benefits/", "All about benefits"),
        ("/me/rewards/", "How points work"),
        ("/me/invite/", "Inviting a friend"),
        ("/me/preferences/", "What you decide about your data"),
        ("/activate/", "Activating a card, step by step"),
    ):
        assert f"</svg>{title}</a>" in read(client, path), path


def test_the_pages_are_whole_without_any_article(client: Client, empty_shelf: None) -> None:
    cache.clear()
    for path in ("/help/", "/help/search/", "/questions/", "/"):
        assert "No questions yet" in read(client, path) or path == "/help/search/"
