"""Articles are drafted by one person and published by two (SVC-15): versions, days, going back, taking off the shelf."""

import datetime as dt
from typing import Any

import pytest

from core import approvals, clock
from core.models import AuditRecord, User
from core.refusals import Refusal
from core.rules import RuleBroken
from service_desk.knowledge.models import Article, ArticleTerm, ArticleVersion
from service_desk.knowledge.operations import articles, versions
from service_desk.knowledge.places import PLACES
from service_desk.knowledge.policy.writing import Wording
from service_desk.knowledge.queries import articles as rows
from service_desk.knowledge.queries import contents
from tests import factories
from tests.service_desk.knowledge import desk
from tests.service_desk.knowledge.conftest import broken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_shelf")]


def says(slug: str, audience: str = "public") -> str | None:
    version = rows.find(slug, audience)
    return version.text("en").body if version else None


def test_a_draft_is_found_by_nobody_until_a_second_person_agreed() -> None:
    version = desk.draft("umbrella")
    assert (says("umbrella"), says("umbrella", "agents")) == (None, None)
    author = version.author
    assert author
    asked = articles.publish(version.article, reason="Asked often", by=author)
    assert asked is not None
    assert says("umbrella") is None
    approvals.approve(asked, by=desk.decider())
    assert says("umbrella") == "Ask at any counter."
    assert broken() == []


def test_nobody_decides_his_own_article() -> None:
    both = factories.StaffFactory.create(roles={"member_service": None, "operations_director": None})
    version = desk.draft(by=both)
    asked = articles.publish(version.article, reason="Mine", by=both)
    assert asked is not None
    with pytest.raises(Refusal) as refused:
        approvals.approve(asked, by=both)
    assert refused.value.code == "four_eyes"
    assert says(version.article.slug) is None


def test_what_only_colleagues_read_is_published_at_once() -> None:
    version = desk.published(audience="agents")
    assert says(version.article.slug, "agents") == "Ask at any counter."
    assert says(version.article.slug, "members") is None
    assert version.approval is None


def test_an_article_of_colleagues_does_not_slip_out_to_the_public_alone() -> None:
    version = desk.published(audience="agents")
    author = version.author
    assert author
    articles.edit(version.article, desk.content(audience="public"), places=PLACES, by=author)
    assert articles.publish(version.article, reason="Everybody asks", by=author) is not None
    assert says(version.article.slug) is None


def test_nor_does_a_public_article_become_one_of_colleagues_by_one_person() -> None:
    version = desk.published()
    author = version.author
    assert author
    articles.edit(version.article, desk.content(audience="agents"), places=PLACES, by=author)
    assert articles.publish(version.article, reason="Not for them", by=author) is not None
    assert says(version.article.slug) == "Ask at any counter."


def test_a_rejected_article_is_a_draft_again_and_can_be_mended() -> None:
    version = desk.draft()
    author = version.author
    assert author
    asked = articles.publish(version.article, reason="Now", by=author)
    assert asked is not None
    with pytest.raises(Refusal) as refused:
        articles.edit(version.article, desk.content(body="Better"), places=PLACES, by=author)
    assert refused.value.code == "article_waits"
    approvals.reject(asked, by=desk.decider(), reason="Too short")
    articles.edit(version.article, desk.content(body="Ask at the cloakroom."), places=PLACES, by=author)
    assert desk.publish(version.article).number == 1
    assert says(version.article.slug) == "Ask at the cloakroom."
    assert broken() == []


def test_a_request_is_stale_when_another_version_came_in_between() -> None:
    version = desk.published()
    author = version.author
    assert author
    articles.edit(version.article, desk.content(body="Second"), places=PLACES, by=author)
    asked = articles.publish(version.article, reason="Now", by=author)
    assert asked is not None
    articles.withdraw(version.article, reason="It was wrong.", by=author)
    with pytest.raises(Refusal) as refused:
        approvals.approve(asked, by=desk.decider())
    assert refused.value.code == "stale"


def test_a_new_version_holds_from_its_day_and_the_old_one_until_then(noon: dt.datetime) -> None:
    with clock.stopped(noon):
        version = desk.published("umbrella")
        author = version.author
        assert author
        later = desk.content(body="From December.", valid_from_on=dt.date(2026, 12, 1))
        articles.edit(version.article, later, places=PLACES, by=author)
        desk.publish(version.article)
        assert says("umbrella") == "Ask at any counter."
    with clock.stopped(noon + desk.days(7)):
        assert says("umbrella") == "Ask at any counter."
    with clock.stopped(noon + desk.days(8)):
        assert says("umbrella") == "From December."
        assert broken() == []


