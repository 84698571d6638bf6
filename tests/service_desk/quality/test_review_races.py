"""Many at once (SVC-12 · D9): a week is drawn once, a review is one reviewer's and is handed in once."""

import datetime as dt
from typing import Any

import pytest

from core import clock
from core.rules import RuleBroken
from service_desk.quality.models import CaseReview, QualityFinding, ReviewSample, ReviewScore, ScoreSheet
from service_desk.quality.operations import findings, reviews, sampling, tasks
from service_desk.quality.policy import sampling as rule
from tests.racing import at_once, unlocked
from tests.service_desk.quality import reviewing as room

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WEEK = dt.timedelta(days=7)


def _a_week_of_cases() -> dt.date:
    room.sheet()
    room.reviewer()
    with clock.stopped(clock.now() - WEEK):
        for _ in range(4):
            room.closed(room.agent())
        return rule.week_of(clock.today())


def test_a_week_that_is_drawn_eight_times_at_once_has_one_sample() -> None:
    week = _a_week_of_cases()
    answers = at_once(lambda _turn: sampling.draw_week(week), range(8))
    assert {getattr(one, "pk", one) for one in answers} == {ReviewSample.objects.get().pk}
    assert CaseReview.objects.count() == 4
    assert room.broken() == []


def test_without_the_lock_on_the_sheet_two_draws_run_into_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    week = _a_week_of_cases()
    with unlocked(monkeypatch, ScoreSheet.objects):
        for _ in range(10):
            answers = at_once(lambda _turn, week=week: sampling.draw_week(week), range(8))  # type: ignore[misc]
            if any(isinstance(one, Exception) for one in answers):
                return
            week -= WEEK
    pytest.fail("each draw found the other: the lock may not be what makes it so")


def test_a_review_that_is_handed_in_at_once_with_other_marks_is_scored_once() -> None:
    for _ in range(4):
        review = room.review()
        by = review.reviewer

        def hand_in(turn: int, review: CaseReview = review, by: Any = by) -> Any:
            return reviews.hand_in(review, room.marking(tone="yes" if turn % 2 else "no"), by=by)

        answers = at_once(hand_in, range(8))
        assert all(isinstance(one, CaseReview | RuleBroken) for one in answers), answers
        review.refresh_from_db()
        assert review.rounds == 1
        assert ReviewScore.objects.filter(review=review).count() == 1
    assert room.broken() == []


def test_without_the_lock_on_the_review_both_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    with unlocked(monkeypatch, CaseReview.objects):
        for _ in range(15):
            review = room.review()
            answers = at_once(
                lambda turn, review=review: reviews.hand_in(  # type: ignore[misc]
                    review, room.marking(tone="yes" if turn % 2 else "no"), by=review.reviewer
                ),
                range(8),
            )
            if any(isinstance(one, Exception) and not isinstance(one, RuleBroken) for one in answers):
                return
    pytest.fail("it was scored once each time: the lock may not be what keeps it so")


def test_two_reviewers_never_hand_in_the_same_review() -> None:
    """One is given it while the other hands it in: whoever comes first has it."""
    manager = room.lead()
    for _ in range(4):
        review = room.review()
        first, second = review.reviewer, room.reviewer()
        assert first is not None

        def act(turn: int, review: CaseReview = review, pair: Any = (first, second)) -> Any:
            if turn % 2:
                reviews.assign(review, to=pair[1], by=manager)
                return reviews.hand_in(review, room.marking(tone="no"), by=pair[1])
            return reviews.hand_in(review, room.marking(), by=pair[0])

        answers = at_once(act, range(6))
        assert all(isinstance(one, CaseReview | RuleBroken) for one in answers), answers
        review.refresh_from_db()
        score = ReviewScore.objects.get(review=review)
        assert score.by_id == review.reviewer_id
    assert room.broken() == []


def test_a_review_that_eight_reviewers_take_on_at_once_is_one_s() -> None:
    review = room.review()
    CaseReview.objects.filter(pk=review.pk).update(reviewer=None)
    crowd = [room.reviewer() for _ in range(8)]
    answers = at_once(lambda user: reviews.take(review, by=user), crowd)
    assert sum(isinstance(one, CaseReview) for one in answers) == 1, answers


def test_a_finding_that_is_verified_both_ways_at_once_is_verified_once() -> None:
    head, does = room.lead(), room.agent()
    for turn in range(4):
        found = room.put_right(room.finding(by=head, title=f"Finding {turn}"), owner=does, by=head)
        assert found.task is not None
        tasks.finish(found.task, proof="Done.", by=does)
        row = QualityFinding.objects.select_related("task").get(pk=found.pk)

        def verify(turn: int, row: QualityFinding = row) -> Any:
            later = clock.today() + dt.timedelta(days=7)
            return findings.verify(
                row, effective=bool(turn % 2), said="Seen.", due_on=None if turn % 2 else later, by=head
            )

        answers = at_once(verify, range(8))
        assert sum(not isinstance(one, Exception) for one in answers) == 1, answers
        assert row.verifications.count() == 1
    assert room.broken() == []
