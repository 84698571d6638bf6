"""A complaint as a whole, for the colleague who looks into it and for the member (SVC-04 · D6.2)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from core import clock
from core.models import User
from service_desk.models import (
    Case,
    CaseAttachment,
    CaseClock,
    CaseTask,
    Compensation,
    Complaint,
    ComplaintFollowUp,
    ComplaintStep,
    ImprovementMeasure,
)
from service_desk.policy import complaints
from service_desk.policy.codes import Kind, Promise
from service_desk.policy.complaints import Stage
from service_desk.policy.states import State
from service_desk.queries import causes
from service_desk.queries import compensation as given

VIEW = "service_desk.view_complaint"


@dataclass(frozen=True)
class Logged:
    """A line of the investigation's log: a step with its files, or what a department was asked and answered."""

    at: dt.datetime
    step: ComplaintStep | None = None
    task: CaseTask | None = None


@dataclass(frozen=True)
class Whole:
    """Everything about a complaint."""

    row: Complaint
    case: Case
    stage: Stage
    tree: causes.Tree
    log: list[Logged]
    acknowledgement: CaseClock | None
    compensations: list[Compensation]
    follow_ups: list[ComplaintFollowUp]
    measures: list[ImprovementMeasure]

    @property
    def cause(self) -> str:
        """Why it came about, by its whole path; empty as long as nobody has said it."""
        return self.tree.path(self.row.cause_id) if self.row.cause_id else ""


def whole(pk: int) -> Whole | None:
    """SVC-04 · D6.2 — a complaint for whoever looks into it: a dozen queries, however long its log."""
    rows = Complaint.objects.select_related(
        "case__member__user", "case__owner", "case__category", "case__store", "case__product__version", "case__order",
        "case__department", "case__merged_into", "against", "found_by", "cause_by",
    )  # fmt: skip
    row = rows.filter(pk=pk, case__kind=Kind.COMPLAINT).first()
    if row is None:
        return None
    log = _log(row)
    clocks = CaseClock.objects.filter(case=row.case, promise=Promise.ACKNOWLEDGE).order_by("-round")
    return Whole(
        row=row,
        case=row.case,
        stage=complaints.stage(row.case.state, has_steps=bool(log), has_finding=bool(row.finding)),
        tree=causes.tree(),
        log=log,
        acknowledgement=clocks.first(),
        compensations=list(given.of_case(row.case)),
        follow_ups=list(row.follow_ups.select_related("recorded_by")),
        measures=list(row.case.measures.select_related("owner")),
    )


def _log(row: Complaint) -> list[Logged]:
    """Steps of the case and of those merged into it, whose entries stand in it; and every question to a department."""
    files = Prefetch("entry__attachments", CaseAttachment.objects.order_by("id"))
    steps = ComplaintStep.objects.filter(entry__case=row.case).select_related("entry__author").prefetch_related(files)
    tasks = CaseTask.objects.filter(case=row.case).select_related("department", "owner", "asked_by", "ended_by")
    found = [Logged(step.entry.at, step=step) for step in steps]
    found += [Logged(task.asked_at, task=task) for task in tasks]
    return sorted(found, key=lambda one: one.at)


@dataclass(frozen=True)
class Brief:
    """A complaint in a few words, for the page of its case."""

    row: Complaint
    stage: Stage
    cause: str
    compensations: list[Compensation]


def brief(case: Case) -> Brief | None:
    """SVC-04 · D6.2 — six queries at most; None where the case is no complaint."""
    row = Complaint.objects.select_related("cause").filter(pk=case.pk, case__kind=Kind.COMPLAINT).first()
    if row is None:
        return None
    has_steps = ComplaintStep.objects.filter(entry__case=case).exists()
    return Brief(
        row=row,
        stage=complaints.stage(case.state, has_steps=has_steps, has_finding=bool(row.finding)),
        cause=causes.tree().path(row.cause_id) if row.cause_id else "",
        compensations=list(given.of_case(case)),
    )


def evidence(case: Case, token: str) -> CaseAttachment | None:
    """SVC-04 · D6.2.3 — a file of this case's thread, by its address."""
    return CaseAttachment.objects.filter(token=token, entry__case=case).first()


@dataclass(frozen=True)
class Shown:
    """What the member sees of her complaint: how far it is, what was decided, what she was given, whether she may object."""

    case: Case
    stage: Stage
    finding: str
    given: list[Compensation]
    may_object: bool


def for_member(number: str, user: User) -> Shown | None:
    """SVC-04 · D6.2 — her own complaint, by its number; a case that was merged leads to where it went. Five queries."""
    rows = Case.objects.select_related("complaint", "merged_into", "category")
    case = rows.filter(number=number.strip().upper(), member__user=user).first()
    while case is not None and case.merged_into_id is not None:
        case = rows.get(pk=case.merged_into_id)
    if case is None or case.kind != Kind.COMPLAINT:
        return None
    return shown(case)


def shown(case: Case) -> Shown:
    """SVC-04 · D6.2 — for whoever knows already that it is hers. What was found is told once it was answered."""
    row = case.complaint
    is_answered = case.state in (State.RESOLVED, State.CLOSED)
    has_steps = ComplaintStep.objects.filter(entry__case=case).exists() or case.owner_id is not None
    over = row.follow_ups.filter(round=case.reopened, open_until__lt=clock.now()).exists()
    return Shown(
        case=case,
        stage=complaints.stage(case.state, has_steps=has_steps, has_finding=bool(row.finding)),
        finding=row.finding if is_answered else "",
        given=[one for one in given.of_case(case) if one.state == Compensation.State.GIVEN],
        may_object=is_answered and not (case.state == State.CLOSED and over),
    )


def without_cause(user: User) -> QuerySet[Complaint]:
    """SVC-05 · D6.3.1 — answered, and not yet said why it came about or what was found: it cannot be closed."""
    rows = Complaint.objects.filter(case__state=State.RESOLVED, case__kind=Kind.COMPLAINT)
    return rows.filter(case__owner=user).exclude(cause__isnull=False, found_at__isnull=False)


def to_telephone() -> QuerySet[ComplaintFollowUp]:
    """SVC-04 · D6.2.4 — whom no message reached: asked by telephone whether they are satisfied."""
    return ComplaintFollowUp.objects.filter(was_told=False, satisfied__isnull=True, open_until__gte=clock.now())


def by_token(token: str) -> ComplaintFollowUp | None:
    """SVC-04 · D6.2.4 — what is asked at an address."""
    rows = ComplaintFollowUp.objects.select_related("complaint__case__member")
    return rows.filter(token=token).first()
