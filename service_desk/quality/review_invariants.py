"""What must always hold of reviews and findings, checked by `manage.py verify`."""

from collections.abc import Iterator

from django.db.models import F

from core.verify import invariant
from service_desk.models.thread import CaseEntry
from service_desk.quality.models import CaseReview, QualityFinding, ReviewMark, ReviewSample, ReviewScore
from service_desk.quality.policy import scoring
from service_desk.quality.queries import sampling


@invariant("Q10", "a sample is what its seed draws of the cases that could be drawn")
def samples_are_what_their_seeds_draw() -> Iterator[str]:
    for sample in ReviewSample.objects.order_by("pk").iterator(chunk_size=20):
        kept = list(sample.reviews.order_by("case").values_list("case", flat=True))
        if kept != sampling.drawn_again(sample) or sample.population != len(sample.frame):
            yield f"sample {sample.pk} is not what its seed draws"


@invariant("Q11", "a review's score follows from its marks, and is the one that was decided last")
def scores_follow_from_marks() -> Iterator[str]:
    wanted = ReviewScore.objects.select_related("review").prefetch_related("marks__criterion").order_by("pk")
    for score in wanted.iterator(chunk_size=500):
        rows = list(score.marks.all())
        marks = {one.code: one.mark for one in rows}
        found = scoring.score([one.criterion.line for one in rows], marks, pass_mark=score.pass_mark)
        if (found.percent, found.passed) != (score.percent, score.passed):
            yield f"score {score.pk} says {score.percent}, its marks {found.percent}"
        in_force = score.round == score.review.rounds
        if in_force and (score.review.score, score.review.passed) != (score.percent, score.passed):
            yield f"review {score.review_id} repeats another score than the one in force"


@invariant("Q12", "nobody reviews a case of his own, and every mark is of the review's sheet")
def nobody_reviews_his_own() -> Iterator[str]:
    for row in CaseReview.objects.filter(reviewer=F("agent")):
        yield f"review {row.pk} is of the reviewer's own work"
    written = CaseEntry.objects.filter(
        merged_from__isnull=True,
        author=F("case__reviews__reviewer"),
        recorded_at__lt=F("case__reviews__handed_in_at"),
    )
    for entry in written.order_by("pk"):
        yield f"entry {entry.pk} is by whoever reviewed its case"
    for mark in ReviewMark.objects.exclude(criterion__sheet=F("score__review__sheet"))[:50]:
        yield f"mark {mark.pk} is of another sheet"


@invariant("Q13", "a finding counts as verified only by somebody who did not put it right")
def verified_by_somebody_else() -> Iterator[str]:
    rows = QualityFinding.objects.filter(verified_at__isnull=False)
    for row in rows.exclude(verifications__is_effective=True, verifications__at=F("verified_at")):
        yield f"finding {row.pk} is verified by nobody"
    for row in rows.filter(verifications__by=F("verifications__owner")):
        yield f"finding {row.pk} is verified by its owner"
