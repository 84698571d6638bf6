"""Reviewing a case (SVC-12 · D9): taken on, kept as a draft, handed in once, objected to, decided by somebody else."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from core import access, audit, clock, parameters
from core.models import User
from core.refusals import Refusal
from service_desk.quality.models import CaseReview, ReviewMark, ReviewScore, SheetCriterion
from service_desk.quality.operations import findings, review_telling
from service_desk.quality.policy import scoring
from service_desk.quality.policy.review_parameters import ReviewParameters
from service_desk.quality.policy.scoring import Score
from service_desk.quality.queries import reviews, sheets
from service_desk.quality.queries.reviews import MANAGE, REVIEW

LONGEST = 2_000
State = CaseReview.State


@dataclass(frozen=True)
class Marking:
    """What a reviewer typed: a mark and perhaps a remark by the code of the criterion, and a word on the whole."""

    marks: Mapping[str, str]
    remarks: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""

    def to_json(self) -> str:
        return json.dumps({"marks": dict(self.marks), "remarks": dict(self.remarks), "comment": self.comment})

    @classmethod
    def from_json(cls, kept: str) -> "Marking":
        found = json.loads(kept) if kept else {}
        return cls(found.get("marks", {}), found.get("remarks", {}), found.get("comment", ""))


@transaction.atomic
def take(review: CaseReview, *, by: User) -> CaseReview:
    """SVC-12 · D9 — take on what nobody reviews yet. A repeat changes nothing; refuses whoever worked on the case."""
    access.require(by, REVIEW)
    row = held(review)
    if row.reviewer_id == by.pk:
        return row
    if row.reviewer_id is not None or row.state != State.OPEN:
        raise Refusal("review_is_taken")
    return _assign(row, by, by=by)


@transaction.atomic
def assign(review: CaseReview, *, to: User, by: User) -> CaseReview:
    """SVC-12 · D9 — give an open review to somebody (else), who is told. What had been drafted goes with its author."""
    access.require(by, MANAGE)
    row = held(review)
    if row.state != State.OPEN:
        raise Refusal("review_handed_in")
    if row.reviewer_id == to.pk:
        return row
    if not access.allows(to, REVIEW):
        raise Refusal("not_a_reviewer", status=422)
    row = _assign(row, to, by=by)
    if to.pk != by.pk:
        review_telling.given(row)
    return row


def _assign(row: CaseReview, to: User, *, by: User) -> CaseReview:
    _refuse_workers(row, to)
    row.reviewer, row.draft, row.drafted_at = to, "", None
    row.save(update_fields=["reviewer", "draft", "drafted_at"])
    audit.record("service_desk.review.assign", subject=row, actor=by, details={"reviewer": to.pk, "case": row.case_id})
    return row


def _refuse_workers(row: CaseReview, reviewer: User) -> None:
    if reviewer.pk == row.agent_id or reviewer.pk in reviews.workers([row.case_id])[row.case_id]:
        raise Refusal("reviewer_worked_on_it", status=422)


@transaction.atomic
def keep(review: CaseReview, marking: Marking, *, by: User) -> CaseReview:
    """SVC-12 · D9 — keep what was marked so far; nobody sees it yet."""
    row = _of_reviewer(review, by)
    row.draft, row.drafted_at = marking.to_json(), clock.now()
    row.save(update_fields=["draft", "drafted_at"])
    return row


@transaction.atomic
def hand_in(review: CaseReview, marking: Marking, *, by: User) -> CaseReview:
    """SVC-12 · D9 — the score, pass or fail, and a finding for each critical criterion that failed; the colleague is told.

    The same again is the first; other marks are refused. Refuses a sheet that is not filled in, and a reviewer who has come
    to work on the case meanwhile.
    """
    access.require(by, REVIEW)
    row = held(review)
    if row.reviewer_id == by.pk and row.state == State.DONE:
        return _same(row, marking)
    row = _of_reviewer(review, by)
    _refuse_workers(row, by)
    score = write_score(row, marking, by=by)
    row.state, row.handed_in_at, row.handed_in_on = State.DONE, clock.now(), clock.today()
    row.draft, row.drafted_at = "", None
    row.save(
        update_fields=["state", "handed_in_at", "handed_in_on", "draft", "drafted_at", "score", "passed", "rounds"]
    )
    audit.record(
        "service_desk.review.hand_in",
        subject=row,
        actor=by,
        details={"case": row.case_id, "agent": row.agent_id, "score": score.percent, "passed": score.passed},
    )
    review_telling.done(row)
    _found(row, score, marking, by=by)
    return row


def write_score(row: CaseReview, marking: Marking, *, by: User) -> Score:
    """Write the next round of a review that is held, and set what it repeats of it; saving that is the caller's."""
    sheet = sheets.whole(row.sheet)
    lines = sheet.lines
    if scoring.check(lines, marking.marks, marking.remarks):
        raise Refusal("review_not_filled", status=422)
    pass_mark = parameters.in_force(ReviewParameters).pass_mark
    score = scoring.score(lines, marking.marks, pass_mark=pass_mark)
    row.rounds += 1
    row.score, row.passed = score.percent, score.passed
    written = ReviewScore.objects.create(
        review=row, round=row.rounds, percent=score.percent, pass_mark=pass_mark, passed=score.passed,
        comment=marking.comment.strip()[:LONGEST], by=by, at=clock.now(),
    )  # fmt: skip
    ReviewMark.objects.bulk_create(_mark(written, one, marking) for one in sheet.criteria)
    return score


def _mark(score: ReviewScore, criterion: SheetCriterion, marking: Marking) -> ReviewMark:
    mark = marking.marks[criterion.code]
    return ReviewMark(
        score=score, criterion=criterion, code=criterion.code, mark=mark, is_failed=scoring.is_failed(mark),
        remark=marking.remarks.get(criterion.code, "").strip()[:LONGEST],
    )  # fmt: skip


def _found(row: CaseReview, score: Score, marking: Marking, *, by: User) -> None:
    """SVC-12 · D9 — what failed critically is fed back to the department at once."""
    if row.department is None:
        return
    names = {one.code: one for one in row.sheet.criteria.filter(code__in=score.failed_critical)}
    for code in score.failed_critical:
        order = findings.Found(
            title=str(names[code])[:120], text=marking.remarks[code], code=code, severity="critical",
            department=row.department, evidence=row.case.number,
        )  # fmt: skip
        findings.write(order, review=row, by=by)


def _same(row: CaseReview, marking: Marking) -> CaseReview:
    """A second click finds what the first one wrote."""
    marks = dict(ReviewMark.objects.filter(score__review=row, score__round=1).values_list("code", "mark"))
    if marks != dict(marking.marks):
        raise Refusal("review_handed_in")
    return row


def _of_reviewer(review: CaseReview, by: User) -> CaseReview:
    row = held(review)
    if row.reviewer_id != by.pk:
        raise Refusal("review_is_anothers", status=403)
    if row.state != State.OPEN:
        raise Refusal("review_handed_in")
    return row


def held(review: CaseReview) -> CaseReview:
    """The review as it stands, held until the transaction ends."""
    rows = CaseReview.objects.select_for_update(of=("self",))
    return rows.select_related("case", "agent", "reviewer", "sheet", "department").get(pk=review.pk)
