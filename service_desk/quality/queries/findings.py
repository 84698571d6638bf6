"""Findings: whose somebody sees, what waits, and what the reviews say before and since a measure (SVC-12 · D9)."""

import datetime as dt

from django.db.models import Q, QuerySet

from core import access, clock, parameters
from core.models import Employment, User
from service_desk.quality.models import CaseReview, QualityFinding
from service_desk.quality.policy.review_parameters import ReviewParameters
from service_desk.quality.policy.verifying import Compared, Counted, Standing
from service_desk.quality.queries import reviews

SEE = "quality.view_qualityfinding"


def visible_to(user: User) -> QuerySet[QualityFinding]:
    """All with the right; else those of the department one works in or directs, and those one has a part in."""
    rows = QualityFinding.objects.all()
    if access.allows(user, SEE):
        return rows
    works = Employment.objects.filter(user=user, ended_on__isnull=True).values("post__department")
    part = Q(made_by=user) | Q(task__owner=user) | Q(department__director=user)
    return rows.filter(part | Q(department__in=works))


def without_measure(user: User) -> QuerySet[QualityFinding]:
    return QualityFinding.objects.standing(Standing.OPEN).order_by("pk")


def to_verify(user: User) -> QuerySet[QualityFinding]:
    """What is done and waits for a verification by somebody who did not do it."""
    rows = QualityFinding.objects.standing(Standing.CHECK)
    return rows.exclude(task__owner=user).exclude(task__ended_by=user).order_by("pk")


def compared(finding: QualityFinding) -> Compared:
    """SVC-12 · D9 — the criterion of a finding in the reviews before it, and in those of cases closed since it was put
    right: two statements. Nothing where it names no criterion, or nothing is done yet."""
    nothing = Counted(0, 0)
    if not finding.code:
        return Compared(nothing, nothing)
    days = parameters.in_force(ReviewParameters).compare_days
    done = CaseReview.objects.done().order_by()
    before = done.filter(handed_in_on__gte=finding.made_on - dt.timedelta(days=days), handed_in_at__lte=finding.made_at)
    if finding.review_id:
        before = before | done.filter(pk=finding.review_id)
    ended_at = finding.task.ended_at if finding.task else None
    since = done.filter(case__closed_at__gt=ended_at) if ended_at else done.none()
    return Compared(
        Counted(*reviews.counted_by_code(finding.code, rows=before.values("pk"))),
        Counted(*reviews.counted_by_code(finding.code, rows=since.values("pk"))) if ended_at else nothing,
    )


def late(today: dt.date | None = None) -> QuerySet[QualityFinding]:
    return QualityFinding.objects.late(today or clock.today())