def test_what_is_decided_later_overtakes_what_was_to_begin_later(noon: dt.datetime) -> None:
    with clock.stopped(noon):
        version = desk.published("umbrella")
        author = version.author
        assert author
        for body, day in (("December.", dt.date(2026, 12, 1)), ("At once.", None)):
            articles.edit(version.article, desk.content(body=body, valid_from_on=day), places=PLACES, by=author)
            desk.publish(version.article)
        assert says("umbrella") == "At once."
    with clock.stopped(noon + desk.days(30)):
        assert says("umbrella") == "At once."
        assert broken() == []


def test_an_article_ends_with_its_last_day(noon: dt.datetime) -> None:
    with clock.stopped(noon):
        desk.published("umbrella", valid_until_on=dt.date(2026, 11, 25))
    with clock.stopped(noon + desk.days(2)):
        assert says("umbrella") is not None
    with clock.stopped(noon + desk.days(3)):
        assert says("umbrella") is None


def test_a_version_that_would_be_over_is_not_put_in_force(noon: dt.datetime) -> None:
    with clock.stopped(noon):
        version = desk.draft(valid_until_on=dt.date(2026, 11, 23))
        author = version.author
        assert author
        asked = articles.publish(version.article, reason="For today", by=author)
        assert asked is not None
    with clock.stopped(noon + desk.days(1)), pytest.raises(Refusal) as refused:
        approvals.approve(asked, by=desk.decider())
    assert refused.value.code == "article_ends_before_it_begins"


def test_going_back_is_a_new_version_and_nothing_is_lost() -> None:
    first = desk.published("umbrella", body="First.")
    author = first.author
    assert author
    articles.edit(first.article, desk.content(body="Second."), places=PLACES, by=author)
    desk.publish(first.article)
    back = articles.restore(first, by=author)
    assert (back.number, back.restores, back.state) == (3, first, "draft")
    desk.publish(first.article)
    assert says("umbrella") == "First."
    assert list(first.article.versions.order_by("number").values_list("state", flat=True)) == ["published"] * 3
    assert broken() == []


def test_going_back_does_not_overwrite_an_open_draft() -> None:
    first = desk.published()
    author = first.author
    assert author
    articles.edit(first.article, desk.content(body="Unfinished."), places=PLACES, by=author)
    with pytest.raises(Refusal) as refused:
        articles.restore(first, by=author)
    assert refused.value.code == "article_has_a_draft"


def test_a_draft_that_is_given_up_stays_on_record() -> None:
    version = desk.draft()
    author = version.author
    assert author
    articles.drop(version.article, by=author)
    version.refresh_from_db()
    assert version.state == "dropped"
    assert articles.edit(version.article, desk.content(), places=PLACES, by=author).number == 2
    with pytest.raises(Refusal):
        articles.restore(version, by=author)


def test_withdrawing_takes_an_article_off_at_once_and_says_why() -> None:
    version = desk.published("umbrella")
    author = version.author
    assert author
    articles.withdraw(version.article, reason="It promised too much.", by=author)
    assert says("umbrella", "agents") is None
    assert not ArticleTerm.objects.filter(version=version).exists()
    told = AuditRecord.objects.get(action="service_desk.article.withdraw")
    assert (told.reason, told.actor) == ("It promised too much.", author)
    with pytest.raises(Refusal) as refused:
        articles.withdraw(version.article, reason="Again", by=author)
    assert refused.value.code == "article_not_on_the_shelf"


def test_withdrawing_also_takes_off_what_was_to_begin_later(noon: dt.datetime) -> None:
    with clock.stopped(noon):
        version = desk.published("umbrella")
        author = version.author
        assert author
        later = desk.content(body="Later.", valid_from_on=dt.date(2026, 12, 1))
        articles.edit(version.article, later, places=PLACES, by=author)
        desk.publish(version.article)
        articles.withdraw(version.article, reason="All of it was wrong.", by=author)
    with clock.stopped(noon + desk.days(30)):
        assert says("umbrella") is None


