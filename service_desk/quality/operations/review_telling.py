"""Who hears of what in quality monitoring (SVC-12 · D9): by inbox, and what is fed back to a department by e-mail too."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.urls import reverse

from core import clock
from core.messaging import outbox
from core.messaging.outbox import Draft
from core.models import User
from service_desk.quality.models import CaseReview, FindingVerification, QualityFinding, ReviewObjection, ReviewSample
from service_desk.quality.queries import reviews

MINE = "?whose=mine"


def sampled(sample: ReviewSample, reviewers: Sequence[int], *, due_on: dt.date) -> None:
    """To each reviewer, once a draw: how many cases wait for him."""
    given = Counter(reviewers)
    link = reverse("admin:service_desk_casereview_changelist") + MINE
    people = User.objects.filter(pk__in=given, is_active=True).order_by("pk")
    outbox.send_many(
        Draft(
            event="review.given",
            key=f"s{sample.pk}:{one.pk}",
            to=one,
            context={"count": given[one.pk], "due": due_on},
            link=link,
        )
        for one in people
    )


def given(review: CaseReview) -> None:
    """To whoever was given a single case."""
    key = f"r{review.pk}:{review.reviewer_id}:{clock.now():%Y%m%d%H%M%S%f}"
    context = {"count": 1, "due": review.due_on}
    outbox.send("review.given", key=key, to=review.reviewer, context=context, link=reviews.page_of(review))


def done(review: CaseReview) -> None:
    """To the colleague whose work was looked at."""
    context = {"case": review.case.number, "score": review.score, "passed": review.passed}
    outbox.send("review.done", key=str(review.pk), to=review.agent, context=context, link=reviews.own_page_of(review))


def decided(review: CaseReview, objection: ReviewObjection) -> None:
    """To the colleague and to the reviewer: what was decided, and which score stands."""
    context = {"case": review.case.number, "upheld": objection.upheld, "score": review.score}
    places = ((review.agent, reviews.own_page_of(review)), (review.reviewer, reviews.page_of(review)))
    outbox.send_many(
        Draft(event="review.decided", key=f"{objection.pk}:{one.pk}", to=one, context=context, link=link)
        for one, link in places
        if one is not None and one.is_active
    )


def found(finding: QualityFinding) -> None:
    """To the director of the department concerned; without one, nobody but the worklists tells of it."""
    director = finding.department.director
    if director is None or not director.is_active or director.pk == finding.made_by_id:
        return
    context = {
        "title": finding.title,
        "severity": finding.severity,
        "department": str(finding.department),
        "by": str(finding.made_by),
    }
    outbox.send("finding.raised", key=str(finding.pk), to=director, context=context, link=page_of(finding))


def verified(finding: QualityFinding, verification: FindingVerification) -> None:
    """To whoever did it, and to whoever had found it."""
    task = finding.task
    people = {one.pk: one for one in (task.owner if task else None, finding.made_by) if one is not None}
    people.pop(verification.by_id, None)
    context = {"title": finding.title, "effective": verification.is_effective, "due": verification.due_on}
    outbox.send_many(
        Draft(
            event="finding.verified", key=f"{verification.pk}:{one.pk}", to=one, context=context, link=page_of(finding)
        )
        for one in people.values()
        if one.is_active
    )


def page_of(finding: QualityFinding) -> str:
    return reverse("admin:service_desk_qualityfinding_change", args=[finding.pk])
