"""Findings of monitoring (SVC-12 · D9): told to the department, put right by a task of it, verified by somebody else."""

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from core import access, audit, clock
from core.models import Department, User
from core.refusals import Refusal
from service_desk.quality.models import CaseReview, FindingVerification, QualityFinding
from service_desk.quality.operations import planning, review_telling, steering, tasks
from service_desk.quality.operations.planning import Order
from service_desk.quality.operations.sampling import VERIFY
from service_desk.quality.policy import verifying
from service_desk.quality.policy.verifying import Standing
from service_desk.quality.queries import findings

RECTIFY = "quality.rectify_finding"


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found: in which criterion, how severe, which department it concerns, by what it is seen."""

    title: str
    department: Department
    severity: str = "minor"
    text: str = ""
    code: str = ""
    evidence: str = ""


@transaction.atomic
def raise_(found: Found, *, by: User, review: CaseReview | None = None) -> QualityFinding:
    """SVC-12 · D9 — enter a finding, from a review or from monitoring; the director of the department is told.

    Refuses a second one of the same criterion and review, and one of a review that is not handed in.
    """
    if review is None or review.reviewer_id != by.pk:
        access.require(by, RECTIFY)
    if not found.title.strip():
        raise Refusal("finding_needs_a_name", status=422)
    if review is not None and review.state != CaseReview.State.DONE:
        raise Refusal("review_not_handed_in", status=422)
    return write(found, review=review, by=by)


def write(found: Found, *, review: CaseReview | None, by: User) -> QualityFinding:
    """Write it; whether one may was asked before."""
    try:
        with transaction.atomic():
            made = QualityFinding.objects.create(
                title=found.title.strip()[:120], text=found.text.strip()[:4_000], code=found.code,
                severity=found.severity, department=found.department, review=review,
                evidence=found.evidence.strip()[:300], made_by=by, made_at=clock.now(), made_on=clock.today(),
            )  # fmt: skip
    except IntegrityError as error:
        raise Refusal("found_already", status=422) from error
    audit.record(
        "service_desk.finding.raise",
        subject=made,
        actor=by,
        details={"department": made.department_id, "severity": made.severity, "criterion": made.code},
    )
    review_telling.found(made)
    return made


@transaction.atomic
def rectify(
    finding: QualityFinding, *, measure: str, detail: str, owner: User, due_on: dt.date, by: User
) -> QualityFinding:
    """SVC-12 · D9 — what is done about it, by whom, until when: a task of the department, whose owner is told and reminded.

    Refuses a finding that has its measure, or was withdrawn, and a deadline that has passed.
    """
    access.require(by, RECTIFY)
    row = _held(finding)
    if row.standing is not Standing.OPEN:
        raise Refusal("finding_not_so")
    today = clock.today()
    order = Order(
        title=measure.strip()[:120], detail=detail.strip()[:4_000], department=row.department, owner=owner,
        starts_on=today, due_on=due_on,
    )  # fmt: skip
    row.task = planning.give(order, by=by)
    row.save(update_fields=["task"])
    details = {"task": row.task.pk, "owner": owner.pk, "due_on": due_on}
    audit.record("service_desk.finding.rectify", subject=row, actor=by, details=details)
    return row


@transaction.atomic
def withdraw(finding: QualityFinding, *, reason: str, by: User) -> QualityFinding:
    """SVC-12 · D9 — it was none. Refuses once there is a measure: that is given up, or verified."""
    access.require(by, RECTIFY)
    row = _held(finding)
    if row.standing is not Standing.OPEN:
        raise Refusal("finding_not_so")
    if not reason.strip():
        raise Refusal("reason_needed", status=422)
    row.withdrawn_by, row.withdrawn_at, row.withdrawn_because = by, clock.now(), reason.strip()[:300]
    row.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_because"])
    audit.record("service_desk.finding.withdraw", subject=row, actor=by, reason=row.withdrawn_because)
    return row


def verify(
    finding: QualityFinding, *, effective: bool, said: str, by: User, due_on: dt.date | None = None
) -> FindingVerification:
    """SVC-12 · D9 — somebody else than whoever did it looks whether it helped. Where it did not the task opens again with a
    new deadline. What the reviews say before and since is kept with it.

    Refuses the owner and whoever ended the task (with an alert).
    """
    access.require(by, VERIFY)
    if _did_it(finding, by):
        audit.alert("four_eyes", subject=finding, actor=by, details={"wanted": "verify"})
        raise Refusal("four_eyes", status=403)
    with transaction.atomic():
        row = _held(finding)
        if _did_it(row, by):
            raise Refusal("four_eyes", status=403)
        verifying.check(row.standing, effective=effective, said=said, due_on=due_on, today=clock.today())
        assert row.task is not None  # noqa: S101  (the rule has asked)
        compared = findings.compared(row)
        made = FindingVerification.objects.create(
            finding=row, is_effective=effective, said=said.strip()[:4_000], proof=row.task.proof, owner=row.task.owner,
            due_on=None if effective else due_on, before_failed=compared.before.failed, before_of=compared.before.of,
            after_failed=compared.after.failed, after_of=compared.after.of, by=by, at=clock.now(),
        )  # fmt: skip
        if effective:
            row.verified_at = made.at
            row.save(update_fields=["verified_at"])
        elif due_on is not None:
            tasks.open_again(row.task, reason=said, due_on=due_on, by=by)
        audit.record(
            "service_desk.finding.verify",
            subject=row,
            actor=by,
            details={
                "effective": effective,
                "due_on": due_on,
                "before": vars(compared.before),
                "after": vars(compared.after),
            },
        )
        review_telling.verified(row, made)
    return made


def _did_it(finding: QualityFinding, user: User) -> bool:
    return finding.task is not None and user.pk in (finding.task.owner_id, finding.task.ended_by_id)


def _held(finding: QualityFinding) -> QualityFinding:
    """The finding and its task as they stand, both held until the transaction ends: the task is read once it is held."""
    rows = QualityFinding.objects.select_for_update(of=("self",))
    row = rows.select_related("department__director").get(pk=finding.pk)
    if row.task is not None:
        row.task = steering.held(row.task)
    return row