def test_publishing_and_looking_over_set_the_next_review(noon: dt.datetime) -> None:
    with clock.stopped(noon):
        version = desk.published("umbrella")
        author = version.author
        assert author
        assert Article.objects.get().review_on == dt.date(2027, 5, 23)
    with clock.stopped(noon + desk.days(100)):
        articles.review(version.article, by=author)
        assert Article.objects.get().review_on == dt.date(2027, 9, 3)


def test_an_article_is_handed_over_to_somebody_who_may_write() -> None:
    version, other, clerk = desk.published(), desk.writer(), factories.StaffFactory.create()
    author = version.author
    assert author
    articles.hand_over(version.article, to=other, by=author)
    assert Article.objects.get().owner == other
    with pytest.raises(Refusal) as refused:
        articles.hand_over(version.article, to=clerk, by=author)
    assert refused.value.code == "article_owner_may_not_write"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"wordings": {}}, "article_without_words"),
        ({"title": " "}, "article_half_worded"),
        ({"body": "[x](https://evil.example/)"}, "link_leaves_the_site"),
        ({"body": "{activation.nothing}"}, "figure_unknown"),
        ({"body": "{no_area.days}"}, "figure_unknown"),
        ({"body": "{tiers.ladder.9.spend_minor}"}, "figure_unknown"),
        ({"pins": ("portal.nowhere",)}, "article_pinned_nowhere"),
        ({"valid_until_on": dt.date(2020, 1, 1)}, "article_ends_before_it_begins"),
    ],
)
def test_what_no_reader_could_use_is_refused(said: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        desk.draft(**said)
    assert refused.value.code == code
    assert not Article.objects.exists()


@pytest.mark.parametrize("slug", ["Search", "a b", "-a", "a--b", "search", "topics", "x" * 61, "", "é"])
def test_an_address_that_is_none_or_leads_elsewhere_is_refused(slug: str) -> None:
    with pytest.raises(RuleBroken):
        articles.begin(slug, desk.content(), places=PLACES, by=desk.writer())


def test_an_address_is_taken_once() -> None:
    desk.draft("umbrella")
    with pytest.raises(RuleBroken) as refused:
        desk.draft("umbrella")
    assert refused.value.code == "article_address_taken"


def test_who_has_no_right_writes_nothing(auditor: User) -> None:
    version = desk.published()
    for attempt in (
        lambda: articles.begin("other", desk.content(), places=PLACES, by=auditor),
        lambda: articles.edit(version.article, desk.content(), places=PLACES, by=auditor),
        lambda: articles.restore(version, by=auditor),
        lambda: articles.publish(version.article, reason="x", by=auditor),
        lambda: articles.withdraw(version.article, reason="x", by=auditor),
        lambda: articles.review(version.article, by=auditor),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.status == 403


def test_two_versions_are_compared_field_by_field_and_line_by_line() -> None:
    first = desk.published("umbrella", body="One\nTwo", title="Umbrellas")
    author = first.author
    assert author
    worded = {"en": Wording("Umbrellas", "One\nThree"), "zh-hans": Wording("雨伞", "一")}
    articles.edit(first.article, desk.content(wordings=worded, is_question=True), places=PLACES, by=author)
    second = desk.publish(first.article)
    told = dict(contents.differences(_whole(first), _whole(second)))
    assert told["body.en"] == [("same", "One"), ("gone", "Two"), ("new", "Three")]
    assert told["title.zh-hans"] == [("new", "雨伞")]
    assert set(told) == {"body.en", "is_question", "title.zh-hans", "body.zh-hans"}


def _whole(version: ArticleVersion) -> ArticleVersion:
    return ArticleVersion.objects.select_related("category", "article").get(pk=version.pk)


def test_a_missing_language_falls_back_to_the_nearest_and_says_which() -> None:
    worded = {"en": Wording("Umbrella", "x"), "zh-hant": Wording("雨傘", "x")}
    version = desk.published(wordings=worded)
    assert version.text("zh-hans").language == "zh-hant"
    assert version.text("en").title == "Umbrella"
    assert desk.published(wordings={"zh-hans": Wording("伞", "x")}).text("en").language == "zh-hans"


def test_each_step_is_on_record() -> None:
    version = desk.published()
    author = version.author
    assert author
    articles.review(version.article, by=author)
    told = list(AuditRecord.objects.filter(action__startswith="service_desk.").values_list("action", flat=True))
    assert told == ["service_desk.article.draft", "service_desk.article.publish", "service_desk.article.review"]
    assert versions.last_word(version.article) == version
