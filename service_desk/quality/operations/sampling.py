"""Drawing the cases of a week, and giving them to reviewers who had no part in them (SVC-12 · D9)."""

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core import access, audit, clock, parameters
from core.models import Employment, User
from core.refusals import Refusal
from service_desk.models.cases import Case
from service_desk.policy.states import State
from service_desk.quality.models import CaseReview, QualityFinding, Reviewer, ReviewSample, ScoreSheet
from service_desk.quality.operations import review_telling
from service_desk.quality.policy import sampling as rule
from service_desk.quality.policy.review_parameters import ReviewParameters
from service_desk.quality.policy.sampling import Closed, Reason
from service_desk.quality.policy.verifying import Standing
from service_desk.quality.queries import reviews
from service_desk.quality.queries import sampling as drawn
from service_desk.quality.queries.reviews import MANAGE

VERIFY = "quality.verify_finding"
MOST_AGAIN = 50


@transaction.atomic
def draw_week(starts_on: dt.date, *, seed: str = "") -> ReviewSample:
    """SVC-12 · D9 — draw the cases that were closed in the week from a Monday on, and spread them over the reviewers on duty.

    A week is drawn once: a second draw, also one at the same moment, finds the first. The seed, the rule in force and what
    could be drawn are kept, so that the draw can be checked.
    """
    sheet = _hold_the_sheet()
    if (before := ReviewSample.objects.filter(week_starts_on=starts_on).first()) is not None:
        return before
    known = parameters.in_force(ReviewParameters)
    cases = drawn.closed_between(starts_on, starts_on + dt.timedelta(days=6))
    frame = drawn.frame(cases, unhappy_up_to=known.unhappy_up_to)
    seed, terms = seed or secrets.token_hex(16), drawn.rule_of(known)
    chosen = rule.draw(frame, rule=terms, seed=seed)
    sample = ReviewSample.objects.create(
        week_starts_on=starts_on, sheet=sheet, seed=seed, rule=vars(terms), frame=drawn.to_json(frame),
        population=len(frame), drawn=len(chosen), at=clock.now(),
    )  # fmt: skip
    _give(sample, frame, chosen, known)
    return sample


@transaction.atomic
def draw_again(finding: QualityFinding, *, count: int, by: User) -> ReviewSample:
    """SVC-12 · D9 — a fresh sample of cases closed since the measure against a finding was done, by which it is verified.

    Refuses a measure that is not done (`finding_not_so`), and what cannot be drawn (`nothing_to_draw`).
    """
    access.require(by, VERIFY)
    sheet = _hold_the_sheet()
    row = QualityFinding.objects.select_for_update(of=("self",)).select_related("task").get(pk=finding.pk)
    if row.standing is not Standing.CHECK or row.task is None or row.task.ended_at is None:
        raise Refusal("finding_not_so")
    if not 1 <= count <= MOST_AGAIN:
        raise Refusal("sample_too_large", status=422, most=MOST_AGAIN)
    known = parameters.in_force(ReviewParameters)
    cases = drawn.closed_between(clock.day_of(row.task.ended_at), clock.today()).filter(closed_at__gt=row.task.ended_at)
    frame = drawn.frame(cases, unhappy_up_to=known.unhappy_up_to)
    if not frame:
        raise Refusal("nothing_to_draw")
    seed = secrets.token_hex(16)
    chosen = dict.fromkeys(rule.lowest([one.case for one in frame], count=count, seed=seed), Reason.AGAIN)
    sample = ReviewSample.objects.create(
        finding=row, sheet=sheet, seed=seed, rule={"count": count}, frame=drawn.to_json(frame), population=len(frame),
        drawn=len(chosen), by=by, at=clock.now(),
    )  # fmt: skip
    _give(sample, frame, chosen, known)
    return sample


def _hold_the_sheet() -> ScoreSheet:
    """Whoever draws does so alone; without a sheet nothing is drawn."""
    rows = ScoreSheet.objects.select_for_update().filter(state=ScoreSheet.State.PUBLISHED)
    sheet: ScoreSheet | None = rows.order_by("-number").first()
    if sheet is None:
        raise Refusal("no_score_sheet")
    return sheet


