"""Improvement measures and the live figures by which they are judged (SVC-05 · D6.3)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from core import clock, figures, parameters
from core.models import User
from service_desk.models import Case, ImprovementMeasure
from service_desk.policy import improvements, recurrence
from service_desk.policy.codes import Kind
from service_desk.policy.improvements import Basis, State, Verdict, Windows
from service_desk.policy.parameters_complaints import ImprovementParameters
from service_desk.policy.recurrence import Comparison
from service_desk.policy.states import State as CaseState
from service_desk.queries import causes, exposure

PROPOSE, AGREE, VERIFY = (f"service_desk.{verb}_improvement" for verb in ("propose", "agree", "verify"))


@dataclass(frozen=True)
class Figures:
    """A measure before and after: cases, what they are measured against, the comparison, and what it says."""

    windows: Windows
    before: int
    after: int
    uncoded: int
    exposure_before: int
    exposure_after: int
    comparison: Comparison | None
    verdict: Verdict
    is_early: bool


def of_scope(measure: ImprovementMeasure, *, uncoded: bool = False) -> QuerySet[Case]:
    """SVC-05 · D6.3.4 — the complaints that a measure is about: of its cause and all below, its category, product and store.

    With `uncoded` those of its scope whose cause is not known yet.
    """
    rows = Case.objects.filter(kind=Kind.COMPLAINT).exclude(state=CaseState.MERGED)
    within = causes.tree().within(measure.cause_id)
    rows = rows.filter(complaint__cause__isnull=True) if uncoded else rows.filter(complaint__cause__in=within)
    for name in ("category_id", "product_id", "store_id"):
        if (value := getattr(measure, name)) is not None:
            rows = rows.filter(**{name: value})
    return rows


def figures_of(measure: ImprovementMeasure, *, today: dt.date | None = None) -> Figures | None:
    """SVC-05 · D6.3.4 — computed from the cases as they stand; None as long as the work is not done. Ten queries at most."""
    if measure.started_on is None or measure.done_on is None:
        return None
    policy = parameters.in_force(ImprovementParameters)
    spans = improvements.windows(
        started_on=measure.started_on,
        done_on=measure.done_on,
        today=today or clock.today(),
        days=measure.window_days,
    )
    coded, unknown = of_scope(measure), of_scope(measure, uncoded=True)
    before = opened(coded, spans.before_from, spans.before_until).count()
    after = opened(coded, spans.after_from, spans.after_until).count()
    uncoded = opened(unknown, spans.after_from, spans.after_until).count()
    base = [_exposure(measure, *span) for span in _spans(spans)]
    verdicts, comparison = [], None
    for count in (after + uncoded, after):
        comparison = None
        if min(base) > 0:
            comparison = recurrence.compare(
                before, count, exposure_before=base[0], exposure_after=base[1], doubt_bps=policy.doubt_bps
            )
        verdicts.append(
            improvements.judge(
                comparison, target_bps=measure.target_bps, doubt_bps=policy.doubt_bps, is_over=spans.is_over
            )
        )
    is_early = spans.days_after < min(policy.least_days, measure.window_days)
    verdict = Verdict.UNDECIDED if is_early else improvements.agreed(verdicts[1], verdicts[0])
    return Figures(spans, before, after, uncoded, base[0], base[1], comparison, verdict, is_early)


def opened(rows: QuerySet[Case], first: dt.date, until: dt.date) -> QuerySet[Case]:
    """Of these, what came in a half-open span of days."""
    return rows.filter(opened_at__gte=figures.midnight(first), opened_at__lt=figures.midnight(until))


def overdue(today: dt.date) -> QuerySet[ImprovementMeasure]:
    """SVC-05 · D6.3.3 — what should be done by now and is not."""
    return ImprovementMeasure.objects.filter(state__in=[str(one) for one in improvements.OPEN], due_on__lt=today)


def of_owner(user: User) -> QuerySet[ImprovementMeasure]:
    """SVC-05 · D6.3.3 — what somebody has to do."""
    return ImprovementMeasure.objects.filter(state__in=[str(one) for one in improvements.OPEN], owner=user)


def to_agree(user: User) -> QuerySet[ImprovementMeasure]:
    """SVC-05 · D6.3.3 — what others propose."""
    return ImprovementMeasure.objects.filter(state=State.DRAFT).exclude(author=user)


def to_verify(today: dt.date, *, but: User | None = None) -> QuerySet[ImprovementMeasure]:
    """SVC-05 · D6.3.4 — done for as long as the days that are compared."""
    rows = ImprovementMeasure.objects.filter(state=State.DONE, review_on__lte=today)
    return rows if but is None else rows.exclude(owner=but)


def _spans(spans: Windows) -> tuple[tuple[dt.date, dt.date], tuple[dt.date, dt.date]]:
    return (spans.before_from, spans.before_until), (spans.after_from, spans.after_until)


def _exposure(measure: ImprovementMeasure, first: dt.date, until: dt.date) -> int:
    if measure.basis == Basis.MEMBERS:
        return exposure.member_days(first, until)
    return exposure.sales(first, until, store=measure.store, product=measure.product)
