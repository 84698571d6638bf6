"""Whether an article helped, and what was looked for in vain (SVC-15)."""

import datetime as dt

import pytest

from core import clock
from core.refusals import Refusal
from members.models import Member
from service_desk.knowledge.models import ArticleRating, VainSearch
from service_desk.knowledge.operations import feedback
from service_desk.knowledge.policy.shares import Share
from service_desk.knowledge.queries import figures
from tests import factories
from tests.service_desk.knowledge import desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_shelf")]


def rate(version, reader: str = "a", *, helped: bool = True, comment: str = "", user: object = None) -> ArticleRating:
    rater = feedback.rater_of(user, reader)
    return feedback.rate(
        version, helped=helped, rater=rater, origin=f"address:{reader}", user=user, language="en", comment=comment
    )


def test_a_reader_answers_once_and_may_change_her_mind() -> None:
    version = desk.published()
    rate(version)
    rate(version, helped=False)
    rate(version, "b")
    assert sorted(ArticleRating.objects.values_list("helped", flat=True)) == [False, True]
    assert figures.of([version.article_id])[version.article_id].helped == Share(1, 2)


def test_a_comment_is_added_to_the_answer_sealed_and_survives_another_click(wanqing: Member) -> None:
    version = desk.published()
    rate(version, user=wanqing.user)
    rate(version, user=wanqing.user, helped=False, comment="  Where is the code?  ")
    rate(version, user=wanqing.user)
    row = ArticleRating.objects.get()
    assert (row.comment, row.helped, row.member) == ("Where is the code?", True, wanqing)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT comment FROM service_desk_articlerating")
        assert "code" not in cursor.fetchone()[0]


def test_each_version_is_asked_about_anew() -> None:
    from service_desk.knowledge.operations import articles

    version = desk.published()
    rate(version)
    author = version.author
    assert author
    articles.edit(version.article, desk.content(body="Better."), places=(), by=author)
    second = desk.publish(version.article)
    rate(second, helped=False)
    shares = figures.by_version(version.article)
    assert shares == {version.pk: Share(1, 1), second.pk: Share(0, 1)}


def test_nobody_answers_more_than_he_can_have_read() -> None:
    version = desk.published()
    for number in range(feedback.RATINGS.times):
        feedback.rate(version, helped=True, rater=str(number), origin="address:192.0.2.1", user=None, language="en")
    with pytest.raises(Refusal) as refused:
        feedback.rate(version, helped=True, rater="one more", origin="address:192.0.2.1", user=None, language="en")
    assert (refused.value.status, ArticleRating.objects.count()) == (429, feedback.RATINGS.times)


def test_a_rater_is_a_digest_that_names_nobody(wanqing: Member) -> None:
    one, other = feedback.rater_of(wanqing.user, ""), feedback.rater_of(None, "session")
    assert one != other
    assert one == feedback.rater_of(wanqing.user, "whatever session")
    assert len(one) == len(other) == 64


def test_what_was_looked_for_in_vain_is_counted_once_a_text_and_language() -> None:
    for text in ("Parking", " parking ", "ＰＡＲＫＩＮＧ", "停车"):
        feedback.note_vain(text, language="en", origin="address:192.0.2.1")
    assert set(VainSearch.objects.values_list("text", "times")) == {("parking", 3), ("停车", 1)}


@pytest.mark.parametrize("text", ["", "x", "13800138000", "wanqing@example.com", "   "])
def test_what_is_left_of_nothing_is_not_noted(text: str) -> None:
    feedback.note_vain(text, language="en", origin="address:192.0.2.1")
    assert not VainSearch.objects.exists()


def test_a_flood_of_searches_is_noted_up_to_the_limit() -> None:
    for number in range(feedback.SEARCHES.times + 10):
        feedback.note_vain(f"nonsense {'abcdefghij'[number % 10]}{number}", language="en", origin="address:192.0.2.1")
    assert VainSearch.objects.count() == feedback.SEARCHES.times


def test_a_settled_search_is_back_when_it_is_made_again() -> None:
    feedback.note_vain("parking", language="en", origin="address:192.0.2.1")
    feedback.settle(VainSearch.objects.get(), outcome="There is an article now.", by=desk.writer())
    assert not figures.in_vain().exists()
    feedback.note_vain("parking", language="en", origin="address:192.0.2.1")
    assert figures.in_vain().get().times == 2


def test_settling_asks_what_was_done_and_for_the_right() -> None:
    feedback.note_vain("parking", language="en", origin="address:192.0.2.1")
    row = VainSearch.objects.get()
    with pytest.raises(Refusal) as refused:
        feedback.settle(row, outcome=" ", by=desk.writer())
    assert refused.value.code == "reason_needed"
    with pytest.raises(Refusal) as refused:
        feedback.settle(row, outcome="Done", by=factories.StaffFactory.create(roles={"auditor": None}))
    assert refused.value.status == 403


def test_articles_stand_in_the_worklist_before_they_are_due(noon: dt.datetime) -> None:
    with clock.stopped(noon):
        version = desk.published()
        assert not figures.to_review().exists()
    due = dt.datetime(2027, 5, 23, 12, tzinfo=clock.zone())
    with clock.stopped(due - desk.days(15)):
        assert not figures.to_review().exists()
    with clock.stopped(due - desk.days(14)):
        assert figures.to_review().get() == version.article
