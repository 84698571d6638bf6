"""Articles, ratings and announcements under concurrency, each with its negative control (SVC-15, MEM-11)."""

from typing import Any

import pytest
from django.db import IntegrityError

from core import approvals
from core.models import Approval
from core.rules import RuleBroken
from service_desk.knowledge.models import Announcement, Article, ArticleRating, ArticleVersion
from service_desk.knowledge.operations import articles, feedback, telling
from tests import factories
from tests.racing import at_once, unlocked
from tests.service_desk.knowledge import desk
from tests.service_desk.knowledge.conftest import broken

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def rate(version: ArticleVersion, turn: int) -> Any:
    return feedback.rate(
        version, helped=bool(turn % 2), rater="one reader", origin=f"address:{turn}", user=None, language="en"
    )


def test_one_reader_who_answers_fifty_times_at_once_has_one_answer() -> None:
    version = desk.published()
    answers = at_once(lambda turn: rate(version, turn), range(50))
    assert all(isinstance(one, ArticleRating) for one in answers), answers[:3]
    assert ArticleRating.objects.count() == 1


def test_without_the_repeat_being_recognised_only_the_constraint_stands_in_the_way() -> None:
    version = desk.published()

    def blindly(turn: int) -> Any:
        return ArticleRating.objects.create(version=version, rater="one reader", helped=True, language="en")

    answers = at_once(blindly, range(20))
    assert any(isinstance(one, IntegrityError) for one in answers)
    assert ArticleRating.objects.count() == 1


def test_two_editors_who_write_at_once_leave_one_draft() -> None:
    version = desk.published()
    authors = [desk.writer() for _ in range(8)]

    def write(turn: int) -> Any:
        said = desk.content(body=f"Version of {turn}.")
        return articles.edit(version.article, said, places=(), by=authors[turn % 8])

    answers = at_once(write, range(24))
    assert all(isinstance(one, ArticleVersion) for one in answers), answers[:3]
    drafts = version.article.versions.filter(state="draft")
    assert drafts.count() == 1
    assert (drafts.get().texts.count(), broken()) == (1, [])


def test_without_the_lock_on_the_article_writers_stumble(monkeypatch: pytest.MonkeyPatch) -> None:
    version = desk.published()
    author = desk.writer()
    with unlocked(monkeypatch, Article.objects):
        answers = at_once(
            lambda turn: articles.edit(version.article, desk.content(body=f"{turn}"), places=(), by=author), range(40)
        )
    assert any(isinstance(one, IntegrityError) for one in answers)


def test_publishing_and_withdrawing_at_once_end_in_one_state() -> None:
    for _ in range(6):
        version = desk.published()
        author = version.author
        assert author
        articles.edit(version.article, desk.content(body="Second."), places=(), by=author)
        asked = articles.publish(version.article, reason="Now", by=author)
        assert asked is not None
        decider = desk.decider()

        def act(
            turn: int, asked: Approval = asked, article: Article = version.article, by: Any = (author, decider)
        ) -> Any:
            if turn % 2:
                return articles.withdraw(article, reason="Wrong", by=by[0])
            return approvals.approve(asked, by=by[1])

        answers = at_once(act, range(8))
        assert all(one is None or isinstance(one, RuleBroken | Approval) for one in answers), answers
    assert broken() == []


def test_two_runs_that_tell_the_same_readers_write_to_each_once() -> None:
    members = factories.MemberFactory.create_batch(20)
    row = desk.announced(sends_message=True)
    readers = [member.pk for member in members]
    answers = at_once(lambda _turn: _told(row.pk, readers), range(6))
    assert all(isinstance(one, int) for one in answers), answers
    from core.models import Message

    assert Message.objects.filter(event=telling.EVENT, channel="inbox").count() == 20
    assert Announcement.objects.get().told_through == max(readers)


def _told(announcement: int, readers: list[int]) -> int:
    from django.db import transaction

    with transaction.atomic():
        return telling.tell(announcement, readers)
