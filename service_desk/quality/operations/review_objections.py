"""A colleague objects to a review of his work; somebody who did not review it marks it anew (SVC-12 · D9)."""

import datetime as dt

from django.db import IntegrityError, transaction

from core import access, audit, clock, parameters
from core.models import User
from core.refusals import Refusal
from service_desk.people.queries import reach
from service_desk.quality.models import CaseReview, ReviewMark, ReviewObjection
from service_desk.quality.operations import review_telling, reviews
from service_desk.quality.operations.reviews import Marking
from service_desk.quality.policy.review_parameters import ReviewParameters
from service_desk.quality.queries.reviews import SETTLE


def last_day(review: CaseReview) -> dt.date:
    """Through which day one may object."""
    assert review.handed_in_on is not None  # noqa: S101  (the constraint of the table)
    return review.handed_in_on + dt.timedelta(days=parameters.in_force(ReviewParameters).objection_days)


@transaction.atomic
def see(review: CaseReview, *, user: User) -> None:
    """SVC-12 · D9 — the colleague has opened it; the first time counts."""
    if review.agent_id == user.pk and review.seen_at is None:
        CaseReview.objects.done().filter(pk=review.pk, seen_at=None).update(seen_at=clock.now())


def object_to(review: CaseReview, *, words: str, by: User) -> ReviewObjection:
    """SVC-12 · D9 — say that a review of one's own work is wrong: once, with a reason, within the days of the parameter."""
    if review.agent_id != by.pk or review.state != CaseReview.State.DONE:
        raise Refusal("not_permitted", status=404)
    if not words.strip():
        raise Refusal("reason_needed", status=422)
    if clock.today() > last_day(review):
        raise Refusal("objection_too_late")
    with transaction.atomic():
        try:
            with transaction.atomic():
                made = ReviewObjection.objects.create(review=review, words=words.strip()[:2_000], raised_at=clock.now())
        except IntegrityError as error:
            raise Refusal("objected_already") from error
        audit.record("service_desk.review.object", subject=made, actor=by, details={"review": review.pk})
    return made


def decide(objection: ReviewObjection, marking: Marking, *, answer: str, by: User) -> CaseReview:
    """SVC-12 · D9 — somebody else than the reviewer marks the case as he finds it. Where a mark differs the objection is
    upheld and the decided score stands; the first one stays on record beside it. Both are told.

    Refuses the colleague himself and the reviewer (with an alert), and whom one's reach does not cover.
    """
    access.require(by, SETTLE)
    review = objection.review
    if by.pk in (review.agent_id, review.reviewer_id):
        audit.alert("four_eyes", subject=objection, actor=by, details={"wanted": "decide"})
        raise Refusal("four_eyes", status=403)
    if not reach.reaches(by, review.agent, right=SETTLE):
        raise Refusal("not_permitted", status=404)
    if not answer.strip():
        raise Refusal("reason_needed", status=422)
    with transaction.atomic():
        row = ReviewObjection.objects.select_for_update().get(pk=objection.pk)
        if row.decided_at is not None:
            raise Refusal("already_decided")
        scored = reviews.held(review)
        row.upheld = _differs(scored, marking)
        if row.upheld:
            reviews.write_score(scored, marking, by=by)
            scored.save(update_fields=["score", "passed", "rounds"])
        row.answer, row.decided_by, row.decided_at = answer.strip()[:2_000], by, clock.now()
        row.save(update_fields=["upheld", "answer", "decided_by", "decided_at"])
        audit.record(
            "service_desk.review.decide",
            subject=row,
            actor=by,
            details={"review": scored.pk, "upheld": row.upheld, "score": scored.score, "passed": scored.passed},
        )
        review_telling.decided(scored, row)
    return scored


def _differs(review: CaseReview, marking: Marking) -> bool:
    marks = ReviewMark.objects.filter(score__review=review, score__round=1)
    return dict(marks.values_list("code", "mark")) != dict(marking.marks)
