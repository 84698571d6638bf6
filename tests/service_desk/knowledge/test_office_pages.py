"""The editors' desk (SVC-15, MEM-11): writing, publishing with a second person, comparing, going back, the lists."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core import clock
from core.models import Approval, User
from service_desk.knowledge.models import Announcement, Article, ArticleDay, ArticleRating, ArticleVersion, VainSearch
from service_desk.knowledge.operations import articles, counting, feedback
from service_desk.knowledge.policy.writing import Wording
from tests import factories
from tests.service_desk.knowledge import desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_shelf")]


@pytest.fixture
def agent(client: Client, service_agent: User) -> Client:
    client.force_login(service_agent)
    return client


def page(client: Client, name: str, *args: object, **query: str) -> str:
    answer = client.get(reverse(f"admin:service_desk_{name}", args=args), query, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return str(answer.content.decode())


def typed(**more: Any) -> dict[str, Any]:
    usual = {
        "slug": "umbrella", "audience": "public", "category": desk.topic().pk, "position": "50", "related": "", "note": "",
        "title_en": "Umbrellas", "summary_en": "Borrow one.", "body_en": "# Where\n\nAt **any** counter.",
        "keywords_en": "rain", "title_zh_hans": "雨伞", "body_zh_hans": "任意柜台。",
    }  # fmt: skip
    return usual | more


def test_an_article_goes_from_the_form_to_its_readers(agent: Client, director: User) -> None:
    answer = agent.post(reverse("admin:service_desk_article_add"), typed())
    version = ArticleVersion.objects.get()
    assert answer["Location"] == reverse("admin:service_desk_article_change", args=[version.article_id])
    assert sorted(version.texts.values_list("language", "title")) == [("en", "Umbrellas"), ("zh-hans", "雨伞")]
    shown = page(agent, "article_change", version.article_id)
    assert "<h2>Where</h2>" in shown
    assert "Nobody finds it until it is published" in shown
    agent.post(
        reverse("admin:service_desk_article_act", args=[version.article_id, "publish"]), {"reason": "Rainy season"}
    )
    asked = Approval.objects.get()
    decider = Client()
    decider.force_login(director)
    request = decider.get(reverse("admin:core_approval_change", args=[asked.pk]), headers={"accept-language": "en"})
    text = request.content.decode()
    assert "Title (English)" in text
    assert "At **any** counter." in text
    decider.post(reverse("admin:core_approval_decide", args=[asked.pk]), {"decision": "approve"})
    assert "<strong>any</strong>" in Client().get("/help/umbrella/", headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"slug": "Umbrella!"}, "small letters"),
        ({"slug": "search"}, "taken"),
        (
            {
                "title_en": "",
                "title_zh_hans": "",
                "body_en": "",
                "body_zh_hans": "",
                "summary_en": "",
                "keywords_en": "",
            },
            "one language",
        ),
        ({"title_en": ""}, "a title and a text"),
        ({"body_en": "[x](https://evil.example)"}, "begins with"),
        ({"body_en": "{activation.no_such}"}, "no figure"),
        ({"related": "nowhere"}, "no article"),
        ({"valid_from_on": "2027-01-05", "valid_until_on": "2027-01-01"}, "before the first"),
    ],
)
def test_what_is_wrong_is_said_on_the_form_and_nothing_is_kept(agent: Client, more: dict[str, Any], said: str) -> None:
    answer = agent.post(reverse("admin:service_desk_article_add"), typed(**more), headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Article.objects.exists()


def test_the_preview_shows_what_is_typed_and_keeps_nothing(agent: Client) -> None:
    answer = agent.post(
        reverse("admin:service_desk_article_preview"), typed(preview="zh-hans", body_zh_hans="**任意**<script>")
    )
    text = answer.content.decode()
    assert "<strong>任意</strong>&lt;script&gt;" in text
    assert not Article.objects.exists()


def test_a_new_version_begins_with_what_readers_find(agent: Client) -> None:
    version = desk.published("umbrella", body="First.")
    form = page(agent, "article_edit", version.article_id)
    assert "First." in form
    agent.post(reverse("admin:service_desk_article_edit", args=[version.article_id]), typed(body_en="Second."))
    both = page(agent, "article_change", version.article_id)
    assert "What readers find" in both
    assert "First." in both
    assert (
        "Second."
        in agent.get(
            reverse("admin:service_desk_article_change", args=[version.article_id]) + "?language=en&draft"
        ).content.decode()
    )
    compared = page(agent, "article_compare", version.article_id)
    assert "<del>First.</del>" in compared
    assert "<ins>Second.</ins>" in compared


def test_a_version_that_waits_is_not_edited(agent: Client) -> None:
    version = desk.draft()
    author = version.author
    assert author
    articles.publish(version.article, reason="Now", by=author)
    answer = agent.get(reverse("admin:service_desk_article_edit", args=[version.article_id]))
    assert answer.status_code == 302
    assert "waits for a second person" in page(agent, "article_change", version.article_id)


def test_going_back_withdrawing_looking_over_and_handing_over(agent: Client, service_agent: User) -> None:
    first = desk.published("umbrella", body="First.")
    author = first.author
    assert author
    articles.edit(first.article, desk.content(body="Second."), places=(), by=author)
    desk.publish(first.article)

    def act(verb: str, **body: object) -> None:
        answer = agent.post(reverse("admin:service_desk_article_act", args=[first.article_id, verb]), body)
        assert answer.status_code == 302

    act("restore", version=1)
    assert first.article.versions.get(state="draft").text("en").body == "First."
    act("drop")
    act("review")
    act("hand-over", owner=service_agent.pk)
    act("hand-over", owner=factories.StaffFactory.create().pk)
    assert Article.objects.get().owner == service_agent
    act("withdraw", reason="")
    assert first.article.versions.filter(superseded_on__isnull=True).exists()
    act("withdraw", reason="Wrong.")
    assert not ArticleVersion.objects.in_force(clock.today()).exists()
    assert agent.post(reverse("admin:service_desk_article_act", args=[first.article_id, "nothing"])).status_code == 404
    assert (
        agent.post(
            reverse("admin:service_desk_article_act", args=[first.article_id, "restore"]), {"version": "99"}
        ).status_code
        == 404
    )


def test_the_page_tells_figures_and_what_readers_wrote(agent: Client) -> None:
    version = desk.published("umbrella")
    ArticleDay.objects.create(article=version.article, day=clock.today(), views=12, replies=2)
    for number in range(10):
        feedback.rate(version, helped=number < 8, rater=str(number), origin=str(number), user=None, language="en",
                      comment="Where is <b>it</b>?" if number == 9 else "")  # fmt: skip
    shown = page(agent, "article_change", version.article_id)
    assert "80 % (between 49 and 94 %), 10 answers" in shown
    assert "Where is &lt;b&gt;it&lt;/b&gt;?" in shown
    listed = page(agent, "article_changelist")
    assert "80 % (49–94 %) · 10" in listed
    assert "on the shelf" in listed


def test_the_list_is_filtered_and_searched_by_what_readers_find_it_by(agent: Client) -> None:
    desk.published("umbrella", title="Umbrellas", keywords="rain") if False else desk.published(
        "umbrella", wordings={"en": Wording("Umbrellas", "At any counter.", "", "rain")}
    )
    desk.draft("parking", title="Parking")
    desk.published("hotline", audience="agents", title="Hotline")
    path = reverse("admin:service_desk_article_changelist")

    def shown(**query: str) -> set[str]:
        text = agent.get(path, query, headers={"accept-language": "en"}).content.decode()
        return {title for title in ("Umbrellas", "Parking", "Hotline") if f">{title}</a>" in text}

    assert shown() == {"Umbrellas", "Parking", "Hotline"}
    assert shown(standing="on") == {"Umbrellas", "Hotline"}
    assert shown(standing="draft") == {"Parking"}
    assert shown(standing="off") == {"Parking"}
    assert shown(audience="agents") == {"Hotline"}
    assert shown(q="rain") == {"Umbrellas"}
    assert shown(q="park") == {"Parking"}
    assert shown(q="counter rain") == {"Umbrellas"}
    assert shown(q="counter snow") == set()
    assert shown(review="due") == set()


def test_searches_in_vain_are_settled_with_what_was_done(agent: Client) -> None:
    feedback.note_vain("parking", language="en", origin="a")
    row = VainSearch.objects.get()
    assert "parking" in page(agent, "vainsearch_changelist", settled="no")
    agent.post(reverse("admin:service_desk_vainsearch_decide", args=[row.pk, "settle"]), {"reason": "Written."})
    row.refresh_from_db()
    assert row.outcome == "Written."
    assert "parking" not in page(agent, "vainsearch_changelist", settled="no")


def test_an_answer_is_put_into_a_reply_in_the_askers_language_and_counted(agent: Client) -> None:
    worded = {"en": Wording("Umbrellas", "**Any** counter. [Card](/me/)"), "zh-hans": Wording("雨伞", "任意柜台。")}
    version = desk.published("umbrella", wordings=worded)
    address = reverse("admin:service_desk_article_answer", args=["umbrella"])
    told = agent.post(address, {"language": "zh-hans"}).json()
    assert (told["title"], told["text"], told["internal"]) == ("雨伞", "任意柜台。", False)
    assert told["link"].endswith("/help/umbrella/")
    assert agent.post(address, {"language": "en"}).json()["text"] == "Any counter. Card (http://localhost:8000/me/)"
    assert cache.get(counting._key(version.article_id, "replies", clock.today())) == 2
    internal = desk.published("hotline", audience="agents")
    told = agent.post(reverse("admin:service_desk_article_answer", args=[internal.article.slug])).json()
    assert (told["internal"], told["link"]) == (True, "")
    assert agent.get(address).status_code == 405
    assert "data-answers" in page(agent, "article_find")


def news(**more: Any) -> dict[str, Any]:
    usual = {
        "kind": "notice", "importance": "normal", "audience": "members", "purpose": "service", "starts_at": "",
        "ends_at": "", "title_en": "Closed on Monday", "summary_en": "All stores.", "body_en": "Until ten.",
    }  # fmt: skip
    return usual | more


def test_an_announcement_goes_from_the_form_to_its_readers(agent: Client, director: User) -> None:
    answer = agent.post(
        reverse("admin:service_desk_announcement_add"), news(is_pinned="on", audience="tiers", tiers="gold")
    )
    row = Announcement.objects.get()
    assert answer["Location"] == reverse("admin:service_desk_announcement_change", args=[row.pk])
    agent.post(
        reverse("admin:service_desk_announcement_edit", args=[row.pk]),
        news(is_pinned="on", title_en="Closed on Tuesday"),
    )
    agent.post(reverse("admin:service_desk_announcement_act", args=[row.pk, "publish"]), {"reason": "In time"})
    decider = Client()
    decider.force_login(director)
    decider.post(reverse("admin:core_approval_decide", args=[Approval.objects.get().pk]), {"decision": "approve"})
    row.refresh_from_db()
    assert (row.state, row.audience, row.is_pinned) == ("published", "members", True)
    shown = page(agent, "announcement_change", row.pk)
    assert "Closed on Tuesday" in shown
    assert "Closed on Tuesday" in page(agent, "announcement_changelist")
    agent.post(reverse("admin:service_desk_announcement_act", args=[row.pk, "withdraw"]), {"reason": "Wrong day"})
    row.refresh_from_db()
    assert row.state == "withdrawn"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"audience": "tiers"}, "Choose the tiers"),
        ({"audience": "holders"}, "Choose the cards"),
        ({"kind": "policy"}, "names the legal text"),
        ({"kind": "new"}, "told as an offer"),
        ({"title_en": ""}, "a title and one line"),
        ({"starts_at": "2027-01-02T10:00", "ends_at": "2027-01-01T10:00"}, "before the beginning"),
    ],
)
def test_what_no_announcement_may_be_is_said_on_the_form(agent: Client, more: dict[str, Any], said: str) -> None:
    answer = agent.post(reverse("admin:service_desk_announcement_add"), news(**more), headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Announcement.objects.exists()


def test_who_may_only_look_is_shown_no_button(client: Client, auditor: User) -> None:
    version = desk.published("umbrella")
    client.force_login(auditor)
    shown = page(client, "article_change", version.article_id)
    assert "Withdraw at once" not in shown
    assert client.get(reverse("admin:service_desk_article_edit", args=[version.article_id])).status_code == 403
    assert (
        client.post(reverse("admin:service_desk_article_act", args=[version.article_id, "review"])).status_code == 403
    )
    assert ArticleRating.objects.count() == 0