def _give(sample: ReviewSample, frame: list[Closed], chosen: Mapping[int, Reason], known: ReviewParameters) -> None:
    agents = {one.case: one.agent for one in frame}
    worked = {case: people | {agents[case]} for case, people in reviews.workers(list(chosen)).items()}
    given = rule.spread(worked, reviewers=reviews.on_duty(), load=reviews.load())
    departments = _departments({agents[case] for case in chosen})
    due_on = clock.today() + dt.timedelta(days=known.review_days)
    CaseReview.objects.bulk_create(
        [
            CaseReview(
                sample=sample, case_id=case, agent_id=agents[case], department_id=departments.get(agents[case]),
                sheet_id=sample.sheet_id, reason=why.value, reviewer_id=given[case], made_at=clock.now(), due_on=due_on,
            )
            for case, why in chosen.items()
        ],
        batch_size=500,
    )  # fmt: skip
    audit.record(
        "service_desk.review_sample.draw",
        subject=sample,
        actor=sample.by,
        details={"population": sample.population, "drawn": sample.drawn, "seed": sample.seed, "rule": sample.rule},
    )
    review_telling.sampled(sample, [one for one in given.values() if one is not None], due_on=due_on)


def _departments(people: set[int]) -> dict[int, int]:
    return dict(Employment.objects.filter(user__in=people).values_list("user", "post__department"))


@transaction.atomic
def add(case: Case, *, reason: str, by: User) -> CaseReview:
    """SVC-12 · D9 — have a case reviewed by hand, for a reason; who had no part in it takes it on.

    Refuses a case that is still worked on, that is nobody's, and that is under review already.
    """
    if not access.allows(by, MANAGE):
        access.require(by, reviews.REVIEW)
    if not reason.strip():
        raise Refusal("reason_needed", status=422)
    sheet = _hold_the_sheet()
    row = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if row.state not in (State.RESOLVED, State.CLOSED):
        raise Refusal("case_not_closed", status=422)
    if CaseReview.objects.open().filter(case=row).exists():
        raise Refusal("case_under_review", status=422)
    answered = reviews.agents_of(Case.objects.filter(pk=row.pk)).values_list("answered_", flat=True).first()
    agent = row.owner_id or answered
    if not agent:
        raise Refusal("case_of_nobody", status=422)
    worked = {row.pk: reviews.workers([row.pk])[row.pk] | {agent}}
    given = rule.spread(worked, reviewers=reviews.on_duty(), load=reviews.load())
    made = CaseReview.objects.create(
        case=row, agent_id=agent, department_id=_departments({agent}).get(agent), sheet=sheet, reason=Reason.BY_HAND.value,
        note=reason.strip()[:300], reviewer_id=given[row.pk], made_by=by, made_at=clock.now(),
        due_on=clock.today() + dt.timedelta(days=parameters.in_force(ReviewParameters).review_days),
    )  # fmt: skip
    audit.record("service_desk.review.add", subject=made, actor=by, reason=made.note, details=_told(made))
    if made.reviewer is not None and made.reviewer_id != by.pk:
        review_telling.given(made)
    return made


def _told(review: CaseReview) -> dict[str, Any]:
    return {"case": review.case_id, "agent": review.agent_id, "reviewer": review.reviewer_id}


@transaction.atomic
def be_on_duty(reviewer: User, *, on: bool, by: User) -> Reviewer:
    """SVC-12 · D9 — whether the draw gives somebody cases; a reviewer says so of himself, and whoever manages of everybody."""
    if reviewer.pk != by.pk or not access.allows(by, reviews.REVIEW):
        access.require(by, MANAGE)
    row, made = Reviewer.objects.get_or_create(user=reviewer, defaults={"is_on_duty": on, "changed_by": by})
    if not made and row.is_on_duty != on:
        row.is_on_duty, row.changed_by, row.changed_at = on, by, clock.now()
        row.save(update_fields=["is_on_duty", "changed_by", "changed_at"])
    audit.record("service_desk.reviewer.duty", subject=row, actor=by, details={"reviewer": reviewer.pk, "on": on})
    return row
